"""Results of queries kept on disk: found again while the data is what it was, and never when it is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sept_ext.connectors.registry import connector, spec_from_url
from sept_ext.core.magic_syntax import parse_sql_cell
from sept_ext.kernel import sql_cell
from sept_ext.kernel.sql_cache import SqlCache
from sept_ext.kernel.sql_cell import SqlContext, run_sql

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


class Cells:
    """`%%sql` cells over one connection, with a cache in a folder."""

    def __init__(self, url: str, folder: Path) -> None:
        self.context = SqlContext(cache=SqlCache(folder, 10_000_000))
        spec = spec_from_url("db", url)
        self.context.sessions._open["db"] = (spec.kind, connector(spec.kind).open(spec))
        self.names: dict[str, Any] = {"least": 1}

    def run(self, sql: str, options: str = "") -> Any:
        magic = parse_sql_cell(f"%%sql --connection db {options}\n{sql}")
        assert magic is not None
        return run_sql(magic, self.context, self.names)


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("empty_postgres_url"))
    (tmp_path / "shop.db").touch()
    return f"sqlite:///{tmp_path / 'shop.db'}"


@pytest.fixture
def cells(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cells]:
    monkeypatch.setattr(sql_cell, "_WORTH_KEEPING_S", 0)
    made = Cells(url, tmp_path / "cache")
    made.run("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1), (2), (NULL)")
    yield made
    made.context.sessions.close()


QUERY = "SELECT n FROM t WHERE n >= :least ORDER BY n"


@pytest.mark.parametrize(
    "again", [QUERY, "select n\n from t -- a note\n WHERE n >= {{ least }} /* another */ order by n"]
)
def test_the_same_question_over_the_same_data_is_answered_from_the_cache(cells: Cells, again: str) -> None:
    first, second = cells.run(QUERY), cells.run(again)
    assert ("from the cache" in first.note, "from the cache" in second.note) == (False, True)
    pd.testing.assert_frame_equal(first.frame, second.frame)


@pytest.mark.parametrize(
    "change", ["INSERT INTO t VALUES (5)", "UPDATE t SET n = n + 1", "CREATE TABLE u (x INTEGER)"]
)
def test_any_write_is_a_miss_whoever_makes_it(cells: Cells, url: str, tmp_path: Path, change: str) -> None:
    cells.run(QUERY)
    cells.run(change)
    assert "from the cache" not in cells.run(QUERY).note
    other = Cells(url, tmp_path / "other")
    other.run(change.replace("u (x", "w (x"))
    assert "from the cache" not in cells.run(QUERY).note
    other.context.sessions.close()


@pytest.mark.parametrize(
    ("sql", "options"),
    [(QUERY, "--no-cache"), ("SELECT n, random() FROM t", ""), ("SELECT n, CURRENT_TIMESTAMP FROM t", ""),
     ("INSERT INTO t VALUES (9)", "")],
)  # fmt: skip
def test_what_must_be_asked_is_asked(cells: Cells, sql: str, options: str) -> None:
    assert "from the cache" not in cells.run(sql, options).note + cells.run(sql, options).note


def test_another_value_is_another_question(cells: Cells) -> None:
    cells.run(QUERY)
    cells.names["least"] = 2
    assert cells.run(QUERY).frame["n"].tolist() == [2]


def test_a_query_inside_a_transaction_is_asked(cells: Cells) -> None:
    cells.run(QUERY)
    cells.run("BEGIN")
    assert "from the cache" not in cells.run(QUERY).note
    cells.run("ROLLBACK")


def test_the_cache_is_bounded_private_and_can_be_cleared(tmp_path: Path) -> None:
    cache = SqlCache(tmp_path / "cache", 40_000)
    for number in range(20):
        cache.put(f"key{number}", b"x" * 5_000)
    cache.put("large", b"x" * 20_000)
    assert cache.get("large") is None
    assert cache.get("key0") is None
    assert cache.get("key19") == b"x" * 5_000
    assert (tmp_path / "cache").stat().st_mode & 0o77 == 0
    assert 0 < cache.clear() <= 8
    assert cache.get("key19") is None


def test_a_damaged_file_is_a_miss(tmp_path: Path) -> None:
    cache = SqlCache(tmp_path, 10_000)
    (tmp_path / "key").write_bytes(b"no pickle")
    assert cache.get("key") is None


def test_a_setting_turns_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEPT_SQL_CACHE", "0")
    assert SqlCache.of_environment() is None


def test_what_stands_in_the_log_of_a_file_is_not_overlooked_by_the_next_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each session counts from its own start: two of them see the same counters over other rows."""
    monkeypatch.setattr(sql_cell, "_WORTH_KEEPING_S", 0)
    (tmp_path / "shop.db").touch()
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    writer = Cells(url, tmp_path / "cache")
    writer.run("PRAGMA journal_mode = WAL")
    writer.run("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)")
    assert Cells(url, tmp_path / "cache").run("SELECT n FROM t").frame["n"].tolist() == [1]
    writer.run("UPDATE t SET n = 2")
    assert Cells(url, tmp_path / "cache").run("SELECT n FROM t").frame["n"].tolist() == [2]


def test_a_session_with_temporary_tables_asks_its_database(cells: Cells) -> None:
    cells.run("CREATE TEMPORARY TABLE mine (n INTEGER)")
    assert "from the cache" not in cells.run(QUERY).note + cells.run(QUERY).note


@pytest.mark.postgres
def test_two_roles_do_not_share_what_they_see(empty_postgres_url: str, tmp_path: Path) -> None:
    cells = Cells(empty_postgres_url, tmp_path / "cache")
    session = cells.context.sessions._open["db"][1]
    mine = session.data_state()
    cells.run("CREATE ROLE sept_other; GRANT sept_other TO CURRENT_USER")
    before = session.data_state()
    session.execute("SELECT 1", [])
    assert session.data_state() == before != mine
    other = connector("postgres").open(spec_from_url("db", empty_postgres_url))
    other._connection.execute("SET ROLE sept_other")
    assert other.data_state() not in (None, before)
    for one in (other, session):
        one._connection.execute("RESET ROLE")
    cells.run("DROP ROLE sept_other")
    other.close()
    cells.context.sessions.close()


@pytest.mark.postgres
def test_a_transaction_that_ends_after_a_younger_one_is_seen(
    empty_postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    monkeypatch.setattr(sql_cell, "_WORTH_KEEPING_S", 0)
    cells = Cells(empty_postgres_url, tmp_path / "cache")
    cells.run("CREATE TABLE t AS SELECT 1 AS n")
    with psycopg.connect(empty_postgres_url) as old, psycopg.connect(empty_postgres_url, autocommit=True) as young:
        old.execute("INSERT INTO t VALUES (2)")
        young.execute("CREATE TABLE other (x int)")
        assert len(cells.run("SELECT n FROM t").frame) == 1
        old.commit()
    assert len(cells.run("SELECT n FROM t").frame) == 2
    cells.context.sessions.close()


CLOCKS = {
    "sqlite": "CREATE VIEW clock AS SELECT strftime('%f', 'now') AS x FROM t",
    "postgresql": "CREATE VIEW clock AS SELECT clock_timestamp() AS x FROM t",
}


def test_a_view_that_looks_at_the_clock_is_asked_each_time(cells: Cells, url: str) -> None:
    cells.run(CLOCKS[url.partition(":")[0]])
    cells.run("CREATE VIEW steady AS SELECT n FROM t")
    notes = [cells.run(f"SELECT * FROM {name}").note for name in ("clock", "clock", "steady", "steady")]
    assert ["from the cache" in note for note in notes] == [False, False, False, True]


def test_a_setting_of_the_session_ends_the_caching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_cell, "_WORTH_KEEPING_S", 0)
    (tmp_path / "shop.db").touch()
    cells = Cells(f"sqlite:///{tmp_path / 'shop.db'}", tmp_path / "cache")
    cells.run("CREATE TABLE t (s TEXT); INSERT INTO t VALUES ('a')")
    assert len(cells.run("SELECT s FROM t WHERE s LIKE 'A'").frame) == 1
    cells.run("PRAGMA case_sensitive_like = 1")
    assert len(cells.run("SELECT s FROM t WHERE s LIKE 'A'").frame) == 0
    cells.context.sessions.close()


@pytest.mark.postgres
def test_values_that_only_look_alike_are_other_questions(
    empty_postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from psycopg.types.json import Jsonb

    monkeypatch.setattr(sql_cell, "_WORTH_KEEPING_S", 0)
    cells = Cells(empty_postgres_url, tmp_path / "cache")
    cells.run("CREATE TABLE t AS SELECT 1 AS n")
    for letter in "ab":
        cells.names["doc"] = Jsonb({"k": "x" * 300 + letter})
        assert cells.run("SELECT right(:doc ->> 'k', 1) AS x FROM t").frame["x"].tolist() == [letter]
    cells.context.sessions.close()


@pytest.mark.parametrize("damage", [lambda data: data[:40], lambda data: data.replace(b"n", b"\xff"), lambda _: b""])
def test_a_file_that_is_broken_is_a_miss(cells: Cells, tmp_path: Path, damage: Any) -> None:
    first = cells.run(QUERY).frame
    for file in (tmp_path / "cache").iterdir():
        file.write_bytes(damage(file.read_bytes()))
    second = cells.run(QUERY)
    assert "from the cache" not in second.note
    pd.testing.assert_frame_equal(first, second.frame)
