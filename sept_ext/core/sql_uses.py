"""Relations where they stand in a text, and what statements do with them."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from .sql_tokens import keys

# `FROM t, t.items` walks an array of `t` in these.
CORRELATED_PATHS = frozenset(("bigquery", "redshift", "snowflake", "databricks", "spark"))
# `x IN t` looks into the relation `t` in these.
IN_TABLE = frozenset(("sqlite", "clickhouse"))
# DELETE names its targets by aliases of the list behind it in these.
BY_ALIAS = frozenset(("mysql", "tsql", "fabric", "doris", "starrocks", "singlestore"))
# No dialect has a relation of such a name without quotes.
RESERVED = keys(
    "SELECT FROM WHERE ON GROUP ORDER JOIN AND OR SET INTO USING UNION HAVING WHEN THEN AS IN FOR WITH INFILE END"
)
# IDENTIFIER('a.b') stands for a name in these.
IDENTIFIERS = keys("snowflake databricks spark")
# Changing a CTE changes the relation it selects from in these; elsewhere the target of a change is never a CTE.
UPDATABLE_CTES = keys("tsql fabric")
# What a relation is called whose name is known only when the statement runs: the prefix of stand-ins for parameters.
UNNAMED = "__p"
# What may stand before the name of a relation without changing which it is: (permanent, temporary).
_IMPLIED = {
    "sqlite": (("main",), ("temp",)),
    "duckdb": (("main", "memory", "memory.main"), ("temp", "temp.main")),
    "postgres": ((), ("pg_temp",)),
    "redshift": ((), ("pg_temp",)),
    "tsql": ((), ("tempdb.", "tempdb.dbo")),
    "fabric": ((), ("tempdb.", "tempdb.dbo")),
}
_FILE_FORMATS = keys("parquet csv json orc delta avro text binaryfile iceberg")


def is_file(parts: tuple[str, ...]) -> bool:
    """Spark's path tables: parquet.`/data/x`."""
    return len(parts) == 2 and parts[0].lower() in _FILE_FORMATS and ("/" in parts[1] or ":" in parts[1])


def is_cte(parts: tuple[str, ...], ctes: Container[str]) -> bool:
    """Whether a name is a CTE's; DuckDB's `recurring.c` is all that the recursive CTE `c` has found so far."""
    if len(parts) == 2 and parts[0].lower() == "recurring":
        parts = parts[1:]
    return len(parts) == 1 and parts[0].lower() in ctes


@dataclass(frozen=True, slots=True)
class RelationUse:
    """A relation where it stands in the text: its parts as written, quotes removed; offsets into the text."""

    parts: tuple[str, ...]
    start: int
    end: int

    @property
    def name(self) -> str:
        """The parts joined by dots."""
        return ".".join(self.parts)


def spellings(name: str, dialect: str, *, is_temporary: bool = False) -> frozenset[str]:
    """All names, in lower case, under which a statement finds the relation that one has just made under `name`."""
    permanent, temporary = _IMPLIED.get(dialect, ((), ()))
    name = name.lower()
    is_temporary = is_temporary or name.startswith("#")
    for prefix in sorted((*permanent, *temporary), key=len, reverse=True):
        bare = name.removeprefix(prefix + ".")
        if bare != name and "." not in bare:
            name, is_temporary = bare, prefix in temporary
            break
    if "." in name:
        return frozenset((name,))
    return frozenset((name, *(f"{prefix}.{name}" for prefix in (temporary if is_temporary else permanent))))


@dataclass(slots=True)
class Uses:
    """What statements do, collected in the order of the text."""

    reads: list[RelationUse] = field(default_factory=list)
    writes: list[RelationUse] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    code: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def follow(self, other: Uses) -> None:
        """Take over what the next statement does; it does not read what an earlier one made."""
        other.reads = [use for use in other.reads if use.name.lower() not in self.made]
        self.add(other)

    def add(self, other: Uses, *, runs: bool = True) -> None:
        """Take over what another statement (inside this one) does; `runs` false: it is only planned."""
        self.reads += other.reads
        self.unknown += other.unknown
        if runs:
            self.writes += other.writes
            self.made |= other.made
