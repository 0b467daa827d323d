"""Compares the user's names before and after a run: bound, changed in place, deleted, and who holds whose objects."""

from __future__ import annotations

import re
import weakref
from dataclasses import dataclass, field
from time import perf_counter
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from .digests import Content, content

_DIGEST_BUDGET_S = 0.004
_FIXED = (bool, int, float, complex, str, bytes, type(None), BuiltinFunctionType, ModuleType)
# What IPython keeps of inputs and outputs, and what a module has.
_OF_THE_SHELL = re.compile(r"_+|_i+|_i?\d+|__\w+__|_exit_code|_[doi]h")


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


@dataclass(frozen=True, slots=True)
class _Known:
    """What is remembered of a value: its digest, the ids of the mutable objects it held, what its functions read."""

    digest: str | None
    objects: frozenset[int]
    reads: frozenset[str]


@dataclass(slots=True)
class Changes:
    """What a run did: name -> digest of its value now, or None where there is none.

    `held`: names from before the run whose very object went into a value that the run wrote. `functions`: for names
    it wrote, the global names which functions in their values use ("reads") or bind ("writes") when called.
    """

    bound: dict[str, str | None] = field(default_factory=dict)
    mutated: dict[str, str | None] = field(default_factory=dict)
    kept: dict[str, str | None] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    functions: dict[str, dict[str, list[str]]] = field(default_factory=dict)


class NamespaceWatch:
    """Looks at the user's names around a run. What it learnt of a value is kept from run to run."""

    def __init__(self, namespace: dict[str, Any], hidden: dict[str, Any]) -> None:
        self._namespace = namespace
        self._hidden = hidden
        self._held: dict[str, _Held] = {}
        self._known: dict[str, _Known] = {}

    def before(self) -> None:
        """Note which object each name has."""
        names = self._visible()
        self._held = {name: _Held(value) for name, value in names.items()}
        for name in set(self._known) - set(names):
            del self._known[name]

    def after(self, writes: frozenset[str], reads: frozenset[str] = frozenset()) -> Changes:
        """What changed since. `writes`, `reads`: names the text may use, looked at even beyond the budget."""
        names = self._visible()
        changes = Changes(deleted=sorted(set(self._held) - set(names)))
        expected = writes | {name for name in reads if name in names and self._may_be_used_up(name, names[name])}
        before = dict(self._known)
        concerned = self._concerned(expected | (reads & names.keys()))
        deadline = perf_counter() + _DIGEST_BUDGET_S
        for name in sorted(names, key=lambda name: name not in concerned):
            value = names[name]
            held = self._held.get(name)
            if held is None or not held.is_same(value):
                changes.bound[name] = self._look(name, value, changes).digest
            elif name in expected:
                self._compare_expected(name, value, changes)
            elif not _is_fixed(value):
                is_late = name not in concerned and perf_counter() > deadline
                self._compare(name, value, changes, is_late=is_late)
        self._spread_unknown(changes, names)
        changes.held = self._newly_held(changes, before)
        self._held = {}
        return changes

    def _may_be_used_up(self, name: str, value: Any) -> bool:
        """Whether reading a value may change it, unseen: an iterator that no digest can look into."""
        known = self._known.get(name)
        is_iterator = any("__next__" in vars(kind) for kind in type(value).__mro__)
        return is_iterator and known is not None and known.digest is None

    def _concerned(self, used: frozenset[str]) -> set[str]:
        """The names a cell uses, those its functions use, and whatever held the same objects before."""
        concerned: set[str] = set()
        waiting = set(used)
        while waiting:
            name = waiting.pop()
            concerned.add(name)
            known = self._known.get(name)
            waiting |= (known.reads if known is not None else frozenset()) - concerned
        touched = set[int]().union(*(self._known[name].objects for name in concerned if name in self._known))
        return concerned | {name for name, known in self._known.items() if not touched.isdisjoint(known.objects)}

    def _look(self, name: str, value: Any, changes: Changes) -> _Known:
        """Learn a value anew; the functions in it are told, when the run wrote it."""
        found = content(value, self._namespace)
        self._known[name] = known = _Known(found.digest, frozenset(found.objects), frozenset(found.reads))
        _tell_functions(name, found, changes)
        return known

    def _compare_expected(self, name: str, value: Any, changes: Changes) -> None:
        before = self._known.get(name)
        now = self._look(name, value, changes).digest
        if issubclass(type(value), ModuleType) or now is None:
            changes.unknown.append(name)  # a module's name says nothing of what was set in it
        elif before is None and not issubclass(type(value), _FIXED):
            changes.mutated[name] = now  # not known before: the text may have changed it, and the digest says to what
        elif before is not None and before.digest != now:
            changes.mutated[name] = now
        else:
            changes.kept[name] = now

    def _compare(self, name: str, value: Any, changes: Changes, *, is_late: bool) -> None:
        before = self._known.get(name)
        if is_late:
            self._known.pop(name, None)
            return
        functions = dict(changes.functions)
        now = self._look(name, value, changes).digest
        if before is not None and before.digest != now:
            changes.mutated[name] = now
        else:
            changes.functions = functions  # the run did not write it

    def _spread_unknown(self, changes: Changes, names: dict[str, Any]) -> None:
        """An object too large to digest may have changed: so may whatever else holds it."""
        touched: set[int] = set()
        for name in changes.unknown:
            if not issubclass(type(names[name]), ModuleType):
                touched |= self._known[name].objects
        if touched:
            settled = changes.bound.keys() | changes.mutated.keys() | set(changes.unknown)
            for name, known in self._known.items():
                if known.digest is None and name not in settled and not touched.isdisjoint(known.objects):
                    changes.unknown.append(name)

    def _newly_held(self, changes: Changes, before: dict[str, _Known]) -> list[str]:
        """Names from before whose objects the run put into what it wrote."""
        gained: set[int] = set()
        for name in (*changes.bound, *changes.mutated, *changes.unknown):
            old = before.get(name)
            is_new = name in changes.bound or old is None
            gained |= self._known[name].objects - (frozenset() if is_new or old is None else old.objects)
        if not gained:
            return []
        return sorted(
            name
            for name, known in self._known.items()
            if name not in changes.bound and name in before and not gained.isdisjoint(before[name].objects)
        )

    def _visible(self) -> dict[str, Any]:
        hidden = self._hidden
        return {
            name: value
            for name, value in self._namespace.items()
            if (name not in hidden or hidden[name] is not value) and not _is_of_the_shell(name)
        }


def _is_of_the_shell(name: str) -> bool:
    return name.startswith("_") and _OF_THE_SHELL.fullmatch(name) is not None


def _is_fixed(value: Any) -> bool:
    """Whether a value cannot change in place (or, a class of a library, is not supposed to)."""
    # By its type, not by isinstance: that asks the object, which may be a proxy and answer anything.
    kind = type(value)
    if kind is FunctionType:
        return not bool(value.__closure__ or value.__dict__ or value.__defaults__ or value.__kwdefaults__)
    if issubclass(kind, type):
        return bool(value.__module__ != "__main__")
    if kind is BuiltinFunctionType:  # `items.append` changes with `items`
        return value.__self__ is None or issubclass(type(value.__self__), (ModuleType, type))
    return issubclass(kind, _FIXED)


def _tell_functions(name: str, found: Content, changes: Changes) -> None:
    found.reads.discard(name)
    if found.reads or found.writes:
        changes.functions[name] = {"reads": sorted(found.reads), "writes": sorted(found.writes)}
