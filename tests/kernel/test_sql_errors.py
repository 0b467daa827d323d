"""What engines complain about, as their own words, becomes a place in the cell and the nearest names."""

from __future__ import annotations

import pytest

from sept_ext.core.errors import SqlError
from sept_ext.core.magic_syntax import parse_sql_cell
from sept_ext.kernel.sql_errors import explain

CELL = "%%sql --connection db\nSELECT 'amuont' AS x, amuont\nFROM oders o WHERE o.id > )"
TABLE, COLUMN, BRACKET = (3, 5), (2, 22), (3, 26)
MESSAGES = [
    ("sqlite", "no such table: oders", TABLE, "orders"),
    ("sqlite", "no such column: amuont", COLUMN, "amount"),
    ("sqlite", 'near ")": syntax error', BRACKET, ""),
    ("postgres", 'relation "oders" does not exist', TABLE, "orders"),
    ("postgres", 'column "amuont" does not exist', COLUMN, "amount"),
    ("postgres", 'syntax error at or near ")"', BRACKET, ""),
    ("duckdb", "Catalog Error: Table with name oders does not exist!\nDid you mean", TABLE, "orders"),
    ("duckdb", 'Binder Error: Referenced column "amuont" not found in FROM clause!', COLUMN, "amount"),
    ("mysql", "Table 'test.oders' doesn't exist", TABLE, "orders"),
    ("mysql", "Unknown column 'amuont' in 'field list'", COLUMN, "amount"),
    ("mysql", "Unknown column 'o.amuont' in 'SELECT'", COLUMN, "amount"),
    ("mysql", "You have an error in your SQL syntax; check the manual that corresponds to your server version for"
     " the right syntax to use near ')' at line 2", BRACKET, ""),
    ("snowflake", "SQL compilation error: Object 'ODERS' does not exist or not authorized.", TABLE, "orders"),
    ("snowflake", "SQL compilation error: error line 1 at position 7 invalid identifier 'AMUONT'", COLUMN, "amount"),
    ("snowflake", "SQL compilation error: syntax error line 2 at position 23 unexpected ')'.", BRACKET, ""),
    ("bigquery", "Unrecognized name: amuont at [1:22]", COLUMN, "amount"),
    ("clickhouse", "Unknown table expression identifier 'oders' in scope SELECT", TABLE, "orders"),
    ("clickhouse", "Unknown expression identifier `amuont` in scope SELECT", COLUMN, "amount"),
    ("tsql", "Invalid object name 'oders'.", TABLE, "orders"),
    ("tsql", "Invalid column name 'amuont'.", COLUMN, "amount"),
    ("tsql", "Incorrect syntax near ')'.", BRACKET, ""),
    ("trino", "line 1:22: Column 'amuont' cannot be resolved", COLUMN, "amount"),
    ("oracle", 'ORA-00904: "AMUONT": invalid identifier', COLUMN, "amount"),
    ("postgres", "permission denied for table orders", None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("engine", "message", "place", "nearest"), MESSAGES)
def test_an_engines_complaint_is_shown_at_its_place(
    engine: str, message: str, place: tuple[int, int] | None, nearest: str
) -> None:
    magic = parse_sql_cell(CELL)
    assert magic is not None
    told = explain(SqlError(message), magic, lambda: {"orders": ("id", "amount"), "people": ("id",)})
    assert (told.span and (told.span.line, told.span.column)) == place
    assert told.candidates == ((nearest,) if nearest else ())
