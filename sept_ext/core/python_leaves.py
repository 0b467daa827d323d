"""What a cell leaves under the names it binds or changes, as far as other cells need to know it.

A value that is nobody else's and cannot be called is not worth telling. Objects are told by the names that hold them
when the cell has run: `b = a` leaves under `b` an object of `a`.
"""

from __future__ import annotations

from .python_frame import Frame
from .python_names import words
from .python_values import CONVENTIONAL_MODULES, MADE, NOTHING, PARAMETER, SLICE, VIEW, Value

LONGEST_TEXT = 5_000
_FEW = 4  # origins whose holders are not worth keeping
# Modules whose functions change or call their arguments, or run text: under which name they go matters.
_TELLING = words(
    "random numpy heapq bisect operator functools itertools duckdb pandas copy json pickle numexpr timeit"
)


def left_values(frame: Frame) -> dict[str, Value]:
    """The values worth telling, by name."""
    env, deleted = frame.state.env, frame.state.deleted
    changed = frame.effects.writes.keys() | frame.effects.mutates.keys()
    values = [(name, env[name]) for name in changed if name in env and name not in deleted]
    if not any(_may_tell(name, value) for name, value in values):
        return {}
    holders = _Holders(_holders(frame))
    found = {}
    for name, value in values:
        if _may_tell(name, value):
            told = _told(name, value, holders)
            if told is not None:
                found[name] = told
    return found


def _may_tell(name: str, value: Value) -> bool:
    """A cheap test: false for most values (an object that the cell made and bound once)."""
    origins, inner, functions, path, text, members, _, _, _, deep, _, _ = value
    if inner or functions or path or text or members or deep:
        return True
    if len(origins) != 1:
        return True
    (origin,) = origins
    return not (origin[0] == MADE and origin.startswith(name, 1) and origin[len(name) + 1 : len(name) + 2] == ":")


def _holders(frame: Frame) -> dict[str, set[str]]:
    """Which names hold an object at the end; an outer name holds its own until it is rebound."""
    holders: dict[str, set[str]] = {}
    killed = frame.state.killed
    for name, value in frame.state.env.items():
        for origin in value.origins:
            holders.setdefault(origin, set()).add(name)
        for origin in value.origins | value.inner | value.deep:
            if origin[0] not in (MADE, PARAMETER) and origin not in killed:
                holders.setdefault(origin, set()).add(origin)
    return holders


class _Holders:
    """Which names hold the objects of a set of origins; values share many of their sets."""

    def __init__(self, by_origin: dict[str, set[str]]) -> None:
        self._by_origin = by_origin
        self._known: dict[int, frozenset[str]] = {}  # by the set's id: what the frame knows keeps the sets alive

    def names(self, origins: frozenset[str], own: str) -> frozenset[str]:
        """The names that hold any of them, `own` aside."""
        if not origins:
            return NOTHING
        if len(origins) <= _FEW:  # quickly told again, and each may have very many holders
            few: set[str] = set()
            few.update(*self._of(origins))
            few.discard(own)
            return frozenset(few)
        found = self._known.get(id(origins))
        if found is None:
            found = self._known[id(origins)] = NOTHING.union(*self._of(origins))
        return found - {own} if own in found else found

    def _of(self, origins: frozenset[str]) -> list[set[str]]:
        return [self._by_origin[origin] for origin in origins if origin in self._by_origin]


def _told(name: str, value: Value, holders: _Holders) -> Value | None:
    aliases = holders.names(value.origins, name)
    inner = holders.names(value.inner, name)
    deep = holders.names(value.deep, name)
    text = value.text if value.text is not None and len(value.text) <= LONGEST_TEXT else None
    path = value.path if value.path is not None and _is_telling(name, value.path) else None
    if not (aliases or inner or deep or value.functions or value.members or text or path):
        return None
    parts = tuple([_told(name, part, holders) or Value() for part in value.parts]) if value.parts else None
    keys = {key: _told(name, part, holders) or Value() for key, part in value.keys.items()} if value.keys else None
    return value._replace(origins=aliases, inner=inner, deep=deep, text=text, path=path, parts=parts, keys=keys)


def _is_telling(name: str, path: str) -> bool:
    if path in (SLICE, VIEW):
        return True
    if path.endswith("()"):
        return path == "duckdb.connect()"
    return CONVENTIONAL_MODULES.get(name) != path and path.partition(".")[0] in _TELLING
