"""Connections for reading only: no statement makes them write, nor makes the next one able to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sept_ext.connectors.registry import connector, spec_from_url
from sept_ext.core.errors import BadInput, SeptError
from sept_ext.core.magic_syntax import SqlMagic
from sept_ext.kernel.sql_cell import SqlContext, run_sql

Run = Callable[..., Any]
URLS = {"postgres": "empty_postgres_url", "mysql": "mariadb_url"}


def cells(url: str, *, is_read_only: bool) -> tuple[Run, SqlContext]:
    context = SqlContext(cache=None)
    spec = replace(spec_from_url("db", url), is_read_only=is_read_only)
    context.sessions._open["db"] = (spec.kind, connector(spec.kind).open(spec))
    if is_read_only:
        context.sessions._read_only.add("db")
    return lambda sql: run_sql(SqlMagic(sql=sql, connection="db"), context, {"off": "off"}).frame, context


MADE = {
    "postgres": "CREATE FUNCTION write() RETURNS int LANGUAGE sql AS 'INSERT INTO kept VALUES (2) RETURNING id'",
    "mysql": "CREATE PROCEDURE write_it() INSERT INTO kept VALUES (2)",
}
WRITES = {"postgres": "SELECT write()", "mysql": "CALL write_it()", "sqlite": "INSERT INTO kept VALUES (2)"}
ROADS = [
    ("postgres", "/* x */ SET default_transaction_read_only = off"),
    ("postgres", "-- x\nSET SESSION CHARACTERISTICS AS TRANSACTION READ /**/ WRITE"),
    ("postgres", "BEGIN READ/**/WRITE"),
    ("postgres", "SELECT set_config('default_transaction_read_'||'only', 'off', false)"),
    ("postgres", "SELECT set_config({{ 'default_transaction_read_only' }}, :off, false)"),
    ("postgres", "SELECT 1 /* /* */ ' */; SET default_transaction_read_only = off; --'"),
    ("postgres", "DO $$ BEGIN EXECUTE 'SET default_transaction_read_only=off'; END $$"),
    ("postgres", "DO $$ BEGIN EXECUTE 'SET default_transaction_read_' || 'only=off'; END $$"),
    ("mysql", "/* x */ SET SESSION TRANSACTION READ WRITE"),
    ("mysql", "# x\nSTART TRANSACTION READ/**/WRITE"),
    ("mysql", "SET @x = 1 /*! , SESSION tx_read_only = 0 */"),
    ("mysql", "EXECUTE IMMEDIATE CONCAT('SET SESSION TRANSACTION READ ', 'WRITE')"),
    ("sqlite", "/* x */ PRAGMA query_only = off"),
    ("sqlite", "PRAGMA main . query_only(0)"),
]


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    kind = request.node.callspec.params["kind"]
    if kind == "mysql":
        pytest.importorskip("pymysql")
    (tmp_path / "x.db").touch()
    return str(request.getfixturevalue(URLS[kind])) if kind in URLS else f"sqlite:///{tmp_path / 'x.db'}"


@pytest.fixture
def kept(url: str, request: pytest.FixtureRequest) -> Iterator[Callable[[], list[int]]]:
    kind = request.node.callspec.params["kind"]
    write, context = cells(url, is_read_only=False)
    write("CREATE TABLE kept (id INTEGER)")
    if kind in MADE:
        write(MADE[kind])
    yield lambda: write("SELECT id FROM kept")["id"].tolist()
    write("DROP TABLE kept")
    if kind == "mysql":
        write("DROP PROCEDURE write_it")
    context.sessions.close()


@pytest.mark.parametrize(("kind", "road"), ROADS)
def test_no_road_leads_to_writing(kind: str, url: str, kept: Callable[[], list[int]], road: str) -> None:
    read, context = cells(url, is_read_only=True)
    for text in (road, WRITES[kind]):
        try:
            read(text)
        except SeptError:
            continue
    assert kept() == []
    context.sessions.close()


@pytest.mark.parametrize("kind", ["postgres", "mysql", "sqlite"])
def test_settings_that_unlock_nothing_are_free(kind: str, url: str, kept: Callable[[], list[int]]) -> None:
    read, context = cells(url, is_read_only=True)
    free = {
        "postgres": "SET search_path = public; SELECT set_config('work_mem', '8MB', false)",
        "mysql": "SET @x = 'BEGIN'; SELECT @x",
        "sqlite": "PRAGMA table_info(kept)",
    }
    assert len(read(free[kind])) == 1
    with pytest.raises(BadInput, match="for reading only: this statement would change kept"):
        read("DELETE FROM kept")
    context.sessions.close()
