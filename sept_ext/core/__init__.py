"""The pure core: facts about cells, and what follows from them. Standard library and sqlglot only.

`analyze_cell` and `analyze_sql` are the stable names that scripts outside may rely on.
"""

from __future__ import annotations

from .cell_analysis import analyze_cell
from .cells import CellAnalysis, SqlAnalysis

__all__ = ["CellAnalysis", "SqlAnalysis", "analyze_cell", "analyze_sql"]


def analyze_sql(sql: str, dialect: str | None = None) -> SqlAnalysis:
    """The relations a SQL text reads and writes. Never raises; what is not understood is `unknown`.

    `dialect` is one of sqlglot's names (`duckdb`, `postgres`, ...); None means DuckDB's.
    """
    from .sql_analysis import analyze_sql as analyze  # sqlglot is loaded only when SQL is met

    return analyze(sql, dialect)
