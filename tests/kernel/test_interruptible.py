"""A second interrupt, and a database that does not hear the first: the next cell gets a session that is free."""

from __future__ import annotations

import _thread
import threading
import time
from typing import Any

import pytest

from sept_ext.connectors.base import QueryResult
from sept_ext.core.errors import BadInput
from sept_ext.core.magic_syntax import SqlMagic
from sept_ext.kernel import interruptible
from sept_ext.kernel.sql_cell import SqlContext, run_sql


class Deaf:
    """A session that ends its statement when `heard` is set, or when a cancel is listened to."""

    placeholder, dialect, is_open = "?", "sqlite", True

    def __init__(self, *, listens: bool) -> None:
        self.heard = threading.Event()
        self.is_busy = self.is_closed = False
        self._listens = listens

    def execute(self, statement: str, values: Any, output: str = "pandas") -> QueryResult:
        assert not self.is_busy, "two statements at once"
        self.is_busy = True
        if "slow" in statement:
            self.heard.wait(20)
        self.is_busy = False
        return QueryResult(None, 1)

    def relations(self) -> dict[str, tuple[str, ...]]:
        return {}

    def data_state(self) -> None:
        return None

    def cancel(self) -> None:
        if self._listens:
            self.heard.set()
        else:
            time.sleep(0.02)

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def context() -> SqlContext:
    return SqlContext(cache=None)


def interrupted(context: SqlContext, names: dict[str, Any], times: int) -> None:
    def interrupt() -> None:
        for _ in range(times):
            time.sleep(0.15)
            _thread.interrupt_main()

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        run_sql(SqlMagic(sql="SELECT slow", connection="db"), context, names)


def ask(context: SqlContext, names: dict[str, Any]) -> int:
    return run_sql(SqlMagic(sql="SELECT 1", connection="db"), context, names).rows_affected


def test_a_second_interrupt_leaves_no_statement_behind_in_the_session(context: SqlContext) -> None:
    session = Deaf(listens=False)
    context.sessions._open["db"] = ("sqlite", session)
    interrupted(context, {}, 2)
    session._listens = True
    assert ask(context, {}) == 1
    assert context.sessions._open["db"][1] is session


def test_a_session_that_hears_nobody_is_left_alone_and_closed_later(
    context: SqlContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interruptible, "_CANCEL_GRACE_S", 0.1)
    monkeypatch.setenv("SEPT_CONNECTION_DB", "sqlite:///:memory:")
    session = Deaf(listens=False)
    context.sessions._open["db"] = ("sqlite", session)
    interrupted(context, {}, 1)
    found: Any = run_sql(SqlMagic(sql="SELECT 1 AS x", connection="db"), context, {}).frame
    assert found["x"].tolist() == [1]
    assert not session.is_closed
    session.heard.set()
    end = time.monotonic() + 10
    while not session.is_closed and time.monotonic() < end:
        time.sleep(0.01)
    assert session.is_closed
    context.sessions.close()


def test_an_object_of_the_notebook_that_hears_nobody_is_not_replaced(
    context: SqlContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interruptible, "_CANCEL_GRACE_S", 0.1)
    session = Deaf(listens=False)
    monkeypatch.setattr("sept_ext.kernel.connections.session_of", lambda _: ("sqlite", session))
    interrupted(context, {"db": session}, 1)
    with pytest.raises(BadInput, match="still runs on db"):
        ask(context, {"db": session})
    session.heard.set()
