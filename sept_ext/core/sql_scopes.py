"""What the names of columns mean at a place of a query.

`Columns` are the columns of a query, of a CTE, of anything that stands in FROM. A column's origins are pairs of
(relation, column); the relation is None when it cannot be told which of several relations has the column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

Origin = tuple[str | None, str]
Origins = frozenset[Origin]
_NONE: Origins = frozenset()


@dataclass(slots=True)
class Columns:
    """Columns by lower-case name, as (written name, origins).

    `relation` is set for a relation whose columns are not known (it may have any), `rest` holds the origins of
    columns that are not named here (`SELECT *` over such a relation, what a PIVOT or a table function makes).
    """

    named: dict[str, tuple[str, Origins]] = field(default_factory=dict)
    relation: str | None = None
    rest: list[Columns] = field(default_factory=list)
    all: Origins | None = None

    def add(self, name: str, origins: Origins) -> None:
        """One more column; of two with one name the origins are united."""
        known = self.named.get(name.lower(), (name, _NONE))
        self.named[name.lower()] = (known[0], known[1] | origins)

    def find(self, name: str) -> Origins | None:
        """The origins of a column; None if there is none of the name for certain."""
        found = self.named.get(name.lower())
        if found is not None:
            return found[1]
        if self.relation is not None:
            return frozenset({(self.relation, name)})
        inner = [origins for columns in self.rest if (origins := columns.find(name)) is not None]
        if inner:
            return frozenset({(None, name)}) if len(inner) > 1 and self._is_unsure() else frozenset().union(*inner)
        return self.all

    def _is_unsure(self) -> bool:
        return all(columns.is_open for columns in self.rest)

    @property
    def is_open(self) -> bool:
        """Whether it may have columns that are not named."""
        return self.relation is not None or bool(self.rest) or self.all is not None

    def every(self) -> Origins:
        """The origins of all its columns."""
        found = frozenset().union(*(origins for _, origins in self.named.values()), self.all or _NONE)
        if self.relation is not None:
            found |= {(self.relation, "*")}
        return found.union(*(columns.every() for columns in self.rest))

    def renamed(self, names: list[str]) -> Columns:
        """The columns under the names of a list, by position."""
        if not names:
            return self
        pairs = list(self.named.values())
        found = Columns(relation=self.relation, rest=self.rest, all=self.all)
        for number, name in enumerate(names):
            found.add(name, pairs[number][1] if number < len(pairs) else self.every())
        for name, origins in pairs[len(names) :]:
            found.add(name, origins)
        return found


@dataclass(slots=True)
class Scope:
    """What names mean at a place: CTEs, the sources of FROM under their aliases, and the scope around.

    `aliases`: what columns of the select list may be called by those behind them; `is_alias_first`: even if a source
    has such a column. `windows`: the definitions of the WINDOW clause.
    """

    ctes: Mapping[str, Columns]
    outer: Scope | None = None
    sources: dict[str, Columns] = field(default_factory=dict)
    joined: set[str] = field(default_factory=set)
    aliases: dict[str, Origins] = field(default_factory=dict)
    windows: dict[str, exp.Expression] = field(default_factory=dict)
    is_alias_first: bool = False

    def column(self, name: str, table: str = "") -> Origins:
        """The origins of a column's name."""
        if table:
            scope: Scope | None = self
            while scope is not None:
                source = scope.sources.get(table.lower())
                if source is not None:
                    return source.find(name) or _NONE
                scope = scope.outer
            return self.column(table)  # a field of a structure
        return self._unqualified(name)

    def _unqualified(self, name: str) -> Origins:
        if self.is_alias_first and name.lower() in self.aliases:
            return self.aliases[name.lower()]
        known = [source.named[name.lower()][1] for source in self.sources.values() if name.lower() in source.named]
        is_open = [found for source in self.sources.values() if source.is_open and (found := source.find(name))]
        if known and name.lower() not in self.joined:
            return _NONE.union(*known)
        if name.lower() in self.joined:
            return _NONE.union(*known, *is_open)
        if name.lower() in self.aliases:
            return self.aliases[name.lower()]
        if len(is_open) == 1:
            return is_open[0]
        if is_open:
            return frozenset({(None, name)})
        if name.lower() in self.sources:  # a whole row
            return self.sources[name.lower()].every()
        return self.outer.column(name) if self.outer is not None else frozenset({(None, name)})
