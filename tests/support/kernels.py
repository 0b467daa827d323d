"""A real kernel with Sept loaded, used as a front end would: run a cell, see outputs and the observer's reports."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager


@dataclass
class Ran:
    """What one run gave."""

    text: str = ""
    error: str | None = None
    traceback: str = ""
    displays: list[dict[str, Any]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)

    @property
    def report(self) -> dict[str, Any]:
        return next(report for report in self.reports if report["phase"] == "finished")


class KernelSession:
    def __init__(self, manager: KernelManager, client: Any) -> None:
        self.manager = manager
        self.client = client

    def start(self, source: str, cell_id: str = "cell") -> str:
        content = {
            "code": source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
        }
        message = self.client.session.msg("execute_request", content, metadata={"cellId": cell_id})
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def run(self, source: str, cell_id: str = "cell") -> Ran:
        return self.finish(self.start(source, cell_id))

    def finish(self, msg_id: str, timeout_s: float = 30) -> Ran:
        ran = Ran()
        deadline = time.monotonic() + timeout_s
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.1, deadline - time.monotonic()))
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                return ran
            if kind == "stream":
                ran.text += content["text"]
            elif kind == "error":
                ran.error, ran.traceback = f"{content['ename']}: {content['evalue']}", "\n".join(content["traceback"])
            elif kind in ("display_data", "execute_result"):
                ran.displays.append(content["data"])
                ran.text += content["data"].get("text/plain", "")
            elif kind == "sept_run":
                ran.reports.append(content)


@contextmanager
def running_kernel(folder: Path, env: dict[str, str] | None = None) -> Iterator[KernelSession]:
    import os

    manager = KernelManager(kernel_name="python3")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SEPT_")}
    manager.start_kernel(
        cwd=str(folder),
        env={**clean, "IPYTHONDIR": str(folder / "ipython"), **(env or {})},
        extra_arguments=["--IPKernelApp.extra_extensions=sept_ext"],
    )
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield KernelSession(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
