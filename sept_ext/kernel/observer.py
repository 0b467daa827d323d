"""Sees what a run really did to the user's names, and tells everyone on the kernel's IOPub channel.

Before and after each cell the observer compares which object each name has, and digests of small mutable objects.
Nothing is added inside the cell's own code. The report is a message of a type of our own (`sept_run`): front ends
that do not know it ignore it, and the Jupyter server, which listens to IOPub, turns it into history.
"""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from sept_ext.core import analyze_cell

from .digests import digest

log = logging.getLogger(__name__)

MESSAGE_TYPE = "sept_run"
PROTOCOL = 1
MAX_SOURCE = 500_000
_DIGEST_BUDGET_S = 0.004
_FIXED = (bool, int, float, complex, str, bytes, type(None), FunctionType, BuiltinFunctionType, ModuleType, type)


class _Held:
    """Which object a name had: by weak reference where there is one, so that a frame replaced can be freed."""

    __slots__ = ("_ref",)

    def __init__(self, value: Any) -> None:
        try:
            self._ref: Any = weakref.ref(value)
        except TypeError:
            self._ref = lambda: value

    def is_same(self, value: Any) -> bool:
        return self._ref() is value


@dataclass(slots=True)
class Changes:
    """What a run did: name -> digest of its value now, or None where there is none."""

    bound: dict[str, str | None] = field(default_factory=dict)
    mutated: dict[str, str | None] = field(default_factory=dict)
    kept: dict[str, str | None] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class NamespaceWatch:
    """Compares the user's names before and after a run. Digests are kept from run to run."""

    def __init__(self, namespace: dict[str, Any], hidden: dict[str, Any]) -> None:
        self._namespace = namespace
        self._hidden = hidden
        self._held: dict[str, _Held] = {}
        self._digests: dict[str, str | None] = {}

    def before(self) -> None:
        """Note which object each name has."""
        names = self._visible()
        self._held = {name: _Held(value) for name, value in names.items()}
        for name in set(self._digests) - set(names):
            del self._digests[name]

    def after(self, expected: frozenset[str]) -> Changes:
        """What changed since. `expected`: names the text may write, looked at even beyond the time budget."""
        changes = Changes(deleted=sorted(set(self._held) - set(self._visible())))
        deadline = perf_counter() + _DIGEST_BUDGET_S
        for name, value in self._visible().items():
            held = self._held.get(name)
            if held is None or not held.is_same(value):
                changes.bound[name] = self._digests[name] = digest(value, self._namespace)
            elif name in expected or not isinstance(value, _FIXED):
                self._compare(name, value, changes, is_expected=name in expected, is_late=perf_counter() > deadline)
        self._held = {}
        return changes

    def _compare(self, name: str, value: Any, changes: Changes, *, is_expected: bool, is_late: bool) -> None:
        if is_late and not is_expected:
            self._digests.pop(name, None)
            return
        is_known = name in self._digests
        before, now = self._digests.get(name), digest(value, self._namespace)
        self._digests[name] = now
        if now is None:
            if is_expected:
                changes.unknown.append(name)
        elif is_known and before is not None and before != now:
            changes.mutated[name] = now
        elif is_expected:
            # Not known before: the text may have changed it, and the digest says to what.
            (changes.kept if is_known or isinstance(value, _FIXED) else changes.mutated)[name] = now

    def _visible(self) -> dict[str, Any]:
        hidden = self._hidden
        return {
            name: value
            for name, value in self._namespace.items()
            if not name.startswith("_") and (name not in hidden or hidden[name] is not value)
        }


class Observer:
    """IPython's pre and post hooks, and the messages they send."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._watch = NamespaceWatch(shell.user_ns, shell.user_ns_hidden)
        self._current: dict[str, Any] | None = None
        self._seq = 0

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

    def _guarded(self, step: Callable[[Any], None], argument: Any) -> None:
        try:
            step(argument)
        except Exception:  # noqa: BLE001 - the boundary to the user's cell: watching it must never break it
            # To the kernel's own log: what goes to the root logger is printed below the user's cell.
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
        self._watch.before()

    def _end(self, result: Any) -> None:
        if self._current is None:
            return
        current, self._current = self._current, None
        changes = self._watch.after(analyze_cell(current["source"]).writes)
        error = result.error_before_exec or result.error_in_exec
        self._send(
            {
                "phase": "finished",
                **current,
                "execution_count": result.execution_count,
                "status": "ok" if result.success else "error",
                "error": _describe(error) if error is not None else None,
                "bound": changes.bound,
                "mutated": changes.mutated,
                "kept": changes.kept,
                "deleted": changes.deleted,
                "unknown": changes.unknown,
            }
        )

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


def _describe(error: BaseException | Any) -> str:
    """The error's name and message, one line of at most 300 characters."""
    if not isinstance(error, BaseException):
        return str(error)
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}"[:300].rstrip(": ")
