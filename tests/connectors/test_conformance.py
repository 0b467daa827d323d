"""What every connector promises, on a real database of each kind. A new connector adds a row to `KINDS`."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from sqlalchemy.engine import make_url

from sept_ext.connectors.base import ConnectionSpec, Session
from sept_ext.connectors.registry import connector, kinds, spec_from_url
from sept_ext.core.errors import BadInput, SqlError, Unavailable
from tests.support.mariadb import PASSWORD

KINDS: list[Any] = ["duckdb", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres), "mysql"]
KINDS += [pytest.param("redshift", marks=pytest.mark.postgres), "sqlalchemy-sqlite", "sqlalchemy-mysql"]
KINDS += [pytest.param("sqlalchemy-postgres", marks=pytest.mark.postgres)]
RECURSIVE = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
# MariaDB ends a recursion after a thousand steps.
ENDLESS_IN_MYSQL = "SELECT count(*) FROM seq_1_to_10000000 a, seq_1_to_10000000 b WHERE a.seq + b.seq = 7"
_numbers = itertools.count(1)


@pytest.fixture
def mysql_spec(mariadb_url: str) -> Iterator[ConnectionSpec]:
    """A database of its own."""
    spec = spec_from_url("test", mariadb_url)
    name = f"sept_{os.getpid()}_{next(_numbers)}"
    server = connector("mysql").open(spec)
    server.execute(f"CREATE OR REPLACE DATABASE {name}", [])
    yield replace(spec, parameters={**spec.parameters, "database": name})
    server.execute(f"DROP DATABASE {name}", [])
    server.close()


@pytest.fixture(params=KINDS)
def spec(request: pytest.FixtureRequest, tmp_path: Path) -> ConnectionSpec:
    if request.param == "duckdb":
        return ConnectionSpec("test", "duckdb", {"path": str(tmp_path / "test.duckdb")})
    if request.param == "sqlite":
        (tmp_path / "test.db").touch()
        return ConnectionSpec("test", "sqlite", {"path": str(tmp_path / "test.db")})
    if request.param == "sqlalchemy-sqlite":
        return ConnectionSpec("test", "sqlalchemy", {"url": f"sqlite:///{tmp_path / 'test.db'}"})
    if request.param == "mysql":
        return request.getfixturevalue("mysql_spec")
    if request.param == "sqlalchemy-mysql":
        spec = request.getfixturevalue("mysql_spec")
        server = "mysql+pymysql://{user}@{host}:{port}/{database}".format(**spec.parameters)
        return ConnectionSpec("test", "sqlalchemy", {"url": server}, spec.secret)
    url = make_url(request.getfixturevalue("empty_postgres_url"))
    if request.param == "sqlalchemy-postgres":
        return ConnectionSpec("test", "sqlalchemy", {"url": str(url.set(drivername="postgresql+psycopg"))})
    return replace(spec_from_url("test", url.render_as_string(hide_password=False)), kind=request.param)


@pytest.fixture
def session(spec: ConnectionSpec) -> Iterator[Session]:
    opened = connector(spec.kind).open(spec)
    opened.execute("CREATE TABLE orders (id INTEGER, customer VARCHAR(40), paid INTEGER)", [])
    for row in ((1, "Ada", 1), (2, "O'Hara", None)):
        marks = ", ".join(opened.placeholder.format(n=n) for n in (1, 2, 3))
        opened.execute(f"INSERT INTO orders VALUES ({marks})", row)
    yield opened
    opened.close()


def test_rows_come_as_a_frame_with_their_names(session: Session) -> None:
    result = session.execute("SELECT id, customer FROM orders ORDER BY id", [])
    assert result.columns == ("id", "customer")
    assert result.frame.to_dict("records") == [{"id": 1, "customer": "Ada"}, {"id": 2, "customer": "O'Hara"}]


def test_no_rows_still_have_their_columns(session: Session) -> None:
    frame = session.execute("SELECT id, customer FROM orders WHERE id > 99", []).frame
    assert (list(frame.columns), len(frame)) == (["id", "customer"], 0)


def test_changes_tell_how_many_rows_they_affected(session: Session) -> None:
    result = session.execute("UPDATE orders SET paid = 1", [])
    assert (result.frame, result.rows_affected) == (None, 2)


@pytest.mark.parametrize("value", ["Ada", "O'Hara", "x' OR '1'='1", "%s", "?", "$1", "{{ x }}", "a\\b", "Zoë", ""])
def test_values_are_bound_whatever_is_in_them(session: Session, value: str) -> None:
    mark = session.placeholder.format(n=1)
    found = session.execute(f"SELECT CAST({mark} AS VARCHAR(40)) AS v", [value]).frame
    assert found["v"].tolist() == [value]
    hits = session.execute(f"SELECT customer FROM orders WHERE customer = {mark}", [value]).frame
    assert set(hits["customer"]) <= {value}


def test_nulls_are_kept(session: Session) -> None:
    paid = session.execute("SELECT paid FROM orders ORDER BY id", []).frame["paid"]
    assert paid[0] == 1
    assert paid.isna().tolist() == [False, True]


def test_relations_name_tables_with_their_columns(session: Session) -> None:
    assert session.relations()["orders"] == ("id", "customer", "paid")


@pytest.mark.parametrize("statement", ["SELEC 1", "SELECT * FROM nobody", "SELECT nothing FROM orders"])
def test_a_refused_statement_is_a_sql_error_and_the_session_goes_on(session: Session, statement: str) -> None:
    with pytest.raises(SqlError):
        session.execute(statement, [])
    assert len(session.execute("SELECT * FROM orders", []).frame) == 2


def test_cancel_stops_what_runs_within_two_seconds(session: Session, spec: ConnectionSpec) -> None:
    outcome: list[float] = []
    endless = ENDLESS_IN_MYSQL if "mysql" in (spec.kind, spec.parameters.get("url", "")[:5]) else RECURSIVE

    def work() -> None:
        with suppress(SqlError):
            session.execute(endless, [])
        outcome.append(time.monotonic())

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    time.sleep(0.5)
    assert not outcome, "the statement was to run on"
    session.cancel()
    thread.join(2)
    assert outcome, "the statement still runs"
    assert len(session.execute("SELECT * FROM orders", []).frame) == 2


def test_a_session_whose_transaction_failed_refuses_politely_until_it_is_rolled_back(session: Session) -> None:
    session.execute("BEGIN", [])
    with pytest.raises(SqlError):
        session.execute("SELECT nothing FROM orders", [])
    with suppress(SqlError):
        session.relations()
    session.execute("ROLLBACK", [])
    assert session.is_open
    assert session.relations()["orders"] == ("id", "customer", "paid")


@pytest.mark.postgres
@pytest.mark.parametrize("end", ["SELECT pg_terminate_backend(pg_backend_pid())", "COPY (SELECT 1) TO STDOUT"])
def test_a_session_that_cannot_go_on_says_so(empty_postgres_url: str, end: str) -> None:
    ended = connector("postgres").open(spec_from_url("x", empty_postgres_url))
    with pytest.raises(SqlError):
        ended.execute(end, [])
    assert not ended.is_open
    ended.cancel()
    ended.close()


REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: connector("sqlte"), BadInput, "Did you mean 'sqlite'?"),
    (lambda: spec_from_url("x", "nosuch://h/d"), BadInput, "begins with 'nosuch'"),
    (lambda: spec_from_url("x", "postgresql://h:port/d"), BadInput, "check host and port"),
    (
        lambda: connector("sqlite").open(ConnectionSpec("x", "sqlite", {"path": "no.db"})),
        Unavailable,
        "no SQLite file",
    ),
    (
        lambda: connector("postgres").open(spec_from_url("x", "postgresql://u:hunter2@127.0.0.1:1/d")),
        Unavailable,
        "PostgreSQL does not answer",
    ),
    (
        lambda: connector("mysql").open(spec_from_url("x", "mysql://u:hunter2@127.0.0.1:1/d")),
        Unavailable,
        "does not answer",
    ),
    (lambda: connector("mysql").open(spec_from_url("x", "mariadb://u@h/d?tls=maybe")), BadInput, "TLS is one of"),
]


@pytest.mark.parametrize(("act", "refusal", "message"), REFUSED)
def test_what_cannot_be_opened_says_why_and_never_the_secret(
    act: Callable[[], Any], refusal: type[Exception], message: str
) -> None:
    with pytest.raises(refusal, match=message) as caught:
        act()
    assert "hunter2" not in str(caught.value) + repr(caught.value.__cause__)


def test_a_spec_never_shows_its_secret() -> None:
    for url in ("postgresql://u:hunter2@h/d", "postgresql://u@h/d?password=hunter2"):
        spec = spec_from_url("x", url)
        assert spec.secret == "hunter2"
        assert "hunter2" not in repr(spec)


def test_all_built_in_kinds_are_known() -> None:
    warehouses = {"bigquery", "clickhouse", "redshift", "snowflake"}
    assert {"duckdb", "mysql", "postgres", "sqlalchemy", "sqlite"} | warehouses <= set(kinds())
    for kind in kinds():
        assert connector(kind).info.kind == kind


def test_urls_of_warehouses_are_taken_apart() -> None:
    found = spec_from_url("x", "snowflake://ann:pw@org-acc/shop/public?warehouse=w&role=r")
    assert (found.kind, found.secret, dict(found.parameters)) == (
        "snowflake",
        "pw",
        {"user": "ann", "account": "org-acc", "database": "shop", "schema": "public", "warehouse": "w", "role": "r"},
    )
    found = spec_from_url("x", "snowflake://ann@org-acc/shop?host=127.0.0.1&port=81&protocol=http")
    assert (found.parameters["account"], found.parameters["host"], found.parameters["port"]) == (
        "org-acc",
        "127.0.0.1",
        "81",
    )
    found = spec_from_url("x", "bigquery://my-project/shop?location=EU")
    assert dict(found.parameters) == {"project": "my-project", "dataset": "shop", "location": "EU"}
    assert spec_from_url("x", "clickhouse://u@h:8443/d").kind == "clickhouse"


DRIVERS = [
    ("mysql", "pymysql"),
    ("snowflake", "snowflake.connector"),
    ("bigquery", "google.cloud"),
    ("clickhouse", "clickhouse_connect"),
]


@pytest.mark.parametrize(("kind", "module"), DRIVERS)
def test_a_missing_driver_says_how_to_get_it(kind: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(Unavailable, match=rf"pip install 'sept-ext\[{kind}\]'"):
        connector(kind).open(ConnectionSpec("x", kind, {}))


# --- SQLAlchemy -----------------------------------------------------------------------------------------------------


def test_a_sqlalchemy_url_keeps_its_password_apart() -> None:
    spec = spec_from_url("x", "mssql+pymssql://ann:hunter%402@host:1433/shop?charset=utf8")
    assert (spec.kind, spec.secret) == ("sqlalchemy", "hunter@2")
    assert spec.parameters == {"url": "mssql+pymssql://ann@host:1433/shop?charset=utf8"}
    assert connector("sqlalchemy").dialect_of(spec) == "tsql"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("url", "refusal", "message"),
    [
        ("no url:hunter2", BadInput, "cannot be read"),
        ("nosuch://u:hunter2@h/d", Unavailable, "no dialect 'nosuch'"),
        ("oracle+oracledb://u:hunter2@h/d", Unavailable, "pip install oracledb"),
        ("postgresql+psycopg://u:hunter2@127.0.0.1:1/d", Unavailable, "did not let us in"),
    ],
)
def test_a_sqlalchemy_url_that_leads_nowhere_says_why_without_the_password(
    url: str, refusal: type[Exception], message: str
) -> None:
    with pytest.raises(refusal, match=message) as caught:
        connector("sqlalchemy").open(ConnectionSpec("x", "sqlalchemy", {"url": url}))
    assert "hunter2" not in str(caught.value)


def test_a_sqlalchemy_session_that_may_only_read_does_not_write(tmp_path: Path) -> None:
    session = opened(ConnectionSpec("x", "sqlalchemy", {"url": f"sqlite:///{tmp_path / 'x.db'}"}, is_read_only=True))
    with pytest.raises(SqlError, match="readonly"):
        session.execute("CREATE TABLE t (x INT)", [])
    session.close()


@pytest.mark.postgres
def test_a_redshift_session_that_may_only_read_does_not_write(empty_postgres_url: str) -> None:
    spec = replace(spec_from_url("x", empty_postgres_url), kind="redshift", is_read_only=True)
    session = opened(spec)
    with pytest.raises(SqlError, match="read-only"):
        session.execute("CREATE TABLE t (x INT)", [])
    session.close()


# --- MySQL and MariaDB ---------------------------------------------------------------------------------------------


def opened(spec: ConnectionSpec) -> Session:
    return connector(spec.kind).open(spec)


MYSQL_COLUMNS: list[tuple[str, str, str, Any]] = [
    ("TINYINT(1)", "2", "Int8", 2),
    ("INT", "-3", "Int32", -3),
    ("BIGINT UNSIGNED", "18446744073709551615", "UInt64", 2**64 - 1),
    ("DECIMAL(38,10)", "1.5", "object", Decimal("1.5000000000")),
    ("DECIMAL(65,30)", "0.1", "object", Decimal("0.1")),
    ("BIT(10)", "1023", "UInt64", 1023),
    ("DOUBLE", "0.1", "float64", 0.1),
    ("YEAR", "2020", "UInt16", 2020),
    ("DATE", "'2020-01-02'", "object", date(2020, 1, 2)),
    ("DATETIME(6)", "'0001-01-01 00:00:01.5'", "datetime64[us]", pd.Timestamp("0001-01-01 00:00:01.5")),
    ("TIME(3)", "'-30:00:01.5'", "timedelta64[us]", -timedelta(hours=30, seconds=1.5)),
    ("VARCHAR(9)", "'Zoë'", "str", "Zoë"),
    ("VARBINARY(9)", "x'00ff'", "object", b"\x00\xff"),
    ("ENUM('a','b')", "'b'", "str", "b"),
    ("JSON", "'{\"a\": 1}'", "str", '{"a": 1}'),  # a text with a check is what MariaDB's JSON is
]


@pytest.mark.parametrize(("kind", "literal", "dtype", "value"), MYSQL_COLUMNS)
def test_mysql_values_are_exact_beside_nulls(
    mysql_spec: ConnectionSpec, kind: str, literal: str, dtype: str, value: Any
) -> None:
    session = opened(mysql_spec)
    session.execute(f"CREATE TABLE t (x {kind} NULL)", [])
    session.execute(f"INSERT INTO t VALUES ({literal}), (NULL)", [])
    column = session.execute("SELECT x FROM t", []).frame["x"]
    assert (str(column.dtype), column[0], column.isna().tolist()) == (dtype, value, [False, True])
    assert session.execute("SELECT x FROM t", [], "arrow").frame.column("x").null_count == 1
    session.close()


MYSQL_BOUND: list[tuple[Any, str]] = [
    (Decimal("1.10"), "1.10"),
    (date(2020, 1, 2), "2020-01-02"),
    (datetime(2020, 1, 1, 12, tzinfo=timezone(timedelta(hours=2))), "2020-01-01 13:00:00.000000"),
    (pd.Timestamp("2020-01-01 12:00", tz=UTC), "2020-01-01 15:00:00.000000"),
    (pd.Timestamp("2020-01-01 12:00"), "2020-01-01 12:00:00"),
    (timedelta(hours=-3), "-03:00:00"),
    (np.int64(3), "3"),
    (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ({"a": "O'Hara"}, '{"a": "O\'Hara"}'),
]


@pytest.mark.parametrize(("value", "text"), MYSQL_BOUND)
def test_mysql_binds_values_that_the_driver_does_not_know(mysql_spec: ConnectionSpec, value: Any, text: str) -> None:
    session = opened(mysql_spec)
    session.execute("SET time_zone = '+03:00'", [])
    assert session.execute("SELECT CAST(%s AS CHAR) AS x", [value]).frame["x"].tolist() == [text]
    assert session.execute("SELECT %s AS x", [pd.NaT]).frame["x"].tolist() == [None]
    session.close()


def test_mysql_values_are_bound_in_every_mode_of_quoting(mysql_spec: ConnectionSpec) -> None:
    session = opened(mysql_spec)
    for mode in ("NO_BACKSLASH_ESCAPES", "ANSI_QUOTES", ""):
        session.execute("SET sql_mode = %s", [mode])
        for value in ("\\' OR 1=1 -- ", "\\", '"', "'"):
            assert session.execute("SELECT %s AS x", [value]).frame["x"].tolist() == [value]
    session.close()


def test_a_cancelled_statement_is_gone_from_the_server_within_a_second(mysql_spec: ConnectionSpec) -> None:
    session, watcher = opened(mysql_spec), opened(mysql_spec)
    running = "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT count(*) FROM seq%'"
    errors: list[SqlError] = []

    def work() -> None:
        try:
            session.execute(ENDLESS_IN_MYSQL, [])
        except SqlError as error:
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while len(watcher.execute(running, []).frame) == 0 and time.monotonic() < deadline:
        time.sleep(0.02)
    start = time.monotonic()
    session.cancel()
    while len(watcher.execute(running, []).frame) and time.monotonic() - start < 5:
        time.sleep(0.02)
    assert time.monotonic() - start < 1
    thread.join(5)
    assert "interrupted" in str(errors[0])
    session.cancel()  # nothing runs: the next statement is not hurt
    assert session.execute("SELECT 1 AS x", []).frame["x"].tolist() == [1]
    for one in (session, watcher):
        one.close()


def test_a_mysql_session_that_may_only_read_does_not_write(mysql_spec: ConnectionSpec) -> None:
    session = opened(replace(mysql_spec, is_read_only=True))
    with pytest.raises(SqlError, match="READ ONLY"):
        session.execute("CREATE TABLE t (x INT)", [])
    assert session.execute("SELECT 1 AS x", []).row_count == 1
    session.close()


def test_a_mysql_session_that_the_server_ended_says_so(mysql_spec: ConnectionSpec) -> None:
    session = opened(mysql_spec)
    with pytest.raises(SqlError):
        session.execute("KILL CONNECTION_ID()", [])
    assert not session.is_open
    with pytest.raises(SqlError):
        session.execute("SELECT 1", [])
    session.cancel()
    session.close()


def test_tls_that_is_required_is_not_given_up(mysql_spec: ConnectionSpec) -> None:
    """MariaDB 10 has no certificate of its own: whoever requires TLS is not let in without."""
    for tls in ("required", "verified"):
        with pytest.raises(Unavailable) as caught:
            opened(replace(mysql_spec, parameters={**mysql_spec.parameters, "tls": tls}))
        assert PASSWORD not in str(caught.value)


def test_a_wrong_password_is_told_without_it(mysql_spec: ConnectionSpec) -> None:
    with pytest.raises(Unavailable, match="Access denied") as caught:
        opened(replace(mysql_spec, secret="wrong-hunter2"))
    assert "hunter2" not in str(caught.value)


def test_a_duckdb_file_that_another_process_writes_says_what_to_do(tmp_path: Path) -> None:
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(tmp_path / "x.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(
            Unavailable, match=rf"open in another process \({other.pid}\).*make the connection read-only"
        ):
            connector("duckdb").open(ConnectionSpec("x", "duckdb", {"path": str(tmp_path / "x.duckdb")}))
        other.communicate()


def test_mysql_is_not_waited_for_when_it_never_says_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket
    import time

    pytest.importorskip("pymysql")
    monkeypatch.setattr("sept_ext.connectors.mysql._CONNECT_TIMEOUT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        where = {"host": "127.0.0.1", "port": str(server.getsockname()[1]), "user": "me", "database": "shop"}
        start = time.monotonic()
        with pytest.raises(Unavailable, match="does not answer"):
            opened(ConnectionSpec("far", "mysql", where, "hunter2"))
        assert time.monotonic() - start < 5
