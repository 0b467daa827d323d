"""`lint_sql`: tables and columns of a SQL text that a known schema does not have, before anything is sent.

The rule is silence in doubt: a name is told only when the statement is understood, everything it could mean is known,
and nothing that engines add by themselves goes by it. Letters' case is never a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from sqlglot import exp

from .cells import Problem
from .sql_analysis import SqlFacts, sql_facts
from .sql_names import Columns, UnknownColumn, unknown_columns
from .sql_parameters import span_of
from .sql_parse import DEFAULT_DIALECT, parse_trees
from .sql_tokens import keys
from .sql_uses import RelationUse

Schema = Mapping[str, Iterable[str] | None]
_Tree = tuple[exp.Expression, int]

MAX_PROBLEMS = 20
_NEAR = 0.6
_VERY_NEAR = 0.75
# Where the tables that plain names mean are all in one catalog: elsewhere there are synonyms, or views not listed.
_LISTED = frozenset(("duckdb", "sqlite", "mysql", "postgres"))
_SYSTEM = (
    "pg_", "sqlite_", "duckdb_", "pragma_", "information_schema", "sys", "temp", "#", "@", "__", "innodb_",
)  # fmt: skip
_SYSTEM_NAMES = keys("dual dbstat generate_series json_each json_tree range rand unnest stdin geometry_columns")
# Schemas that plain names mean, where nobody says otherwise.
_DEFAULT_SCHEMAS = {"duckdb": "main", "sqlite": "main", "postgres": "public"}


def lint_sql(
    sql: str,
    dialect: str | None,
    schema: Schema,
    *,
    is_complete: bool = True,
    line: int = 1,
    column: int = 0,
) -> tuple[Problem, ...]:
    """Tables and columns that a schema does not have, in the order of the text. Advisory; never raises.

    `schema` maps the names of relations to their columns (None: not known), those of other schemas as `schema.name`.
    `is_complete` says that plain names mean nothing else: without it no table is told. `dialect` is one of sqlglot's
    names, None means DuckDB's. `line` and `column` are where the text begins in its cell. A text with a statement
    that is not understood gives none, neither does an empty schema.
    """
    name = dialect or DEFAULT_DIALECT
    facts = sql_facts(sql, name)
    if not schema or facts.unknown or facts.parsed.problems:
        return ()
    trees = list(_trees(facts, name))
    known = _Known(schema, name, _made(facts, trees))
    found: list[tuple[int, Problem]] = []
    if is_complete and name in _LISTED:
        found += [(use.start, _relation_problem(sql, use, known, line, column)) for use in _unknown(facts, known)]
    try:
        columns = list(_columns(trees, name, known))
    except (RecursionError, AttributeError, TypeError, KeyError, IndexError, ValueError):
        return ()  # a tree of a shape sqlglot does not promise counts as "not understood"
    for unknown in columns:
        problem = _column_problem(sql, unknown, line, column)
        if problem is not None:
            found.append((unknown.start, problem))
    return tuple(problem for _, problem in sorted(found, key=lambda one: one[0]))[:MAX_PROBLEMS]


class _Known:
    """The schema by lower-case names; relations that the text makes or alters have any columns."""

    def __init__(self, schema: Schema, dialect: str, made: frozenset[str]) -> None:
        self.names = {name.lower(): name for name in schema}
        self._schema = schema
        self._default = _DEFAULT_SCHEMAS.get(dialect, "")
        self._made = made
        self._schemas = {name.rpartition(".")[0] for name in self.names} - {""}

    def key(self, parts: tuple[str, ...]) -> str | None:
        """How the schema calls a relation; None where it says nothing about such names."""
        lowered = [part.lower() for part in parts]
        if len(lowered) == 2 and lowered[0] == self._default and self._default not in self._schemas:
            lowered = lowered[1:]
        key = ".".join(lowered)
        is_told = len(lowered) == 1 or ".".join(lowered[:-1]) in self._schemas
        return key if is_told and "" not in lowered else None

    def has(self, parts: tuple[str, ...]) -> bool:
        """Whether a name may be one of a relation."""
        key = self.key(parts)
        return key is None or key in self.names or key in self._made or _is_system(parts)

    def columns(self, table: exp.Table) -> Columns:
        """The columns of a relation; None when they are not known for certain."""
        key = self.key(tuple(part.name for part in table.parts))
        if key is None or key not in self.names or key in self._made:
            return None
        columns = self._schema[self.names[key]]
        return None if columns is None else tuple(columns) or None


def _made(facts: SqlFacts, trees: list[_Tree]) -> frozenset[str]:
    """Relations that the text makes, alters or drops: what it does with them besides says nothing."""
    changed = {start for tree, offset in trees for start in _changed(tree, offset)}
    return frozenset(
        name for use in facts.writes if use.start not in changed for name in (use.name.lower(), use.parts[-1].lower())
    )


def _trees(facts: SqlFacts, dialect: str) -> Iterator[_Tree]:
    """The statements that parse, with the offsets at which they begin."""
    masked = facts.parsed.masked()
    for start, end in facts.parsed.statements():
        for tree in parse_trees(masked[start:end], dialect) or ():
            yield tree, start


def _changed(tree: exp.Expression, offset: int) -> Iterator[int]:
    """Where the relation stands whose rows a statement changes."""
    if not isinstance(tree, exp.Insert | exp.Update | exp.Delete):
        return
    target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    parts = target.parts if isinstance(target, exp.Table) else ()
    places = [part.meta["start"] for part in parts if "start" in part.meta]
    if places:
        yield min(places) + offset


def _unknown(facts: SqlFacts, known: _Known) -> Iterator[RelationUse]:
    """Uses of relations that the schema does not have."""
    for use in (*facts.reads, *facts.writes):
        if use.start >= 0 and not known.has(use.parts):
            yield use


def _is_system(parts: tuple[str, ...]) -> bool:
    name = parts[-1].lower()
    is_sequence = name.endswith("_seq")  # PostgreSQL lets them be read like tables
    return is_sequence or parts[0].lower().startswith(_SYSTEM) or name.startswith(_SYSTEM) or name in _SYSTEM_NAMES


def _columns(trees: list[_Tree], dialect: str, known: _Known) -> Iterator[UnknownColumn]:
    """Columns that no relation in sight has, with offsets into the text."""
    for tree, offset in trees:
        for found in unknown_columns(tree, known.columns, dialect):
            yield UnknownColumn(found.name, found.start + offset, found.end + offset, found.sources, found.is_doubtful)


def _relation_problem(sql: str, use: RelationUse, known: _Known, line: int, column: int) -> Problem:
    shown = use.name
    near = _near(shown, known.names.values(), _NEAR)
    message = f"There is no table `{shown}`."
    return Problem("unknown-relation", message, span_of(sql, use.start, use.end, line, column), near)


def _column_problem(sql: str, unknown: UnknownColumn, line: int, column: int) -> Problem | None:
    names = [name for source, columns in unknown.sources for name in columns]
    near = _near(unknown.name, names, _VERY_NEAR if unknown.is_doubtful else _NEAR)
    if unknown.is_doubtful and not near:
        return None
    places = [source for source, _ in unknown.sources]
    where = places[0] if len(places) == 1 else f"{', '.join(places[:-1])} or {places[-1]}"
    message = f"There is no column `{unknown.name}` in {where}."
    return Problem("unknown-column", message, span_of(sql, unknown.start, unknown.end, line, column), near)


def _near(name: str, others: Iterable[str], cutoff: float) -> tuple[str, ...]:
    """At most two names that may be meant, the nearest first."""
    lowered = {other.lower(): other for other in others}
    return tuple(lowered[key] for key in get_close_matches(name.lower(), lowered, n=2, cutoff=cutoff))
