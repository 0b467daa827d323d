"""Listens to the IOPub channel of kernels that notebooks use, and hands observers' reports to the live notebooks.

The server listens itself, so that the state is the same for all clients: two tabs, another front end, runs started
by the API. The callback only decodes; taking a report in costs well under a millisecond.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Executor
from typing import Any

from jupyter_client.session import Session

from sept_ext.services.notebooks import LiveNotebooks

log = logging.getLogger(__name__)

MESSAGE_TYPE = "sept_run"


class KernelWatch:
    """One per server. All methods belong to the event loop."""

    def __init__(self, kernel_manager: Any, notebooks: LiveNotebooks, pool: Executor) -> None:
        self._kernels = kernel_manager
        self._notebooks = notebooks
        self._streams: dict[str, tuple[Any, Any]] = {}
        self._runs: set[tuple[str, str | None]] = set()
        self._queue: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self._pool = pool
        self._worker: asyncio.Task[None] | None = None

    def watch(self, kernel_id: str) -> bool:
        """Begin to listen to a kernel, once; False when this server has no such kernel (a gateway's, say)."""
        if kernel_id not in self._kernels:
            return False
        kernel = self._kernels.get_kernel(kernel_id)
        known = self._streams.get(kernel_id)
        if known is not None and known[0] is kernel and not known[1].closed():
            return True
        if known is not None:
            known[1].close()
        session = Session(config=kernel.session.config, key=kernel.session.key)
        stream = kernel.connect_iopub()
        stream.on_recv(lambda parts: self._received(kernel_id, session, parts))
        self._streams[kernel_id] = (kernel, stream)
        self._forget_dead()
        if self._worker is None or self._worker.done():
            self._worker = asyncio.get_running_loop().create_task(self._work())
        return True

    def close(self) -> None:
        """Stop listening."""
        for _, stream in self._streams.values():
            stream.close()
        self._streams.clear()
        if self._worker is not None:
            self._worker.cancel()

    def _received(self, kernel_id: str, session: Session, parts: list[Any]) -> None:
        try:
            _, rest = session.feed_identities(parts)
            header = session.deserialize(rest, content=False)
        except ValueError:
            log.warning("Sept: a message of kernel %s could not be read", kernel_id)
            return
        kind = header["header"]["msg_type"]
        request = (header.get("parent_header") or {}).get("msg_id")
        if kind == "execute_input":
            # A run that counts: silent ones, which front ends make for themselves, are not announced like this.
            self._runs.add((kernel_id, request))
        elif kind in (MESSAGE_TYPE, "status"):
            content = dict(session.unpack(header["content"]))
            is_run = (kernel_id, request) in self._runs
            if content.get("execution_state") == "idle":
                self._runs.discard((kernel_id, request))
            self._queue.put_nowait((kernel_id, {"type": kind, "is_run": is_run, **content}))

    async def _work(self) -> None:
        """Take messages in one after the other, off the loop: reading a large cell's text takes milliseconds."""
        loop = asyncio.get_running_loop()
        while True:
            kernel_id, message = await self._queue.get()
            try:
                taken = loop.run_in_executor(self._pool, self._take, kernel_id, message)
            except RuntimeError:
                return  # the pool was shut down: the server is going down
            try:
                await taken
            except Exception:  # the worker's boundary: one odd message must not end the listening
                log.exception("Sept: a report of kernel %s could not be taken in", kernel_id)

    def _take(self, kernel_id: str, message: dict[str, Any]) -> None:
        if message["type"] == MESSAGE_TYPE:
            self._notebooks.take_message(kernel_id, message)
        elif message.get("execution_state") in ("restarting", "starting", "dead"):
            self._notebooks.kernel_restarted(kernel_id)
        elif message.get("execution_state") == "idle" and message["is_run"]:
            self._notebooks.kernel_idle(kernel_id)

    def _forget_dead(self) -> None:
        for kernel_id in [known for known in self._streams if known not in self._kernels]:
            self._streams.pop(kernel_id)[1].close()
