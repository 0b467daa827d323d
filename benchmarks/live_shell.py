"""An IPython shell in a forked process, with Sept's observer in it: a live kernel without the wire.

Starting a kernel for each of thousands of experiments would take hours. Here a process that has imported the
libraries forks, the child makes a shell, and further forks keep a state for several experiments. The shell is
IPython's own and the observer is the product's; only the messages go to a list and not over ZeroMQ.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import pickle
import re
import select
import signal
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

Output = tuple[str, ...]
"""What a cell printed and showed, in order; an error by its name and message."""


_SECONDS = re.compile(r" in \d+\.\d\d s\b")  # how long a SQL cell took


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
    """Runs cells; `messages` are the observer's."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        # Deleting names must not touch the parent's; a shell of its own module is IPython's default.
        self.shell = _Shell.instance()
        self.shell.system = self.shell.system_piped
        self.shell.kernel = SimpleNamespace(
            session=SimpleNamespace(send=self._take),
            iopub_socket=None,
            get_parent=lambda channel: {},
            ident="live",
            log=logging.getLogger("live_shell"),
        )
        import sept_ext

        sept_ext.load_ipython_extension(self.shell)

    def _take(self, socket: Any, kind: str, content: dict[str, Any], **_: Any) -> None:
        if kind == "sept_run":
            self.messages.append(content)

    def run(self, cell_id: str, source: str) -> Output:
        """Run a cell as a front end would."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            result = self.shell.run_cell(source, store_history=True, silent=False, cell_id=cell_id)
        error = result.error_before_exec or result.error_in_exec
        text = _SECONDS.sub(" in s", out.getvalue())
        return (text,) if error is None else (text, f"{type(error).__name__}: {_first_line(error)}")


def _first_line(error: BaseException | Any) -> str:
    return str(error).strip().split("\n", 1)[0][:200]


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
            os.killpg(child, signal.SIGKILL)
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
        os.setpgid(0, 0)
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
