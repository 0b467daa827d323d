"""The rows and the method of `docs/how-fast-is-sql.md`; `scoreboard.py` writes the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scoreboard_rows import Row

HEAD = """# How fast is SQL, and how right?

<!-- Written by `python benchmarks/scoreboard.py` from benchmarks/results; do not edit by hand. -->

| what | goal | measured | met | the same measure for others |
|---|---|---|---|---|"""

ROWS = (
    Row("Labelled statements, relations read and written both exact", "sql_analysis.exact", 0.97, True, "%"),
    Row("Of these, nothing told and nothing said to be unknown", "sql_analysis.silently_empty", 0),
    Row("Analysis of a statement, 95th percentile, in pure Python", "sql_analysis.analysis.p95_ms", 5, unit=" ms"),
    Row("Hints before a statement is sent, 100 tables, 95th percentile", "sql_lint.p95_ms", 20, unit=" ms"),
    Row("Hints about names that are there", "sql_lint.false_alarms", 0),
    Row("PostgreSQL, a million rows of 8 columns, against JupySQL", "sql.jupysql_to_sept", 3.5, True, " times faster"),
    Row("The same, memory against JupySQL", "sql.sept_memory_to_jupysql", 0.2, unit=" times"),
    Row("The same, time against the raw driver (ADBC)", "sql.sept_to_adbc", 1.15, unit=" times"),
    Row("`SELECT 1` on DuckDB, above the raw driver", "sql.duckdb_select_1_above_ms", 0.5, unit=" ms"),
    Row("`SELECT 1` on PostgreSQL, above the raw driver", "sql.postgres_select_1_above_ms", 1, unit=" ms"),
    Row("DuckDB aggregate over a frame of a million rows, against raw", "sql.duckdb_aggregate_to_raw", 1.15,
        unit=" times", peer="sql.duckdb_aggregate_registered_to_raw", peer_name="against a frame registered before"),
    Row("A query over a result as one statement, against pulling", "sql.pull_to_chained", 8, True, " times faster"),
    Row("A million rows from the cache", "sql.cache_hit_ms", 100, unit=" ms"),
    *(
        Row(f"Interrupt: {case}, until the query is gone (worst of the rounds)",
            f"interrupts.after_interrupt.{case}.gone_ms_max", 1000, unit=" ms")
        for case in ("PostgreSQL, sleep", "PostgreSQL, rows by Arrow", "MariaDB, sleep", "DuckDB", "SQLite")
    ),
)  # fmt: skip


def _analysis(found: Mapping[str, Any]) -> str:
    compiled = "compiled" if found["compiled"] else "pure Python"
    return (
        f"**Statements** (`benchmarks/sql_analysis.py`): {found['statements']:,} in `tests/cases/sql`, in 12 dialects;"
        f" sqlglot {found['sqlglot']}, {compiled}. Labels are ours, and the analysis was mended until it agreed: the"
        " figure says that it still does. Fresh batches by hands that knew nothing of the analysis, at their first"
        f" look: {FIRST_LOOKS}"
    )


FIRST_LOOKS = (
    "0.885 of 279; after mending 0.940 of 334 (0.955 by our policy for SHOW, DESCRIBE and RENAME); after mending again"
    " 0.969 of 320 (0.988 by our policy for RENAME), one of them silently empty. 51 of 51 lineages."
)


def _sql(found: Mapping[str, Any]) -> str:
    return (
        f"**Cells** (`benchmarks/sql.py`): {found['rows']:,} rows; each figure is the median of calls in turn with"
        " those of the raw driver, on a PostgreSQL of this machine. Reading the table is measured in a fresh process"
        f" each time: {found['sept_ms']:,.0f} ms, the raw driver {found['adbc_ms']:,.0f} ms. `SELECT 1`: DuckDB"
        f" {found['duckdb_select_1_ms']} ms (raw {found['duckdb_select_1_raw_ms']}), PostgreSQL"
        f" {found['postgres_select_1_ms']} ms (raw {found['postgres_select_1_raw_ms']}); ours give a frame, the raw"
        " ones of PostgreSQL a tuple. Chained: the upstream query takes a third of the rows, the query over it groups"
        f" them: {found['chained_ms']} ms against {found['pull_ms']} ms by pandas and DuckDB."
    )


def _interrupts(found: Mapping[str, Any]) -> str:
    return (
        f"**Interrupts** (`benchmarks/interrupts.py`): {found['rounds']} times each, from the signal to a real kernel"
        " until the cell is idle and the server's own list of sessions has the query no more."
    )


def _lint(found: Mapping[str, Any]) -> str:
    return (
        f"**Hints** (`benchmarks/sql_lint.py`): {found['statements']:,} labelled statements, each with a schema of"
        f" {found['tables']} tables beside its own; ten joins take {found['ten_joins_ms']} ms."
    )


METHODS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "sql_analysis": _analysis,
    "sql": _sql,
    "interrupts": _interrupts,
    "sql_lint": _lint,
}
