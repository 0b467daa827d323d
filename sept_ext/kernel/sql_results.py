"""What SQL cells of this kernel gave: which statement is behind a variable, so that another cell can build on it."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .digests import content
from .sql_statement import Parts


@dataclass(frozen=True, slots=True)
class Sources:
    """What a query asks: relations as they are written, and functions that only the database knows, in lower case."""

    relations: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SqlResult:
    """The query behind a variable. `parts` is the statement as it ran, values and upstream queries in it.

    `sources`: what of the database it read; `reads`: its relations, as `_plain` names them. `refusal`: why it can be
    no CTE of another. `frame` gives the variable's object while it lives, `mark` tells whether that was changed.
    """

    name: str
    connection: str
    parts: Parts
    reads: frozenset[str]
    sources: Sources
    number: int
    refusal: str | None
    frame: Any
    mark: object


@dataclass(slots=True)
class SqlResults:
    """Results by variable, and what was written on each connection since."""

    _results: dict[str, SqlResult] = field(default_factory=dict)
    _written: dict[str, dict[str | None, int]] = field(default_factory=dict)
    _number: int = 0
    _run: int = 0

    def note_run(self) -> None:
        """A cell begins: results from now on are its own."""
        self._run = self._number

    def changed(self, names: Iterable[str]) -> None:
        """A cell may have changed variables: those that held results of earlier cells do not any more."""
        for name in names:
            if name in self._results and self._results[name].number <= self._run:
                self.drop(name)

    def keep(
        self, name: str, connection: str, parts: Parts, sources: Sources, refusal: str | None, frame: Any
    ) -> None:
        """A query ran and its rows went into a variable."""
        self._number += 1
        try:
            held: Any = weakref.ref(frame)
        except TypeError:  # an Arrow table cannot change, and may be kept
            held = lambda: frame  # noqa: E731
        reads = frozenset(map(_plain, sources.relations))
        self._results[name] = SqlResult(
            name, connection, parts, reads, sources, self._number, refusal, held, mark_of(frame)
        )

    def drop(self, name: str) -> None:
        """The variable holds something else now."""
        self._results.pop(name, None)

    def note_written(self, connection: str, relations: Iterable[str] | None) -> None:
        """A statement changed relations of a database (None: nobody knows which)."""
        self._number += 1
        names: Iterable[str | None] = [None] if relations is None else map(_plain, relations)
        self._written.setdefault(connection, {}).update(dict.fromkeys(names, self._number))

    def has_any(self, connection: str) -> bool:
        """Whether there are results of this connection."""
        return any(result.connection == connection for result in self._results.values())

    def candidates(self, names: Iterable[str], connection: str) -> dict[str, SqlResult]:
        """Those of the names that hold results of this connection."""
        found = {name: self._results[name] for name in names if name in self._results}
        return {name: result for name, result in found.items() if result.connection == connection}

    def why_not(self, result: SqlResult, namespace: Mapping[str, Any]) -> str | None:
        """Why a result cannot stand for its query any more; None when it can."""
        if result.refusal is not None:
            return result.refusal
        value = namespace.get(result.name)
        if value is not result.frame():
            return "it was given another value since"
        if mark_of(value) != result.mark:
            return "it was changed since"
        written = self._written.get(result.connection, {})
        for name in (*sorted(result.reads), None):
            if written.get(name, 0) > result.number:
                return f"{'the database' if name is None else f'`{name}`'} was changed since it ran"
        return None


def _plain(relation: str) -> str:
    """`Sales` and `public.sales` may be the same relation: names are compared by their last part."""
    return relation.lower().rsplit(".", 1)[-1]


def mark_of(frame: Any) -> object:
    """Something that differs once a frame was changed in place: its content, of a large one shape and blocks."""
    digest = content(frame, {}).digest
    if digest is not None:
        return digest
    blocks = getattr(getattr(frame, "_mgr", None), "blocks", ())
    shape = getattr(frame, "shape", None)
    return (shape, tuple(map(str, getattr(frame, "columns", ()))), tuple(id(block.values) for block in blocks))
