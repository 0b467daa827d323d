"""Kernels of notebooks' sessions, by the server's own managers; see services.live_ports.Kernels."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_core.utils import ensure_async
from tornado.web import HTTPError

from sept_ext.core.errors import Unavailable
from sept_ext.services.live_ports import CellOutcome

from .kernel_watch import KernelWatch

_READY_TIMEOUT_S = 60


class SessionKernels:
    """Finds, starts and uses the kernel of a notebook's session. Runs of one kernel wait for each other."""

    def __init__(self, kernel_manager: Any, session_manager: Any, watch: KernelWatch) -> None:
        self._kernels = kernel_manager
        self._sessions = session_manager
        self._watch = watch
        self._locks: dict[str, asyncio.Lock] = {}

    def watch(self, kernel_id: str) -> bool:
        """Listen to what a kernel reports."""
        return self._watch.watch(kernel_id)

    async def kernel_of(self, path: str) -> str | None:
        """The kernel of a notebook's session, if it has one."""
        if not await ensure_async(self._sessions.session_exists(path=path)):
            return None
        session = await ensure_async(self._sessions.get_session(path=path))
        kernel: dict[str, Any] | None = session.get("kernel")
        return str(kernel["id"]) if kernel else None

    async def ensure(self, path: str, kernel_name: str | None) -> str:
        """The same, started if need be, in the session that front ends find too."""
        async with self._locks.setdefault(path, asyncio.Lock()):
            found = await self.kernel_of(path)
            if found is not None and found in self._kernels:
                return found
            try:
                session = await ensure_async(
                    self._sessions.create_session(
                        path=path, name=path.rsplit("/", 1)[-1], type="notebook", kernel_name=kernel_name
                    )
                )
            except (HTTPError, OSError, RuntimeError, KeyError) as error:
                raise Unavailable(f"No kernel could be started for this notebook: {error}") from error
            return str(session["kernel"]["id"])

    async def execute(self, kernel_id: str, cell_id: str, source: str) -> CellOutcome:
        """Run a text as a cell, to its end."""
        async with self._locks.setdefault(kernel_id, asyncio.Lock()):
            client = self._kernels.get_kernel(kernel_id).client()
            client.start_channels()
            try:
                await client.wait_for_ready(timeout=_READY_TIMEOUT_S)
                self.watch(kernel_id)
                return await _execute(client, cell_id, source)
            except RuntimeError as error:
                raise Unavailable(f"The kernel did not answer: {error}") from error
            finally:
                client.stop_channels()

    async def interrupt(self, kernel_id: str) -> None:
        """Interrupt what runs."""
        await ensure_async(self._kernels.interrupt_kernel(kernel_id))


async def _execute(client: Any, cell_id: str, source: str) -> CellOutcome:
    content = {
        "code": source, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
        "stop_on_error": True,
    }  # fmt: skip
    message = client.session.msg("execute_request", content, metadata={"cellId": cell_id})
    client.shell_channel.send(message)
    gathered = _Outputs()
    while True:
        answer = await client.get_iopub_msg(timeout=None)
        if answer["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
            return gathered.outcome()
        gathered.take(answer)


class _Outputs:
    """Outputs of one run as nbformat has them; streams of one name are joined."""

    def __init__(self) -> None:
        self._outputs: list[dict[str, Any]] = []
        self._count: int | None = None
        self._error: str | None = None
        self._clear_later = False

    def take(self, message: dict[str, Any]) -> None:
        kind, content = message["msg_type"], message["content"]
        if kind == "execute_input":
            self._count = content["execution_count"]
        elif kind == "clear_output":
            self._clear_later = bool(content.get("wait"))
            if not self._clear_later:
                self._outputs.clear()
        elif kind in ("stream", "display_data", "execute_result", "error"):
            self._add(message)
        elif kind == "update_display_data":
            self._update(content)

    def outcome(self) -> CellOutcome:
        for output in self._outputs:
            output.pop("transient", None)
        status = "success" if self._error is None else "error"
        return CellOutcome(status, self._count, self._outputs, self._error)  # type: ignore[arg-type]

    def _add(self, message: dict[str, Any]) -> None:
        from nbformat.v4 import output_from_msg

        if self._clear_later:
            self._outputs.clear()
            self._clear_later = False
        output: dict[str, Any] = dict(output_from_msg(message))  # type: ignore[no-untyped-call]
        last = self._outputs[-1] if self._outputs else {}
        if (
            output["output_type"] == "stream"
            and last.get("output_type") == "stream"
            and last["name"] == output["name"]
        ):
            last["text"] += output["text"]
            return
        if output["output_type"] == "error":
            self._error = f"{output['ename']}: {output['evalue']}"[:300]
        display_id = message["content"].get("transient", {}).get("display_id")
        self._outputs.append({**output, "transient": display_id} if display_id else output)

    def _update(self, content: dict[str, Any]) -> None:
        display_id = content.get("transient", {}).get("display_id")
        for output in self._outputs:
            if display_id is not None and output.get("transient") == display_id:
                output["data"], output["metadata"] = content["data"], content["metadata"]
