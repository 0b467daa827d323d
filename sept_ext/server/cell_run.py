"""Runs one cell in a kernel of this server and gathers its outputs, until it ends or the kernel is gone."""

from __future__ import annotations

from queue import Empty
from typing import Any

from jupyter_core.utils import ensure_async

from sept_ext.services.cell_outputs import CellOutputs
from sept_ext.services.live_ports import CellOutcome, KernelGone

# A silent kernel is looked at this often: a run may take hours, a dead kernel says nothing.
_SILENCE_S = 1.0
# While we wait to hear a kernel at all: what it said before the channel stood is lost, and must be asked again.
_FIRST_SILENCE_S = 0.2


async def run_cell(kernel_manager: Any, kernel_id: str, cell_id: str, source: str) -> CellOutcome:
    """Run a text as a cell, to its end. Raises KernelGone."""
    return await _run(kernel_manager, kernel_id, cell_id, source)


async def run_silently(kernel_manager: Any, kernel_id: str, code: str) -> None:
    """Run code that is no cell, to its end. Raises KernelGone."""
    await _run(kernel_manager, kernel_id, None, code)


async def _run(kernel_manager: Any, kernel_id: str, cell_id: str | None, source: str) -> CellOutcome:
    run = _Run(kernel_manager, kernel_id)
    run.client.start_channels(stdin=False, hb=False, control=False)
    try:
        await run.hear()
        return await run.execute(cell_id, source)
    finally:
        run.client.stop_channels()


class _Run:
    """A client of one kernel process, for one run."""

    def __init__(self, kernel_manager: Any, kernel_id: str) -> None:
        if kernel_id not in kernel_manager:
            raise KernelGone("The notebook's kernel is not running any more.")
        self._manager = kernel_manager
        self._id = kernel_id
        self._kernel = kernel_manager.get_kernel(kernel_id)
        self._process = _process_of(self._kernel)
        self.client = self._kernel.client()

    async def hear(self) -> None:
        """Wait until the kernel's messages reach us (and it has time for us)."""
        asked = self.client.kernel_info()
        while True:
            answer = await self._message(_FIRST_SILENCE_S)
            if answer is not None and _answers(answer, asked) and _is_idle(answer):
                return
            if answer is None and await self._is_replied(asked):
                asked = self.client.kernel_info()

    async def execute(self, cell_id: str | None, source: str) -> CellOutcome:
        """Run the text and gather what it says; without a cell's id silently."""
        silent = cell_id is None
        content = {
            "code": source, "silent": silent, "store_history": not silent, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": True,
        }  # fmt: skip
        request = self.client.session.msg("execute_request", content, metadata={} if silent else {"cellId": cell_id})
        self.client.shell_channel.send(request)
        asked, gathered, is_replied = request["header"]["msg_id"], CellOutputs(), False
        while True:
            answer = await self._message(_SILENCE_S)
            if answer is None:
                if is_replied:  # it ended, and that it is idle again was lost on the way
                    return gathered.outcome()
                is_replied = await self._is_replied(asked)
            elif _answers(answer, asked):
                if _is_idle(answer):
                    return gathered.outcome()
                gathered.take(answer)

    async def _message(self, silence_s: float) -> dict[str, Any] | None:
        """The next message, None after some silence of a living kernel. Raises KernelGone."""
        try:
            message: dict[str, Any] = await self.client.get_iopub_msg(timeout=silence_s)
        except Empty:
            await self._require_life()
            return None
        return message

    async def _is_replied(self, asked: str) -> bool:
        while await ensure_async(self.client.shell_channel.msg_ready()):
            if _answers(await self.client.get_shell_msg(timeout=0), asked):
                return True
        return False

    async def _require_life(self) -> None:
        is_ours = self._id in self._manager and self._manager.get_kernel(self._id) is self._kernel
        if not is_ours or not await ensure_async(self._kernel.is_alive()):
            raise KernelGone("The kernel died or was shut down while the cell ran.")
        if _process_of(self._kernel) != self._process:
            raise KernelGone("The kernel was restarted while the cell ran.")


def _process_of(kernel: Any) -> Any:
    """What differs after a restart: the number of the process, where the kernel is one of this machine."""
    return getattr(kernel.provisioner, "pid", None)


def _answers(message: dict[str, Any], request: str) -> bool:
    return bool(message["parent_header"].get("msg_id") == request)


def _is_idle(message: dict[str, Any]) -> bool:
    return bool(message["msg_type"] == "status" and message["content"]["execution_state"] == "idle")
