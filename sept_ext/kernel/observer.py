"""Sees what a run really did to the user's names, and tells everyone on the kernel's IOPub channel.

Before and after each cell the observer compares which object each name has, and digests of small mutable objects.
Nothing is added inside the cell's own code. The report is a message of a type of our own (`sept_run`): front ends
that do not know it ignore it, and the Jupyter server, which listens to IOPub, turns it into history.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from sept_ext.core import analyze_cell
from sept_ext.core.hidden_state import SETTINGS, seeded

from .frame_columns import FrameColumns
from .hidden_states import HiddenStates
from .import_uses import ImportUses, import_uses
from .namespace_watch import Changes, NamespaceWatch

log = logging.getLogger(__name__)

MESSAGE_TYPE = "sept_run"
PROTOCOL = 2
MAX_SOURCE = 500_000


class Observer:
    """IPython's pre and post hooks, and the messages they send."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._watch = NamespaceWatch(shell.user_ns, shell.user_ns_hidden)
        self._current: dict[str, Any] | None = None
        self._hidden = HiddenStates(shell)
        self._frames = FrameColumns(shell.user_ns)
        self._before: dict[str, str] = {}
        self._seq = 0
        # Called with the names that a run may have changed, when it began and when it ended.
        self.on_begin: Callable[[], None] = lambda: None
        self.on_change: Callable[[Iterable[str]], None] = lambda names: None

    def attach(self) -> None:
        """Begin to observe, and say so."""
        self._shell.events.register("pre_run_cell", self.pre_run_cell)
        self._shell.events.register("post_run_cell", self.post_run_cell)

    def detach(self) -> None:
        """Stop observing."""
        self._shell.events.unregister("pre_run_cell", self.pre_run_cell)
        self._shell.events.unregister("post_run_cell", self.post_run_cell)

    def pre_run_cell(self, info: Any) -> None:
        """A cell begins."""
        self._guarded(self._begin, info)

    def post_run_cell(self, result: Any) -> None:
        """A cell ended, well or not."""
        self._guarded(self._end, result)

    def forget(self, names: Iterable[str]) -> None:
        """Take names out of the user's namespace, reset settings, and say so; what is not there is passed over."""
        user_ns, hidden = self._shell.user_ns, self._shell.user_ns_hidden
        known = [name for name in names if name in SETTINGS or (name in user_ns and name not in hidden)]
        for name in known:
            if name in SETTINGS:
                self._hidden.reset(name)
            else:
                del user_ns[name]
        self._send({"phase": "forgotten", "names": known})

    def _guarded(self, step: Callable[[Any], None], argument: Any) -> None:
        try:
            step(argument)
        except Exception:  # noqa: BLE001 - the boundary to the user's cell: watching it must never break it
            self._log_failure()

    def _log_failure(self) -> None:
        """To the kernel's own log: what goes to the root logger is printed below the user's cell."""
        getattr(getattr(self._shell, "kernel", None), "log", log).exception("Sept: a run could not be observed")

    def _begin(self, info: Any) -> None:
        self._current = None
        if info.silent or not info.store_history or not isinstance(info.raw_cell, str):
            return
        self._current = {
            "cell_id": getattr(info, "cell_id", None),
            "source": info.raw_cell[:MAX_SOURCE],
            # IPython 9 has counted up by now, IPython 8 has not: the number is certain only at the end.
            "execution_count": None,
        }
        self._send({"phase": "started", **self._current})
        self.on_begin()
        self._watch.before()
        self._before = self._hidden.digests()

    def _end(self, result: Any) -> None:
        if self._current is None:
            return
        current, self._current = self._current, None
        changes = self._changes(current["source"])
        self.on_change([*changes.bound, *changes.mutated, *changes.deleted, *changes.unknown])
        error = result.error_before_exec or result.error_in_exec
        self._send(
            {
                "phase": "finished",
                **current,
                "execution_count": result.execution_count,
                "status": "ok" if result.success else "error",
                "error": _describe(error) if error is not None else None,
                "failed_line": _failed_line(error, self._shell.user_ns),
                "bound": changes.bound,
                "mutated": changes.mutated,
                "kept": changes.kept,
                "deleted": changes.deleted,
                "unknown": changes.unknown,
                "held": changes.held,
                "functions": changes.functions,
                "hidden": self._hidden_changes(current["source"]),
                **self._frame_changes(),
            }
        )

    def _changes(self, source: str) -> Changes:
        """What the run did to the user's names."""
        facts, user_ns = analyze_cell(source), self._shell.user_ns
        try:
            uses = import_uses(source, facts.imports, facts.mutates, user_ns) if facts.imports else ImportUses()
            return self._watch.after(facts.writes, facts.reads, uses)
        except Exception:  # noqa: BLE001 - an object's own code may raise anything; the run must be told all the same
            self._log_failure()
            return Changes(unknown=sorted(facts.writes & user_ns.keys()))

    def _frame_changes(self) -> dict[str, Any]:
        """Dataframes that came, changed their columns, or went; see `frame_columns`."""
        try:
            frames, gone = self._frames.changes()
        except Exception:  # noqa: BLE001 - a library's own code may raise anything; the run must be told all the same
            self._log_failure()
            return {}
        return {"frames": frames, "frames_gone": gone}

    def _hidden_changes(self, source: str) -> dict[str, str]:
        """State without a name that the run changed, and generators it seeded, with digests."""
        now, seeds = self._hidden.digests(), seeded(source)
        return {key: state for key, state in now.items() if state != self._before.get(key, state) or key in seeds}

    def _send(self, content: dict[str, Any]) -> None:
        kernel = getattr(self._shell, "kernel", None)
        if kernel is None:
            return
        self._seq += 1
        kernel.session.send(
            kernel.iopub_socket,
            MESSAGE_TYPE,
            {"protocol": PROTOCOL, "seq": self._seq, **content},
            parent=kernel.get_parent("shell"),
            ident=f"kernel.{kernel.ident}.{MESSAGE_TYPE}".encode(),
        )


def _failed_line(error: BaseException | Any, user_ns: dict[str, Any]) -> int | None:
    """The line of the cell at which it ended; None for a cell that did not begin or did not fail."""
    trace = getattr(error, "__traceback__", None)
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_globals is user_ns and frame.f_code.co_name == "<module>":
            return int(trace.tb_lineno)
        trace = trace.tb_next
    return None


def _describe(error: BaseException | Any) -> str:
    """The error's name and message, one line of at most 300 characters."""
    if not isinstance(error, BaseException):
        return str(error)
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}"[:300].rstrip(": ")
