"""The user's dataframes with their columns, for completion and hints: told when they are new, changed or gone.

Looks at no row. A frame whose columns SQL would see under other names (two that differ in case only, levels), that
has very many or would have to be asked for them (lazy) is told without: in doubt nothing is known.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from .frames import is_frame
from .type_facts import is_users_class

MAX_FRAMES = 200
MAX_COLUMNS = 300
_MAX_NAME = 200
_BUDGET_S = 0.001
_MODULES = ("pandas", "polars", "pyarrow")

Columns = list[str] | None


class FrameColumns:
    """Remembers what it told; at most 200 frames of 300 columns each, and a millisecond a look."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace
        self._told: dict[str, Columns] = {}
        # pandas' columns are an object that never changes: the same one needs no second look.
        self._seen: dict[str, Any] = {}
        # By the ids of types (a type may be asked for its hash in the user's code), which are kept so that no other
        # type gets the id.
        self._is_frame: dict[int, bool] = {}
        self._kinds: list[type] = []

    def changes(self) -> tuple[dict[str, Columns], list[str]]:
        """Frames that are new or have other columns than were told (None: not known), and names that are none now."""
        if not self._told and not any(module in sys.modules for module in _MODULES):
            return {}, []
        frames = self._frames()[:MAX_FRAMES]
        gone = sorted(self._told.keys() - dict(frames).keys())
        for name in gone:
            self._told.pop(name, None)
            self._seen.pop(name, None)
        return self._changed(frames), gone

    def _changed(self, frames: list[tuple[str, Any]]) -> dict[str, Columns]:
        end = perf_counter() + _BUDGET_S
        found: dict[str, Columns] = {}
        for name, value in frames:
            columns = self._columns(name, value, is_late=perf_counter() > end)
            if name not in self._told or columns != self._told[name]:
                found[name] = self._told[name] = columns
        return found

    def _frames(self) -> list[tuple[str, Any]]:
        # One look-up a name: there are thousands, nearly all of types that were met before.
        known = self._is_frame
        perhaps = [(name, value) for name, value in list(self._namespace.items()) if known.get(id(type(value)), True)]
        return [(name, value) for name, value in perhaps if not name.startswith("_") and self._look(value)]

    def _look(self, value: Any) -> bool:
        kind = type(value)
        if id(kind) not in self._is_frame:
            self._kinds.append(kind)
            self._is_frame[id(kind)] = is_frame(value) and not is_users_class(kind)
        return self._is_frame[id(kind)]

    def _columns(self, name: str, value: Any, *, is_late: bool) -> Columns:
        library = type(value).__module__.split(".", 1)[0]
        if library != "pandas":
            is_passed_over = is_late or type(value).__name__ == "LazyFrame"
            return None if is_passed_over else _checked(_names(library, value))
        index = value.columns
        if self._seen.get(name) is index:
            return self._told.get(name)
        if is_late:  # its turn comes after the next run
            self._seen.pop(name, None)
            return None
        self._seen[name] = index
        return _checked(index.tolist()) if index.nlevels == 1 and len(index) <= MAX_COLUMNS else None


def _names(library: str, value: Any) -> list[Any]:
    """The columns of a Polars frame, or of an Arrow table or batch."""
    if library == "polars":
        return list(value.columns) if value.width <= MAX_COLUMNS else [None]
    return list(value.schema.names) if value.num_columns <= MAX_COLUMNS else [None]


def _checked(names: list[Any]) -> Columns:
    """The names, if SQL sees the columns under them."""
    is_plain = all(type(name) is str and len(name) <= _MAX_NAME for name in names)
    return names if is_plain and len({name.lower() for name in names}) == len(names) else None
