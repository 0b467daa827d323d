"""Listens to the IOPub channel of kernels that notebooks use, and hands observers' reports to the live notebooks.

The server listens itself, so that the state is the same for all clients: two tabs, another front end, runs started
by the API. The callback only decodes; taking a report in costs well under a millisecond.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from jupyter_client.session import Session

from sept_ext.services.notebooks import LiveNotebooks

log = logging.getLogger(__name__)

MESSAGE_TYPE = "sept_run"
KERNEL_EVENTS = "https://events.jupyter.org/jupyter_server/kernel_actions/v1"


@dataclass(frozen=True, slots=True)
class _Listening:
    """A kernel (jupyter_client's manager of it) and the stream of the port it speaks on."""

    kernel: Any
    port: int
    stream: Any


class KernelWatch:
    """One per server. All methods belong to the event loop."""

    def __init__(self, kernel_manager: Any, notebooks: LiveNotebooks, pool: Executor) -> None:
        self._kernels = kernel_manager
        self._notebooks = notebooks
        self._streams: dict[str, _Listening] = {}
        self._runs: set[tuple[str, str | None]] = set()
        self._queue: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self._pool = pool
        self._worker: asyncio.Task[None] | None = None

    def watch(self, kernel_id: str) -> bool:
        """Begin to listen to a kernel, once; False when it is not one of this server's (a gateway's, say)."""
        self._forget_dead()
        if kernel_id not in self._kernels:
            return False
        kernel = self._kernels.get_kernel(kernel_id)
        if not kernel.iopub_port:
            return False
        known = self._streams.get(kernel_id)
        if known is None or known.kernel is not kernel:
            kernel.add_restart_callback(lambda: self._restarted(kernel_id), "restart")
        elif known.port == kernel.iopub_port and not known.stream.closed():
            return True
        self._listen(kernel_id, kernel)
        return True

    def _listen(self, kernel_id: str, kernel: Any) -> None:
        known = self._streams.pop(kernel_id, None)
        if known is not None:
            known.stream.close()
        session = Session(config=kernel.session.config, key=kernel.session.key)
        stream = kernel.connect_iopub()
        stream.on_recv(lambda parts: self._received(kernel_id, session, parts))
        self._streams[kernel_id] = _Listening(kernel, kernel.iopub_port, stream)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.get_running_loop().create_task(self._work())

    async def on_kernel_event(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        """Listener of Jupyter's kernel actions: people restart and shut down kernels."""
        kernel_id = data.get("kernel_id")
        if kernel_id in self._streams and data.get("action") == "restart":
            self._restarted(str(kernel_id))

    def _restarted(self, kernel_id: str) -> None:
        """A kernel began anew, perhaps on other ports. What it said first was most likely not heard."""
        self._queue.put_nowait((kernel_id, {"type": "status", "is_run": False, "execution_state": "restarting"}))
        self.watch(kernel_id)

    def close(self) -> None:
        """Stop listening."""
        for listening in self._streams.values():
            listening.stream.close()
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
            self._streams.pop(kernel_id).stream.close()
            self._runs = {run for run in self._runs if run[0] != kernel_id}
            self._notebooks.forget_kernel(kernel_id)
