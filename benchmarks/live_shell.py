"""An IPython shell in a forked process, with Sept's observer in it: a live kernel without the wire.

Starting a kernel for each of thousands of experiments would take hours. Here a process that has imported the
libraries forks, the child makes a shell, and further forks keep a state for several experiments (on Linux). The shell
is IPython's own and the observer is the product's; only the messages go to a list and not over ZeroMQ.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import logging
import os
import pickle
import random
import re
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import sept_ext  # noqa: E402
from sept_ext.cli.live_notebook import LiveNotebook  # noqa: E402
from sept_ext.core.cells import Cell  # noqa: E402
from sept_ext.services.live_ports import CellOutcome  # noqa: E402

OnReport = Callable[[dict[str, Any]], None]


_PR_SET_PDEATHSIG = 1
_SECONDS = re.compile(r" in \d+\.\d\d s\b")  # how long a SQL cell took
_INPUT = re.compile(r"<ipython-input-\d+")


class _Hook(DisplayHook):  # type: ignore[misc]
    def start_displayhook(self) -> None: ...
    def write_output_prompt(self) -> None: ...
    def finish_displayhook(self) -> None: ...
    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        del md_dict
        print(format_dict.get("text/plain", ""))


class _Publisher(DisplayPublisher):  # type: ignore[misc]
    def publish(self, data: Any, *args: Any, **kwargs: Any) -> None:
        del args, kwargs
        print(data.get("text/plain", ""))


class _Shell(InteractiveShell):  # type: ignore[misc]
    displayhook_class = _Hook
    display_pub_class = _Publisher

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        """Tracebacks are not compared: `run` gives the error's name and message."""

    def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None: ...
    def enable_gui(self, gui: Any = None) -> None:
        """No event loop is wanted: figures go nowhere."""


class LiveShell:
    """Runs cells like the product's `KernelSession`; `on_report` takes what the observer reports."""

    def __init__(self, on_report: OnReport | None = None) -> None:
        self._on_report = on_report or (lambda content: None)
        _reseed()
        # A history in a file would be shared by all forks.
        self.shell = _Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))
        self.shell.system = self.shell.system_piped
        self.shell.kernel = SimpleNamespace(
            session=SimpleNamespace(send=self._take),
            iopub_socket=None,
            get_parent=lambda channel: {},
            ident="live",
            log=logging.getLogger("live_shell"),
        )
        sept_ext.load_ipython_extension(self.shell)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """The process ends with its experiment."""

    def run(self, cell_id: str, source: str) -> CellOutcome:
        """Run a cell as a front end would. What goes to standard error is not kept."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            result = self.shell.run_cell(source, store_history=True, silent=False, cell_id=cell_id)
        outputs: list[dict[str, Any]] = []
        if text := _SECONDS.sub(" in s", out.getvalue()):
            outputs.append({"output_type": "stream", "name": "stdout", "text": text})
        error = result.error_before_exec or result.error_in_exec
        if error is None:
            return CellOutcome("success", result.execution_count, outputs, None)
        name, message = type(error).__name__, _first_line(error)
        outputs.append({"output_type": "error", "ename": name, "evalue": message})
        return CellOutcome("error", result.execution_count, outputs, f"{name}: {message}")

    def run_silently(self, code: str) -> None:
        """Run code that is no cell."""
        self.shell.run_cell(code, store_history=False, silent=True)

    def _take(self, socket: Any, kind: str, content: dict[str, Any], **_: Any) -> None:
        if kind == "sept_run":
            # As over the wire: what JSON cannot hold must fail here too.
            self._on_report(json.loads(json.dumps(content)))


def _reseed() -> None:
    """Each shell begins with random states of its own, as each kernel does; forks would share their parent's."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def live_notebook(cells: Sequence[tuple[str, str]]) -> LiveNotebook:
    """The product's live notebook over a shell in this process. Once a process: IPython's shell is one."""
    live = LiveNotebook("pair.ipynb", {})
    live.kernel = LiveShell(live._reported)
    live.show([Cell(cell_id, "code", source) for cell_id, source in cells])
    return live


def clean_run(cells: Sequence[tuple[str, str]]) -> dict[str, list[dict[str, Any]]]:
    """The outputs of each cell, run from the top; errors do not end it. Once a process."""
    shell = LiveShell()
    return {cell_id: shell.run(cell_id, source).outputs for cell_id, source in cells}


def preload() -> None:
    """Import what experiments need, so that forks have it."""
    for module in ("pandas", "numpy", "matplotlib.pyplot", "sklearn.linear_model", "sklearn.ensemble",
                   "sklearn.pipeline", "sept_ext.kernel.magics", "sept_ext.kernel.observer",
                   "sept_ext.kernel.sql_cell", "sept_ext.connectors.duckdb", "duckdb", "pyarrow"):  # fmt: skip
        with contextlib.suppress(ImportError):
            import_module(module)


def _first_line(error: BaseException | Any) -> str:
    return _INPUT.sub("<input", str(error).strip().split("\n", 1)[0][:200])


class Lost(Exception):
    """The child died, raised or took too long."""


def forked(function: Callable[[], Any], timeout_s: float) -> Any:
    """The function's result from a child process. Raises Lost."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _report(writing, function)
    os.close(writing)
    try:
        data = _read(reading, time.monotonic() + timeout_s)
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if not data:
        raise Lost("died or took too long")
    kind, value = pickle.loads(data)
    if kind == "error":
        raise Lost(value)
    return value


def _report(writing: int, function: Callable[[], Any]) -> None:
    """In the child: run, answer, end at once without the parent's exit handlers."""
    try:
        # A child dies with its parent, however that ends: forks of forks would else run on after a time-out.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        answer = ("ok", function())
        data = pickle.dumps(answer)
    except BaseException as error:  # noqa: BLE001 - told to the parent, who raises
        data = pickle.dumps(("error", f"{type(error).__name__}: {_first_line(error)}"))
    with contextlib.suppress(OSError), os.fdopen(writing, "wb") as pipe:
        pipe.write(data)
    os._exit(0)


def _read(pipe: int, deadline: float) -> bytes:
    parts = []
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([pipe], [], [], left)[0]:
            break
        part = os.read(pipe, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)
    return b""
