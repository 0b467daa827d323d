"""Compares the user's names before and after a run: bound, changed in place, deleted, and who holds whose objects."""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from .digest_feeder import Content
from .digests import content
from .import_uses import ImportUses
from .type_facts import is_users_class, members_of, name_of_module, order_of

_BUDGET_S = 0.003
"""How long a look at the names after a run takes before those that the run had nothing to do with are passed over."""
# By their ids, which builtin types keep: looking a type up would ask its metaclass for a hash.
_PLAIN = frozenset(map(id, (bool, int, float, complex, type(None))))
_FIXED = _PLAIN | frozenset(map(id, (str, bytes)))
_NO_IMPORTS = ImportUses()
# What IPython keeps of inputs and outputs, and what a module has.
_OF_THE_SHELL = re.compile(r"_+|_i+|_i?\d+|__\w+__|_exit_code|_[doi]h")


def _held(value: Any) -> Callable[[], Any]:
    """Gives the object a name had: by weak reference where there is one, so that a frame replaced can be freed."""
    try:
        return weakref.ref(value)
    except TypeError:
        return lambda: value


@dataclass(frozen=True, slots=True)
class _Known:
    """What is remembered of a value: its digest, the ids of the mutable objects it held, what its functions read.

    `classes`: those of the objects that are classes of the user's. Many values share one, and few runs change it.
    """

    digest: str | None
    objects: frozenset[int]
    reads: frozenset[str]
    classes: frozenset[int]


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


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at the names after a run; `classes` keeps what was found in the user's classes, which many share."""

    namespace: dict[str, Any]
    names: dict[str, Any]
    expected: frozenset[str]
    imported: frozenset[str]
    changes: Changes
    classes: dict[int, Content] = field(default_factory=dict)


class NamespaceWatch:
    """Looks at the user's names around a run. What it learnt of a value is kept from run to run."""

    def __init__(self, namespace: dict[str, Any], hidden: dict[str, Any]) -> None:
        self._namespace = namespace
        self._hidden = hidden
        self._held: dict[str, Callable[[], Any]] = {}
        # Small values that cannot change need no reference: most names have one.
        self._plain: dict[str, Any] = {}
        self._known: dict[str, _Known] = {}
        # Names that the budget passed over since they were looked at, those that wait longest first. What is known of
        # them stays: a change is told when they are next looked at, which is at once for what a run can reach.
        self._passed_over: dict[str, None] = {}

    def before(self) -> None:
        """Note which object each name has."""
        names = self._visible()
        self._plain = {name: value for name, value in names.items() if id(type(value)) in _PLAIN}
        self._held = {name: _held(value) for name, value in names.items() if id(type(value)) not in _PLAIN}
        for name in self._known.keys() - names.keys():
            del self._known[name]
            self._passed_over.pop(name, None)

    def after(
        self,
        writes: frozenset[str],
        reads: frozenset[str] = frozenset(),
        imports: ImportUses = _NO_IMPORTS,
    ) -> Changes:
        """What changed since. `writes`, `reads`: names the text may use, looked at even beyond the budget.

        `imports`: what the text does with what it imports.
        """
        deadline = perf_counter() + _BUDGET_S
        names = self._visible()
        changes = Changes(deleted=sorted((self._held.keys() | self._plain.keys()) - names.keys()))
        expected = (
            writes
            | (imports.touched & names.keys())
            | {name for name in reads if name in names and self._may_be_used_up(name, names[name])}
        )
        before = dict(self._known)
        concerned = self._concerned(expected | (reads & names.keys()))
        look = _Look(self._namespace, names, expected, imports.read_only, changes)
        for name in sorted(concerned & names.keys()):
            self._compare(look, name)
        also = self._of_changed_classes(changes) - concerned
        for name in sorted(also & names.keys()):
            self._compare(look, name)
        self._compare_rest(look, concerned | also, deadline)
        self._spread_unknown(changes, names)
        changes.held = self._newly_held(changes, before)
        self._held = {}
        self._plain = {}
        return changes

    def _compare_rest(self, look: _Look, done: set[str], deadline: float) -> None:
        """Look at the names that the run had nothing to do with, as far as anybody knows; at the rest another time."""
        names = look.names
        rest = {
            name: None for name, value in names.items() if name not in done and not self._is_as_before(name, value)
        }
        waiting = {name: None for name in self._passed_over if name in rest}
        for name in waiting | rest:
            if perf_counter() > deadline and self._is_same(name, names[name]):
                self._passed_over[name] = None
            else:
                self._compare(look, name)

    def _is_same(self, name: str, value: Any) -> bool:
        """Whether the name has the object it had."""
        held = self._held.get(name)
        if held is None:
            return name in self._plain and self._plain[name] is value
        return held() is value

    def _is_as_before(self, name: str, value: Any) -> bool:
        """Whether nothing can have happened: the same object, and one that does not change."""
        if name in self._plain:
            return self._plain[name] is value
        return _is_fixed(value) and self._is_same(name, value)

    def _of_changed_classes(self, changes: Changes) -> set[str]:
        """Names whose objects have a class that the run may have changed, as it changed another object of it."""
        changed = set[int]().union(
            *(
                self._known[name].classes
                for name in changes.mutated
                if name in self._known and self._known[name].classes
            )
        )
        if not changed:
            return set()
        return {name for name, known in self._known.items() if not changed.isdisjoint(known.classes)}

    def _may_be_used_up(self, name: str, value: Any) -> bool:
        """Whether reading a value may change it, unseen: an iterator that no digest can look into."""
        known = self._known.get(name)
        is_iterator = any("__next__" in members_of(kind) for kind in order_of(type(value)))
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
        touched = set[int]()
        for name in concerned:
            if name in self._known:
                touched |= self._known[name].objects - self._known[name].classes
        return concerned | {name for name, known in self._known.items() if not touched.isdisjoint(known.objects)}

    def _compare(self, look: _Look, name: str) -> None:
        """Look at a name, and tell what the run did to it; one that cannot be looked at may be anything."""
        try:
            self._compare_value(look, name, look.names[name])
        except Exception:  # noqa: BLE001 - an object may raise anything, and the other names must be told all the same
            self._known[name] = _Known(None, frozenset(), frozenset(), frozenset())
            look.changes.unknown.append(name)

    def _compare_value(self, look: _Look, name: str, value: Any) -> None:
        changes, before = look.changes, self._known.get(name)
        if not self._is_same(name, value):
            changes.bound[name] = self._learn(look, name, value).digest
        elif name in look.expected:
            self._compare_expected(look, name, before, self._learn(look, name, value).digest)
        elif not _is_fixed(value):
            functions = dict(changes.functions)
            now = self._learn(look, name, value).digest
            if before is not None and before.digest != now:
                changes.mutated[name] = now
            else:
                changes.functions = functions  # the run did not write it

    def _learn(self, look: _Look, name: str, value: Any) -> _Known:
        """Learn a value anew; the functions in it are told, when the run wrote it."""
        found = content(value, look.namespace, look.classes)
        known = _Known(found.digest, frozenset(found.objects), frozenset(found.reads), frozenset(found.classes))
        self._known[name] = known
        self._passed_over.pop(name, None)
        _tell_functions(name, found, look.changes)
        return known

    def _compare_expected(self, look: _Look, name: str, before: _Known | None, now: str | None) -> None:
        changes, kind = look.changes, type(look.names[name])
        is_module = issubclass(kind, ModuleType)
        if now is None or (is_module and name not in look.imported):
            changes.unknown.append(name)  # a module's name says nothing of what was set in it
        elif before is None and id(kind) not in _FIXED and not is_module:
            changes.mutated[name] = now  # not known before: the text may have changed it, and the digest says to what
        elif before is not None and before.digest != now:
            changes.mutated[name] = now
        else:
            changes.kept[name] = now

    def _spread_unknown(self, changes: Changes, names: dict[str, Any]) -> None:
        """An object too large to digest may have changed: so may whatever else holds it."""
        touched: set[int] = set()
        for name in changes.unknown:
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
    if id(kind) in _FIXED:
        return True
    if kind is FunctionType:
        return not bool(value.__closure__ or value.__dict__ or value.__defaults__ or value.__kwdefaults__)
    if issubclass(kind, type):
        return not is_users_class(value)
    if kind is BuiltinFunctionType:  # `items.append` changes with `items`
        return value.__self__ is None or issubclass(type(value.__self__), (ModuleType, type))
    return issubclass(kind, ModuleType) and name_of_module(value) is not None


def _tell_functions(name: str, found: Content, changes: Changes) -> None:
    found.reads.discard(name)
    if found.reads or found.writes:
        changes.functions[name] = {"reads": sorted(found.reads), "writes": sorted(found.writes)}
