"""The pure core: facts about cells, and what follows from them. Standard library and sqlglot only.

`analyze_cell` and `analyze_sql` are the stable names that scripts outside may rely on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .cell_analysis import analyze_cell
from .cells import CellAnalysis, SqlAnalysis

__all__ = ["CellAnalysis", "SqlAnalysis", "analyze_cell", "analyze_sql", "column_lineage"]


def analyze_sql(sql: str, dialect: str | None = None) -> SqlAnalysis:
    """The relations a SQL text reads and writes. Never raises; what is not understood is `unknown`.

    `dialect` is one of sqlglot's names (`duckdb`, `postgres`, ...); None means DuckDB's.
    """
    from .sql_analysis import analyze_sql as analyze  # sqlglot is loaded only when SQL is met

    return analyze(sql, dialect)


def column_lineage(
    sql: str,
    dialect: str | None = None,
    schema: Mapping[str, Iterable[str]] | None = None,
    upstream: Mapping[str, str] | None = None,
) -> Mapping[str, frozenset[tuple[str | None, str]]]:
    """The (relation, column) pairs every result column of a SQL text is computed from. Never raises.

    `schema` maps relations to their columns, `upstream` relations to the SQL of the cell that made them.
    """
    from .sql_lineage import column_lineage as lineage  # sqlglot is loaded only when SQL is met

    return lineage(sql, dialect, schema, upstream)
