"""A kernel of a command's own: started, used for one notebook, and shut down."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory
from typing import Any, Self

from sept_ext.core.errors import Unavailable
from sept_ext.services.cell_outputs import CellOutputs
from sept_ext.services.live_ports import CellOutcome
from sept_ext.services.notebook_json import kernel_name

START_TIMEOUT_S = 60
# A run may take hours; how often a silent kernel is looked at.
_SILENCE_S = 1.0
_REPORT = "sept_run"

OnReport = Callable[[Mapping[str, Any]], None]


class KernelSession:
    """One kernel in the notebook's folder. A context manager; `on_report` takes what Sept's observer in it reports."""

    def __init__(self, path: str, notebook: Mapping[str, Any], on_report: OnReport) -> None:
        self._folder = str(Path(path).resolve().parent)
        self._name = kernel_name(dict(notebook))
        self._on_report = on_report
        self._manager: Any = None
        self._client: Any = None
        self._displays: dict[str, list[dict[str, Any]]] = {}
        self._running = CellOutputs()

    @property
    def so_far(self) -> CellOutcome:
        """What the last run has printed, for when it did not come to its end."""
        return self._running.outcome()

    def __enter__(self) -> Self:
        from jupyter_client.manager import KernelManager

        # Nobody else on the machine can listen in on files of ours, as they could on ports.
        self._sockets = TemporaryDirectory(prefix="sept-")
        place = {"transport": "ipc", "ip": str(Path(self._sockets.name) / "kernel")}
        options: dict[str, Any] = {} if os.name == "nt" else place
        if self._name is not None:
            options["kernel_name"] = self._name
        try:
            self._manager = KernelManager(**options)
            self._manager.start_kernel(cwd=self._folder)
            self._client = self._manager.client()
            self._client.start_channels()
            self._client.wait_for_ready(timeout=START_TIMEOUT_S)
        except (OSError, RuntimeError, KeyError) as error:
            if self._manager is not None and self._manager.has_kernel:
                self._manager.shutdown_kernel(now=True)
            raise Unavailable(f"No kernel could be started: {error}") from error
        # As after an installation; where kernels load Sept by configuration this does nothing.
        self.run_silently("get_ipython().run_line_magic('load_ext', 'sept_ext')")
        return self

    def __exit__(self, *_: object) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        self._sockets.cleanup()

    def run(self, cell_id: str, source: str) -> CellOutcome:
        """Run a text as a cell, to its end. Raises Unavailable when the kernel dies."""
        return self._execute(source, silent=False, cell_id=cell_id)

    def run_silently(self, code: str) -> None:
        """Run code that is no cell: it leaves no number and no outputs."""
        self._execute(code, silent=True)

    def interrupt(self) -> None:
        """Stop what runs."""
        self._manager.interrupt_kernel()

    def _execute(self, source: str, *, silent: bool, cell_id: str | None = None) -> CellOutcome:
        content = {
            "code": source, "silent": silent, "store_history": not silent, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": False,
        }  # fmt: skip
        request = self._client.session.msg("execute_request", content, metadata={"cellId": cell_id} if cell_id else {})
        self._client.shell_channel.send(request)
        asked, outputs = request["header"]["msg_id"], CellOutputs(self._displays)
        self._running = outputs
        while True:
            message = self._message()
            if message is None or message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return outputs.outcome()
            if message["msg_type"] == _REPORT:
                self._on_report(message["content"])
            else:
                outputs.take(message)

    def _message(self) -> dict[str, Any] | None:
        """The next message, None after some silence of a living kernel."""
        try:
            message: dict[str, Any] = self._client.get_iopub_msg(timeout=_SILENCE_S)
        except Empty:
            if not self._manager.is_alive():
                raise Unavailable("The kernel died.") from None
            return None
        return message
