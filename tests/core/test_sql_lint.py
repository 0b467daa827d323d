"""`lint_sql`: silent over labelled statements, right about the place of misspelt names, never against an engine."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sept_ext.core.cells import Problem, Span
from sept_ext.core.sql_analysis import sql_facts
from sept_ext.core.sql_lint import lint_sql
from sept_ext.core.sql_parameters import split_parameters

from .case_files import Case, read_cases

CASES = read_cases("sql")
LINEAGE = read_cases("sql/lineage")
SHOP = {
    "orders": ("id", "amount", "customer_id", "placed_at"),
    "customers": ("id", "name", "Region"),
    "archive.orders": ("id", "amount"),
    "frame": None,
}


def shown(sql: str, problems: tuple[Problem, ...]) -> list[str]:
    """What each problem underlines, with the names it offers: `amuont>amount`."""
    lines = sql.split("\n")
    found = []
    for problem in problems:
        span = problem.span
        assert span is not None
        assert span.line == span.end_line
        found.append(lines[span.line - 1][span.column : span.end_column] + ">" + ",".join(problem.candidates))
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_labelled_statement_has_a_table_that_is_not_in_the_schema_of_its_labels(case: Case) -> None:
    (dialect,) = case.fields["dialect"]
    facts = sql_facts(case.source, dialect)
    words = {*re.findall(r"[^\W\d]\w*", case.source), *re.findall(r"""(?<=["`\[])[^"`\]]+""", case.source)}
    schema = {use.name: words for use in (*facts.reads, *facts.writes)}
    assert lint_sql(case.source, dialect, schema or {"t": words}) == ()


MISSPELT = (
    ("SELECT amuont FROM orders", ["amuont>amount"]),
    ("SELECT o.amuont FROM orders AS o", ["amuont>amount"]),
    ("SELECT *\nFROM oders", ["oders>orders"]),
    ("SELECT *\nFROM orders JOIN custmers USING (id)", ["custmers>customers"]),
    ("SELECT id FROM orders WHERE amuont > 1 GROUP BY customerid", ["amuont>amount", "customerid>customer_id"]),
    ("SELECT id FROM orders ORDER BY plced_at", ["plced_at>placed_at"]),
    ("SELECT o.id FROM orders o JOIN customers c ON c.idd = o.customer_id", ["idd>id"]),
    ("WITH big AS (SELECT id, amount AS total FROM orders) SELECT totl FROM big", ["totl>total"]),
    ("WITH big (a, b) AS (SELECT id, amount FROM orders) SELECT a, amount FROM big", ["amount>"]),
    ("SELECT s.totl FROM (SELECT amount AS total FROM orders) s", ["totl>total"]),
    (
        "SELECT 1 FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = o.custmer_id)",
        ["custmer_id>customer_id"],
    ),
    (
        "SELECT sum(amuont) FILTER (WHERE id > 1) OVER (PARTITION BY custmer_id) FROM orders",
        ["amuont>amount", "custmer_id>customer_id"],
    ),
    ("SELECT id FROM orders UNION ALL SELECT idd FROM customers", ["idd>id"]),
    ("SELECT regoin FROM customers", ["regoin>Region"]),
    ("UPDATE orders SET amuont = 1 WHERE idd = 2", ["amuont>amount", "idd>id"]),
    ("DELETE FROM oders WHERE id = 1", ["oders>orders"]),
    ("CREATE TABLE big AS SELECT amuont FROM orders", ["amuont>amount"]),
    ("SELECT id FROM orders WHERE amount > {{ threshold }} AND amuont < :most", ["amuont>amount"]),
    ("SELECT 1;\n\nSELECT amuont\nFROM orders", ["amuont>amount"]),
    ("SELECT CASE WHEN amuont > 1 THEN 'é' END FROM orders", ["amuont>amount"]),
    ("SELECT 'é', amuont FROM archive.orders", ["amuont>amount"]),
    ("SELECT id FROM archive.oders", ["archive.oders>archive.orders"]),
    ("SELECT list_transform([1], x -> x + amuont) FROM orders", ["amuont>amount"]),
)
PASSES = (
    "SELECT AMOUNT, Region FROM Orders, CUSTOMERS",
    "SELECT rowid, _PARTITIONTIME FROM orders",
    "SELECT current_user, user FROM orders",
    "SELECT amuont FROM frame, orders",
    "SELECT amuont FROM orders, unnest([1]) u",
    "SELECT amuont FROM orders, read_csv('x.csv')",
    "SELECT amuont FROM 'orders.parquet'",
    "SELECT amuont FROM other.orders",
    "SELECT * FROM other.oders",
    "SELECT * FROM information_schema.tables, pg_class, sqlite_master",
    "SELECT last_value FROM orders_id_seq",
    "SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN most PRECEDING AND CURRENT ROW) FROM orders",
    "SELECT o FROM orders o",
    "SELECT o.amount.x, amount.y FROM orders o",
    "SELECT amount AS a, a + 1 FROM orders ORDER BY a",
    "SELECT id FROM orders WHERE EXISTS (SELECT 1 FROM customers WHERE name = placed_at)",
    "WITH RECURSIVE up AS (SELECT id, 1 AS d FROM orders UNION ALL SELECT id, d + 1 FROM up) SELECT d FROM up",
    "CREATE TABLE made AS SELECT 1 AS a; SELECT a, b FROM made",
    "CREATE TABLE IF NOT EXISTS made (a INT); SELECT a FROM made",
    "ALTER TABLE orders ADD COLUMN tax INT; SELECT tax FROM orders",
    "DROP TABLE IF EXISTS oders",
    "PIVOT orders ON amount USING sum(id) GROUP BY customer_id",
    "SELECT * FROM orders PIVOT (sum(amount) FOR id IN (1, 2)) WHERE one > 1",
    "SELECT q.* FROM (SELECT count(*) FROM orders) q WHERE count_star > 1",
    "SELECT x FROM (SELECT unnest(amount) FROM orders)",
    "SELECT list_transform([1], x -> x + 1), [y FOR y IN [1]] FROM orders",
    "SELECT struct_pack(total := amount) FROM orders",
    "SELECT {{ column | identifier }} FROM orders",
    "SELECT amuont FROM {{ table | identifier }}",
    "SELECT * FROM orders WHERE amount = $1",
    "SELECT amuont FRM orders",
    "SELECT amuont FROM",
    "",
)


@pytest.mark.parametrize(("sql", "expected"), MISSPELT)
def test_a_misspelt_name_is_told_at_its_place_with_what_is_meant(sql: str, expected: list[str]) -> None:
    assert shown(sql, lint_sql(sql, None, SHOP)) == expected


@pytest.mark.parametrize("sql", PASSES)
def test_what_may_be_right_passes(sql: str) -> None:
    assert lint_sql(sql, None, SHOP) == ()


def test_a_problem_says_what_is_missing_where() -> None:
    (problem,) = lint_sql("SELECT amuont FROM orders JOIN customers USING (id)", "postgres", SHOP, line=2, column=6)
    assert problem == Problem(
        "unknown-column", "There is no column `amuont` in orders or customers.", Span(2, 13, 2, 19), ("amount",)
    )


@pytest.mark.parametrize("dialect", ["oracle", "tsql", "snowflake", "redshift", "klingon"])
def test_tables_pass_where_plain_names_may_mean_what_no_catalog_lists(dialect: str) -> None:
    assert lint_sql("SELECT * FROM oders", dialect, SHOP) == ()


def test_nothing_is_told_without_a_schema() -> None:
    assert lint_sql("SELECT a FROM oders", None, {}) == ()


def test_tables_pass_when_the_schema_is_a_part_only() -> None:
    sql = "SELECT amuont FROM orders; SELECT * FROM oders"
    assert shown(sql, lint_sql(sql, None, SHOP, is_complete=False)) == ["amuont>amount"]


def test_a_text_in_double_quotes_may_be_a_text_in_sqlite() -> None:
    sql = 'SELECT "amuont" FROM orders'
    assert lint_sql(sql, "sqlite", SHOP) == ()
    assert shown(sql, lint_sql(sql, "postgres", SHOP)) == ['"amuont">amount']


@given(st.sampled_from(CASES), st.integers(0, 30), st.integers(0, 30))
def test_no_piece_of_a_statement_makes_it_raise(case: Case, start: int, length: int) -> None:
    (dialect,) = case.fields["dialect"]
    lint_sql(" ".join(case.source.split(" ")[start : start + length]), dialect, SHOP)


def test_deep_nesting_passes() -> None:
    assert lint_sql("SELECT " + "(" * 5000 + "1" + ")" * 5000, None, SHOP) == ()


def binds_in_duckdb(tables: dict[str, list[str]], sql: str) -> bool:
    with closing(duckdb.connect()) as connection:
        try:
            for name, columns in tables.items():
                connection.execute(f'CREATE TABLE "{name}" ({", ".join(f""""{c}" INTEGER""" for c in columns)})')
            connection.execute(f"EXPLAIN {sql}")
        except duckdb.Error:
            return False
        return True


def binds_in_sqlite(tables: dict[str, list[str]], sql: str) -> bool:
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            for name, columns in tables.items():
                connection.execute(f'CREATE TABLE "{name}" ({", ".join(f""""{c}" """ for c in columns)})')
            connection.execute(f"EXPLAIN {sql}")
        except (sqlite3.Error, sqlite3.Warning):
            return False
        return True


ENGINES = {"duckdb": binds_in_duckdb, "sqlite": binds_in_sqlite}


def poorer(tables: dict[str, list[str]]) -> Iterator[dict[str, list[str]]]:
    """The tables as they are, then each without each of its columns."""
    yield tables
    for name, columns in tables.items():
        if len(columns) > 1:
            yield from ({**tables, name: [other for other in columns if other != column]} for column in columns)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_it_never_tells_of_a_column_that_an_engine_finds(engine: str) -> None:
    binds, wrong, told = ENGINES[engine], [], 0
    for case in (*CASES, *LINEAGE):
        facts = sql_facts(case.source, engine)
        names = {use.name.lower() for use in (*facts.reads, *facts.writes)}
        if facts.unknown or len(facts.parsed.statements()) != 1 or not all(name.isidentifier() for name in names):
            continue
        words = {word.lower() for word in re.findall(r"[^\W\d]\w*", split_parameters(case.source).masked())}
        whole = dict.fromkeys(sorted(names), sorted(words - {"rowid", "oid"}))
        if not names or not binds(whole, case.source):
            continue
        for tables in poorer(whole):
            problems = lint_sql(case.source, engine, tables)
            told += bool(problems)
            if problems and binds(tables, case.source):
                wrong.append((str(case), problems))
    assert wrong == []
    assert told > 50
