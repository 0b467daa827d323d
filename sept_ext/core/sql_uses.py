"""Relations where they stand in a text, and what statements do with them."""

from __future__ import annotations

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
    "SELECT FROM WHERE ON GROUP ORDER JOIN AND OR SET INTO USING UNION HAVING WHEN THEN AS IN FOR WITH INFILE"
)
_FILE_FORMATS = keys("parquet csv json orc delta avro text binaryfile iceberg")


def is_file(parts: tuple[str, ...]) -> bool:
    """Spark's path tables: parquet.`/data/x`."""
    return len(parts) == 2 and parts[0].lower() in _FILE_FORMATS and ("/" in parts[1] or ":" in parts[1])


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


@dataclass(slots=True)
class Uses:
    """What statements do, collected in the order of the text."""

    reads: list[RelationUse] = field(default_factory=list)
    writes: list[RelationUse] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    code: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def add(self, other: Uses, *, runs: bool = True) -> None:
        """Take over what another statement (inside this one) does; `runs` false: it is only planned."""
        self.reads += other.reads
        self.unknown += other.unknown
        if runs:
            self.writes += other.writes
            self.made |= other.made
