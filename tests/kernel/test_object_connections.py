"""Engines and connections that the notebook's own code opened, as the connection of a SQL cell."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from sept_ext.core.errors import SeptError
from sept_ext.core.magic_syntax import parse_sql_cell
from sept_ext.kernel.sql_cell import SqlContext, run_sql
from tests.support.kernels import KernelSession


def engine_in_a_file(folder: Path, _: Callable[[str], str]) -> Any:
    return sa.create_engine(f"sqlite:///{folder / 'x.db'}")


def engine_in_memory(_: Path, __: Callable[[str], str]) -> Any:
    return sa.create_engine("sqlite://")


def sqlalchemy_connection(folder: Path, _: Callable[[str], str]) -> Any:
    return sa.create_engine(f"sqlite:///{folder / 'x.db'}").connect()


def sqlite_connection(_: Path, __: Callable[[str], str]) -> Any:
    return sqlite3.connect(":memory:")


def duckdb_connection(_: Path, __: Callable[[str], str]) -> Any:
    import duckdb

    return duckdb.connect()


def postgres_engine(_: Path, url: Callable[[str], str]) -> Any:
    return sa.create_engine(make_url(url("empty_postgres_url")).set(drivername="postgresql+psycopg"))


def psycopg_connection(_: Path, url: Callable[[str], str]) -> Any:
    import psycopg

    return psycopg.connect(url("empty_postgres_url"))


def pymysql_connection(_: Path, url: Callable[[str], str]) -> Any:
    import pymysql

    where = make_url(url("mariadb_url"))
    words: dict[str, Any] = {"host": where.host, "port": where.port, "user": where.username, "database": "test"}
    return pymysql.connect(**words, password=where.password or "")


POSTGRES = pytest.mark.postgres
OBJECTS = [
    engine_in_a_file, engine_in_memory, sqlalchemy_connection, sqlite_connection, duckdb_connection,
    pymysql_connection, pytest.param(postgres_engine, marks=POSTGRES),
    pytest.param(psycopg_connection, marks=POSTGRES),
]  # fmt: skip


class Notebook:
    def __init__(self, **names: Any) -> None:
        self.context = SqlContext()
        self.names = names

    def run(self, source: str) -> Any:
        magic = parse_sql_cell(source)
        assert magic is not None
        view = run_sql(magic, self.context, self.names)
        if magic.result is not None:
            self.names[magic.result] = view.frame
        return view


@pytest.fixture(params=OBJECTS, ids=lambda make: make.__name__)
def notebook(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Notebook]:
    made = Notebook(db=request.param(tmp_path, request.getfixturevalue))
    yield made
    made.context.sessions.close()
    (made.names["db"].dispose if isinstance(made.names["db"], sa.Engine) else made.names["db"].close)()


def test_a_connection_object_is_used_by_its_name(notebook: Notebook) -> None:
    notebook.run("%%sql --connection db\nDROP TABLE IF EXISTS people")
    notebook.run("%%sql --connection db\nCREATE TABLE people (id INTEGER, name VARCHAR(40))")
    notebook.names["who"] = "O'Hara; --"
    notebook.run("%%sql --connection db\nINSERT INTO people VALUES (1, 'a:b %s'), (2, {{ who }})")
    view = notebook.run("%%sql --connection db\nSELECT name FROM people WHERE name = :who")
    assert view.frame["name"].tolist() == ["O'Hara; --"]
    view = notebook.run("%%sql --connection db\nSELECT count(*) AS n FROM people WHERE name LIKE 'a%'")
    assert view.frame["n"].tolist() == [1]
    with pytest.raises(SeptError) as told:
        notebook.run("%%sql --connection db\nSELECT nam FROM people")
    assert "nam" in str(told.value)


def test_queries_over_results_run_in_the_objects_database(notebook: Notebook) -> None:
    notebook.run("%%sql --connection db\nDROP TABLE IF EXISTS t")
    notebook.run("%%sql --connection db\nCREATE TABLE t AS SELECT 1 AS n UNION ALL SELECT 2")
    notebook.run("%%sql big << --connection db\nSELECT n FROM t WHERE n > 1")
    view = notebook.run("%%sql --connection db\nSELECT sum(n) AS n FROM big")
    assert (view.note, [int(n) for n in view.frame["n"]]) == ("one statement with `big`", [2])


def test_a_variable_that_leads_elsewhere_is_another_connection() -> None:
    with closing(sqlite3.connect(":memory:")) as first, closing(sqlite3.connect(":memory:")) as second:
        for number, connection in enumerate((first, second)):
            connection.execute(f"CREATE TABLE t AS SELECT {number} AS n")
        notebook = Notebook(db=first)
        notebook.run("%%sql one << --connection db\nSELECT n FROM t")
        notebook.names["db"] = second
        assert notebook.run("%%sql --connection db\nSELECT n FROM t").frame["n"].tolist() == [1]
        view = notebook.run("%%sql --connection db\nSELECT n FROM one")
        assert (view.frame["n"].tolist(), "`one` is no result of this connection" in view.note) == ([0], True)
        notebook.context.sessions.close()
        assert first.execute("SELECT 1").fetchone() == (1,)  # still the user's


def test_an_object_that_is_no_connection_is_none() -> None:
    with pytest.raises(SeptError, match="There is no connection 'db'"):
        Notebook(db=object()).run("%%sql --connection db\nSELECT 1")


@pytest.mark.kernel
def test_an_interrupt_stops_a_connection_that_is_bound_to_the_cells_thread(kernel: KernelSession) -> None:
    assert kernel.run("import sqlite3; mine = sqlite3.connect(':memory:')").error is None
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    asked = kernel.start(f"%%sql --connection mine\n{endless}")
    time.sleep(1)
    kernel.manager.interrupt_kernel()
    assert "KeyboardInterrupt" in (kernel.finish(asked).error or "")
    assert kernel.run("%%sql x << --connection mine\nSELECT 41 + 1 AS x").error is None
    assert kernel.run("print(x['x'].tolist())").text.strip() == "[42]"


def by_name(cursor: Any, row: Any) -> dict[str, Any]:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


@pytest.mark.parametrize("kind", ["sqlite", "postgres", "mariadb"])
def test_rows_that_a_connection_gives_by_name_are_rows(request: pytest.FixtureRequest, kind: str) -> None:
    opened: Any
    if kind == "sqlite":
        opened = sqlite3.connect(":memory:")
        opened.row_factory = by_name
    elif kind == "postgres":
        import psycopg

        opened = psycopg.connect(request.getfixturevalue("postgres_url"), row_factory=psycopg.rows.dict_row)
    else:
        pymysql = pytest.importorskip("pymysql")
        where = make_url(request.getfixturevalue("mariadb_url"))
        words: dict[str, Any] = {"host": where.host, "port": where.port, "user": where.username}
        opened = pymysql.connect(**words, password=where.password, cursorclass=pymysql.cursors.DictCursor)
    with closing(opened):
        context, names = SqlContext(cache=None), {"shop": opened, "people": pd.DataFrame({"id": [1]})}
        for text, expected in (("SELECT 1 AS b, 2 AS a", [[1, 2]]), ("SELECT 1 AS id FROM people", [[1]])):
            magic = parse_sql_cell(f"%%sql --connection shop\n{text}")
            assert magic is not None
            if kind == "mariadb" and "people" in text:  # its login has no database of its own here
                continue
            assert run_sql(magic, context, names).frame.to_numpy().tolist() == expected  # type: ignore[union-attr]
        magic = parse_sql_cell("%%sql --connection shop\nSELECT 1 AS a, 2 AS a")
        assert magic is not None
        if kind == "sqlite":
            assert run_sql(magic, context, names).frame.to_numpy().tolist() == [[1, 2]]  # type: ignore[union-attr]
        elif kind == "postgres":  # its driver keeps the last one only
            with pytest.raises(SeptError, match="two columns go by one name"):
                run_sql(magic, context, names)


def test_a_connection_that_was_closed_says_so(postgres_url: str) -> None:
    import psycopg

    with psycopg.connect(postgres_url) as shop:
        shop.execute("SELECT 1")
    magic = parse_sql_cell("%%sql --connection shop\nSELECT 1")
    assert magic is not None
    with pytest.raises(SeptError, match=r"closed\. Connect shop anew"):
        run_sql(magic, SqlContext(cache=None), {"shop": shop})
