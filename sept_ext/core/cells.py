"""What a cell is, and what reading its source tells about it.

Everything here is frozen: an analysis is a fact about a text, so it can be cached by the text's hash and
shared between notebooks, threads and clients.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from .python_values import Value
from .source_hash import SourceHash

CellType = Literal["code", "markdown", "raw"]
CellLanguage = Literal["python", "sql", "other"]
ProblemKind = Literal["syntax", "opaque", "sql-unknown", "sql-name", "too-long", "unknown-relation", "unknown-column"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the notebook file has it. `id` is nbformat's cell id, `source` the text without outputs."""

    id: str
    type: CellType
    source: str


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of the cell's own text. Lines count from 1, columns from 0 (characters)."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell is known less well than it could be.

    `syntax`: the text does not parse. `opaque`: it runs code that cannot be known before it runs (`exec`,
    `%run`, star import). `sql-unknown`: a SQL statement that was not understood. `sql-name`: a value
    stands where a part of a name should, and cannot be bound there. `too-long`: not analysed.
    `unknown-relation`, `unknown-column`: a name that a database does not have, with the nearest that it has
    (`sql_lint`).
    """

    kind: ProblemKind
    message: str
    span: Span | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """A table or view of a database, under the connection it is reached by (`None`: the notebook's DuckDB)."""

    connection: str | None
    name: str


@dataclass(frozen=True, slots=True)
class FunctionEffects:
    """What using a function or class of a cell does to global names, wherever it is used."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    mutates: frozenset[str] = frozenset()


def _no_functions() -> Mapping[str, FunctionEffects]:
    return MappingProxyType({})


def _no_values() -> Mapping[str, Value]:
    return MappingProxyType({})


def _empty_spans() -> Mapping[str, tuple[Span, ...]]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CellAnalysis:
    """Which global names a cell uses and changes, as far as its text tells.

    `reads`: names whose value from before the cell it may use, now or later (through a function, class or
    generator it defines). `writes`: names it may bind, mutate or delete; `kills`, `mutates` and `deletes` say how:
    a *kill* binds (or deletes) the name on every path, so an earlier value cannot survive the cell; a *mutation*
    changes an object that existed before; what is in `writes` and in neither is bound on some paths only.
    `relations_read` / `relations_written` are tables of databases, kept apart from Python names; of those written,
    `relations_changed` keep something of what they held before (INSERT, DROP), the others are made anew (CREATE).
    `maybe_read`: what SQL on a connection reads if it is a variable: a frame beside the tables, the result of another
    SQL cell, an object that is the connection.
    `deferred`: the reads that happen only when a function or class of the cell is used later; `functions` says by
    name what such a use does, for the cells that use it (`linked_graph`). `leaves`: what is known of the values of
    names that the cell binds or changes: functions and classes, aliases, texts (`python_leaves`).
    `is_opaque`: the cell may read or write anything besides (see `problems` for the reason).
    `source_hash` is equal for texts that differ in comments and white space only. `text` is the source of a cell of
    Python, which is read once more when what the cells above leave matters. `provided`: builtin names that it looks
    up; they are no reads unless some cell gives them another meaning (`sum = 0`).
    """

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    kills: frozenset[str] = frozenset()
    mutates: frozenset[str] = frozenset()
    deletes: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    deferred: frozenset[str] = frozenset()
    functions: Mapping[str, FunctionEffects] = field(default_factory=_no_functions)
    leaves: Mapping[str, Value] = field(default_factory=_no_values, compare=False, repr=False)
    relations_read: frozenset[Relation] = frozenset()
    relations_written: frozenset[Relation] = frozenset()
    relations_changed: frozenset[Relation] = frozenset()
    maybe_read: frozenset[str] = frozenset()
    read_spans: Mapping[str, tuple[Span, ...]] = field(default_factory=_empty_spans)
    write_spans: Mapping[str, tuple[Span, ...]] = field(default_factory=_empty_spans)
    language: CellLanguage = "python"
    is_opaque: bool = False
    source_hash: SourceHash | str = ""
    text: str = field(default="", compare=False, repr=False)
    provided: frozenset[str] = frozenset()

    @property
    def is_broken(self) -> bool:
        """Whether the text does not parse, so that reads and writes are not known from it."""
        return any(problem.kind in ("syntax", "too-long") for problem in self.problems)


@dataclass(frozen=True, slots=True)
class SqlAnalysis:
    """Relations a SQL text reads and writes, as written, quotes removed, parts joined by dots.

    `unknown` is true when a statement could not be understood: then the sets are lower bounds.
    `parameters` are the names of bound parameters (`:name`, `{{ name }}`).
    """

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    unknown: bool = False
    parameters: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
