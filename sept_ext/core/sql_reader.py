"""Relations by the grammar of clauses alone: a reader of words for queries that the parser cannot parse.

It knows WITH and its scopes, FROM and JOIN lists with commas and brackets, SELECT INTO and what else names a relation
inside a query; expressions are looked through for sub-queries only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from .sql_relations import CORRELATED_PATHS, IN_TABLE, RESERVED, RelationUse, Uses, is_file
from .sql_tokens import Word, keys

Scope = frozenset[str]
_QUERY = frozenset(("SELECT", "WITH", "FROM", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE", "MERGE", "PIVOT"))
_AFTER_FROM = frozenset(
    [
        "WHERE",
        "GROUP",
        "ORDER",
        "HAVING",
        "LIMIT",
        "UNION",
        "INTERSECT",
        "EXCEPT",
        "MINUS",
        "WINDOW",
        "QUALIFY",
        "FETCH",
        "OFFSET",
        "SET",
        "WHEN",
        "RETURNING",
        "CONNECT",
        "START",
        "CLUSTER",
        "DISTRIBUTE",
        "SORT",
        "SETTINGS",
        "FORMAT",
        "PREWHERE",
        "OPTION",
        "INTO",
        "SELECT",
        "OUTPUT",
        "INSERT",
        "ON_CONFLICT",
        "|>",
    ]
)
_LOCKS = frozenset(("UPDATE", "SHARE", "NO", "KEY", "XML", "JSON", "BROWSE", "READ", "FETCH"))
_HINTS = frozenset(("NOLOCK", "READPAST", "UPDLOCK", "HOLDLOCK", "ROWLOCK", "TABLOCK", "TABLOCKX", "XLOCK", "INDEX"))
_NOT_INTO = frozenset(("OUTFILE", "DUMPFILE", "VARIABLE"))
# Words that stand before a name without being one.
_FILLERS = frozenset(("ONLY", "LATERAL", "TABLE", "FINAL"))
_TAILS = keys(
    "INDEXED SAMPLE TABLESAMPLE VERSIONS VERSION TIMESTAMP AT BEFORE PIVOT UNPIVOT MATCH_RECOGNIZE USE FORCE IGNORE"
    " WITH FINAL OPTION ASOF POSITIONAL PASTE SEMI ANTI HASH LOOP REMOTE GLOBAL ANY CHANGES SETTINGS ARRAY SYSTEM_TIME"
    " BY OF NOT NOWAIT SKIP WINDOW QUALIFY CONNECT START MODEL RESPECT EXPAND APPLY VIEW OUTER"
)
_IS_CLAUSE = frozenset(("FROM", "JOIN", "STRAIGHT_JOIN", "APPLY"))


class Inner(Protocol):
    """Who understands what stands inside a statement: texts keep their places, everything around is blank."""

    def query(self, text: str, scope: Scope) -> Uses | None:
        """A query by the parser, with these CTEs around it; None if it does not parse."""

    def statement(self, text: str) -> Uses:
        """A statement of any kind."""

    def code(self, code: str) -> Uses:
        """A statement in a string: its relations have no places."""


class Reader:
    """A statement as words; what it does is collected in `uses`.

    `doubts` is set when the words follow no grammar: then nothing that was collected can be trusted.
    """

    def __init__(self, text: str, words: tuple[Word, ...], dialect: str, inner: Inner) -> None:
        self.text = text
        self.words = words
        self.dialect = dialect
        self.inner = inner
        self.uses = Uses()
        self.named: list[tuple[str, RelationUse]] = []  # sources of FROM lists under their aliases
        self.closes, balanced = _brackets(words)
        self.doubts = not balanced

    # -- looking -----------------------------------------------------------------------------------------------------

    def key(self, place: int) -> str:
        """The word at a place in upper case; empty for names in quotes, strings and the end."""
        return self.words[place].key if 0 <= place < len(self.words) else ""

    def is_at(self, place: int, *wanted: str) -> bool:
        """Whether these words stand at a place."""
        return all(self.key(place + number) == key for number, key in enumerate(wanted))

    def after(self, place: int) -> int:
        """The place behind a word, or behind what a bracket encloses."""
        return self.closes.get(place, place) + 1

    def find(self, place: int, end: int, words: Iterable[str]) -> int:
        """The first of some words outside of brackets; `end` if there is none."""
        wanted = frozenset(words)
        while place < end:
            if self.key(place) in wanted:
                return place
            place = self.after(place)
        return end

    def is_name(self, place: int) -> bool:
        """Whether a name may begin here."""
        if place >= len(self.words):
            return False
        word = self.words[place]
        return word.kind == "quoted" or (word.kind == "word" and word.key not in RESERVED)

    def name(self, place: int) -> tuple[RelationUse, int]:
        """The dotted name at a place, and the place behind it."""
        first = self.words[place]
        parts = self._part(first)
        last = place
        while self.key(last + 1) == "." or (self.key(last + 1) == "-" and self._is_dashed(last)):
            dots = 2 if self.is_at(last + 1, ".", ".") else 1
            if last + 1 + dots >= len(self.words) or not self.is_name(last + 1 + dots):
                break
            if self.key(last + 1) == "-":
                parts[-1] += "-" + self.words[last + 2].text
            else:
                parts += [""] * (dots - 1) + self._part(self.words[last + 1 + dots])
            last += 1 + dots
        return RelationUse(tuple(parts), first.start, self.words[last].end), last + 1

    def _part(self, word: Word) -> list[str]:
        return word.text.split(".") if self.dialect == "bigquery" and word.kind == "quoted" else [word.text]

    def _is_dashed(self, place: int) -> bool:
        """BigQuery's `project-name.dataset.table`."""
        if self.dialect != "bigquery" or place + 2 >= len(self.words):
            return False
        return (
            self.words[place].end == self.words[place + 1].start
            and self.words[place + 2].start == self.words[place + 1].end
        )

    # -- collecting --------------------------------------------------------------------------------------------------

    def read(self, use: RelationUse, scope: Scope = frozenset()) -> None:
        """A relation is read, unless it is a CTE or a file."""
        parts = use.parts
        if len(parts) == 1 and parts[0].lower() in scope:
            return
        if not is_file(parts):
            self.uses.reads.append(use)

    def write(self, use: RelationUse, *, makes: bool = False) -> None:
        """A relation is changed, or made anew for certain."""
        self.uses.writes.append(use)
        if makes:
            self.uses.made.add(use.name.lower())

    def nested(self, start: int, end: int, *, runs: bool = True) -> None:
        """A whole statement inside this one; with `runs` false it is only planned."""
        self.uses.add(self.inner.statement(self._piece(start, end)), runs=runs)

    def code(self, place: int) -> None:
        """The string at a place is SQL that runs."""
        self.uses.add(self.inner.code(self.words[place].text))

    def _piece(self, start: int, end: int) -> str:
        first = self.words[start].start if start < len(self.words) else len(self.text)
        return " " * first + self.text[first : self.words[end - 1].end if end > start else first]

    # -- queries -----------------------------------------------------------------------------------------------------

    def query(self, start: int, end: int, scope: Scope = frozenset()) -> None:
        """A query (or a piece that may hold queries): the parser if it can, else clause by clause."""
        if start >= end:
            return
        uses = self.inner.query(self._piece(start, end), scope)
        if uses is not None:
            self.uses.add(uses)
            return
        before = len(self.uses.reads) + len(self.named)
        self.scan(start, end, scope)
        if (
            len(self.uses.reads) + len(self.named) == before
        ):  # neither the parser nor the words say where rows come from
            self.doubts = True

    def scan(self, place: int, end: int, scope: Scope, *, clauses: bool = True) -> None:
        """Words from `place` on; without `clauses` an expression: `EXTRACT(x FROM y)` has no FROM list."""
        while place < end:
            key = self.key(place)
            if key == "(":
                close = min(self.closes.get(place, end), end)
                self.scan(place + 1, close, scope, clauses=self.is_query(place + 1))
                place = close + 1
            elif key == "WITH" and self.is_cte(place):
                place, scope = self.ctes(place, end, scope)
            elif key == "IN" and self.dialect in IN_TABLE and self.is_name(place + 1) and self.key(place + 2) != "(":
                use, place = self.name(place + 1)
                self.read(use, scope)
            elif key == "TABLE" and self.is_name(place + 1) and self.key(place - 1) in ("(", ","):
                use, place = self.name(place + 1)  # an argument of a table function
                self.read(use, scope)
            elif clauses:
                place = self._clause(place, end, scope, key)
            else:
                place += 1

    def _clause(self, place: int, end: int, scope: Scope, key: str) -> int:
        if key == "FROM" and self.key(place - 1) == "DISTINCT" and self.key(place - 2) in ("IS", "NOT"):
            return place + 1
        if key in _IS_CLAUSE:
            return self.sources(place + 1, end, scope)
        if key == "TABLE" and self.is_name(place + 1) and self.key(place - 1) not in ("INTO", "OVERWRITE"):
            use, place = self.name(place + 1)
            self.read(use, scope)
            return place
        if key == "INTO" and self.is_name(place + 1) and self.key(place + 1) not in _NOT_INTO:
            filler = self.key(place + 1) in ("TABLE", "TEMP", "TEMPORARY", "UNLOGGED") and self.is_name(place + 2)
            use, place = self.name(place + 1 + filler)
            self.write(use, makes=True)
            return place
        return place + 1

    def is_query(self, place: int) -> bool:
        """Whether a query begins here, perhaps in further brackets."""
        while self.key(place) == "(":
            place += 1
        return self.key(place) in _QUERY

    def is_cte(self, place: int) -> bool:
        """Whether the WITH at a place begins a CTE."""
        place += 1 + (self.key(place + 1) == "RECURSIVE")
        if not self.is_name(place):
            return False
        place = self.after(place + 1) if self.key(place + 1) == "(" else place + 1
        return self.key(place) == "AS" and self.key(place + 1) in ("(", "MATERIALIZED", "NOT")

    def ctes(self, place: int, end: int, scope: Scope) -> tuple[int, Scope]:
        """A WITH clause; the place behind it and the names visible from there on."""
        recursive = self.key(place + 1) == "RECURSIVE" or self.dialect in ("tsql", "oracle", "snowflake", "sqlite")
        place += 1 + (self.key(place + 1) == "RECURSIVE")
        bodies: list[tuple[str, int, int]] = []
        while place < end and self.is_name(place):
            opening = self.find(place, end, ("AS",)) + 1
            while self.key(opening) in ("NOT", "MATERIALIZED"):
                opening += 1
            close = min(self.closes.get(opening, end), end)
            bodies.append((self.words[place].text.lower(), opening, close))
            place = close + 1
            if self.key(place) in ("SEARCH", "CYCLE"):
                place = self.find(place, end, (",", *_QUERY))
            if self.key(place) != ",":
                break
            place += 1
        names = frozenset(name for name, _, _ in bodies)
        for name, opening, close in bodies:
            self.scan(opening + 1, close, scope | names if recursive else scope)
            scope |= {name}
        return place, scope

    # -- FROM lists --------------------------------------------------------------------------------------------------

    def sources(self, place: int, end: int, scope: Scope, aliases: frozenset[str] = frozenset()) -> int:
        """A FROM list: sources parted by commas, up to the next clause or JOIN. The place behind it."""
        while True:
            place, aliases = self.source(place, end, scope, aliases)
            while place < end and self.key(place) != ",":
                key = self.key(place)
                if key in _AFTER_FROM or key in _IS_CLAUSE or (key == "FOR" and self.key(place + 1) in _LOCKS):
                    return place
                if key == "(":
                    self.scan(
                        place + 1, min(self.closes.get(place, end), end), scope, clauses=self.is_query(place + 1)
                    )
                if key == "VALUES" or (key == "LATERAL" and self.key(place + 1) == "VIEW"):
                    place += 1
                place = self.after(place)
            if place >= end:
                return end
            place += 1

    def source(self, place: int, end: int, scope: Scope, aliases: frozenset[str]) -> tuple[int, frozenset[str]]:
        """One source of a FROM list; the place behind it and the names known from there on."""
        while self.key(place) in _FILLERS and (self.is_name(place + 1) or self.key(place + 1) == "("):
            place += 1
        if place >= end or self.key(place) in _AFTER_FROM or self.key(place) in RESERVED:
            self.doubts = True
            return min(place, end), aliases
        if self.key(place) == "(":
            return self._enclosed(place, end, scope), aliases
        if not self.is_name(place) or self.key(place) == "VALUES":
            return self._other(place, end), aliases
        use, after = self.name(place)
        if self.key(after) == "(" and self.key(after + 1) not in _HINTS:
            self.scan(after + 1, min(self.closes.get(after, end), end), scope, clauses=False)
            return self.after(after), aliases
        if not (len(use.parts) > 1 and self.dialect in CORRELATED_PATHS and use.parts[0].lower() in aliases):
            self.read(use, scope)
        alias = after + (self.key(after) == "AS")
        has_alias = alias < end and self.is_name(alias) and not self.words[alias].is_keyword
        named = (self.words[alias].text if has_alias else use.parts[-1]).lower()
        self.named.append((named, use))
        if has_alias and self.is_odd(alias) and self.is_odd(alias + 1):
            self.doubts = True
        return after, aliases | {named}

    def is_odd(self, place: int) -> bool:
        """A plain word that stands where no grammar has one (`FROM a WHER x`)."""
        if place >= len(self.words):
            return False
        word = self.words[place]
        return word.kind == "word" and not word.is_keyword and word.key not in _TAILS

    def _enclosed(self, place: int, end: int, scope: Scope) -> int:
        """A sub-query, a function in TABLE(...), or `(a JOIN b ...)`; the place behind it."""
        close = min(self.closes.get(place, end), end)
        if self.is_query(place + 1):
            self.scan(place + 1, close, scope)
        elif self.key(place - 1) in _FILLERS:
            self.scan(place + 1, close, scope, clauses=False)
        else:
            self.scan(self.sources(place + 1, close, scope), close, scope)
        return close + 1

    def _other(self, place: int, end: int) -> int:
        """A file, a stage or a variable: no relation; the place behind it."""
        if self.key(place) in ("@", "~", "/"):
            while (
                place + 1 < end and self.words[place + 1].start == self.words[place].end and self.key(place + 1) != ","
            ):
                place += 1
        return place + 1


def _brackets(words: tuple[Word, ...]) -> tuple[dict[int, int], bool]:
    """Where each opening bracket is closed, and whether all are."""
    balanced = True
    open_at: list[int] = []
    closes: dict[int, int] = {}
    for number, word in enumerate(words):
        if word.key in ("(", "[", "{"):
            open_at.append(number)
        elif word.key in (")", "]", "}"):
            balanced = balanced and bool(open_at)
            if open_at:
                closes[open_at.pop()] = number
    return {**closes, **dict.fromkeys(open_at, len(words))}, balanced and not open_at
