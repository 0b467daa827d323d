"""What every connector promises, on a real database of each kind. A new connector adds a row to `KINDS`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from sept_ext.connectors.base import ConnectionSpec, Session
from sept_ext.connectors.registry import connector, kinds, spec_from_url
from sept_ext.core.errors import BadInput, SqlError, Unavailable

KINDS = ["duckdb", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture(params=KINDS)
def spec(request: pytest.FixtureRequest, tmp_path: Path) -> ConnectionSpec:
    if request.param == "duckdb":
        return ConnectionSpec("test", "duckdb", {"path": str(tmp_path / "test.duckdb")})
    if request.param == "sqlite":
        (tmp_path / "test.db").touch()
        return ConnectionSpec("test", "sqlite", {"path": str(tmp_path / "test.db")})
    url = make_url(request.getfixturevalue("empty_postgres_url"))
    return spec_from_url("test", url.render_as_string(hide_password=False))


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


def test_cancel_stops_what_runs_within_two_seconds(session: Session) -> None:
    outcome: list[float] = []

    def work() -> None:
        with suppress(SqlError):
            session.execute(ENDLESS, [])
        outcome.append(time.monotonic())

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    time.sleep(0.5)
    session.cancel()
    thread.join(10)
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
    (lambda: spec_from_url("x", "oracle://h/d"), BadInput, "begins with 'oracle'"),
    (lambda: spec_from_url("x", "postgresql://h:port/d"), BadInput, "check host and port"),
    (
        lambda: connector("sqlite").open(ConnectionSpec("x", "sqlite", {"path": "no.db"})),
        Unavailable,
        "no SQLite file",
    ),
    (
        lambda: connector("postgres").open(spec_from_url("x", "postgresql://u:hunter2@127.0.0.1:1/d")),
        Unavailable,
        "did not let us in",
    ),
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
    assert {"duckdb", "postgres", "sqlite"} <= set(kinds())
