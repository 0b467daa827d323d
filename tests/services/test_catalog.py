"""What is known of a connection's database: in its own dialect, level by level, with the columns' types."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any
from uuid import UUID

import pandas as pd
import pytest

from sept_ext.connectors.base import ConnectionSpec, ConnectorInfo, QueryResult
from sept_ext.core.errors import BadInput, NotFound
from sept_ext.services.catalog import CatalogColumn, Catalogs, preview_statement
from sept_ext.services.databases import Databases
from tests.support.world import World, play

ID = UUID(int=1)


class Spoken:
    """A session of a kind that leads to many dialects; it keeps what it was asked."""

    dialect = "tsql"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def relations(self) -> dict[str, tuple[str, ...]]:
        return {"order": ("id", "user")}

    def execute(self, statement: str, _values: list[Any], _output: str = "pandas") -> QueryResult:
        self.asked.append(statement)
        return QueryResult(pd.DataFrame({"id": [1]}), columns=("id",))

    def close(self) -> None: ...


def leads_to(monkeypatch: pytest.MonkeyPatch, session: Any, dialect: str = "") -> Catalogs:
    """Catalogs whose every connection opens this session."""

    class Connector:
        info = ConnectorInfo("stub", "Stub", dialect, ())

        def open(self, _spec: ConnectionSpec) -> Any:
            return session

    for module in ("databases", "catalog"):
        monkeypatch.setattr(f"sept_ext.services.{module}.connector", lambda _kind: Connector())
    return Catalogs(Databases())


def done(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def test_statements_are_in_the_dialect_that_the_session_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    session, spec = Spoken(), ConnectionSpec("far", "sqlalchemy", {})
    catalogs = leads_to(monkeypatch, session)
    relation = done(catalogs.get(ID, spec)).named("order")
    assert relation.select_statement == "SELECT\nTOP 100\n  id,\n  [user]\nFROM [order]"
    assert done(catalogs.preview(spec, "dbo", "order")).columns == ("id",)
    assert session.asked == ["SELECT TOP 100 * FROM [dbo].[order]"]


class Plain:
    """What a connector of a third party may have: relations, and nothing above or below them."""

    def relations(self) -> dict[str, tuple[str, ...]]:
        return {"orders": ("id",)}

    def close(self) -> None: ...


def test_a_session_that_only_has_relations_is_browsed_without_schemas_and_types(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    catalogs, spec = leads_to(monkeypatch, Plain(), "sqlite"), ConnectionSpec("far", "stub", {})
    assert done(catalogs.schemas(spec)) == []
    assert done(catalogs.columns(spec, None, "orders")) == [CatalogColumn("id", None)]
    with pytest.raises(NotFound, match="no table or view 'nobody'"):
        done(catalogs.columns(spec, None, "nobody"))
    with pytest.raises(BadInput, match="no schemas"):
        done(catalogs.columns(spec, "public", "orders"))


class Bare(Plain):
    """A session that plain names mean nothing in: no database was named."""

    def __init__(self, *schemas: str) -> None:
        self._schemas = list(schemas)

    def relations(self) -> dict[str, tuple[str, ...]]:
        return {}

    def schemas(self) -> list[str]:
        return self._schemas

    def relations_in(self, _schema: str) -> dict[str, tuple[str, ...]]:
        return {}


@pytest.mark.parametrize(
    ("session", "message"),
    [
        (Plain(), "Connected: 1 table."),
        (Bare(), "Connected: no tables yet."),
        (Bare("one"), "Connected: 1 schema."),
        (Bare("one", "two"), "Connected: 2 schemas."),
    ],
)
def test_a_test_says_what_there_is_to_look_into(monkeypatch: pytest.MonkeyPatch, session: Any, message: str) -> None:
    leads_to(monkeypatch, session)
    assert done(Databases().test(ConnectionSpec("far", "stub", {}))).message == message


@pytest.mark.parametrize(
    ("dialect", "name", "expected"),
    [
        ("oracle", "orders", "SELECT * FROM orders FETCH FIRST 100 ROWS ONLY"),
        ("oracle", "Orders", 'SELECT * FROM "Orders" FETCH FIRST 100 ROWS ONLY'),
        ("oracle", "order", 'SELECT * FROM "order" FETCH FIRST 100 ROWS ONLY'),
        ("snowflake", "orders", 'SELECT * FROM "orders" LIMIT 100'),
        ("bigquery", "orders", "SELECT * FROM `orders` LIMIT 100"),
    ],
)
def test_a_preview_means_the_relation_as_it_is_written(dialect: str, name: str, expected: str) -> None:
    assert preview_statement(dialect, None, name) == expected


@pytest.mark.parametrize(
    ("kind", "parameters", "dialect"),
    [
        ("sqlalchemy", [{"name": "url", "value": "mssql+pymssql://u@h/d"}], "tsql"),
        ("sqlalchemy", [{"name": "url", "value": "mariadb+pymysql://u@h/d"}], "mysql"),
        ("postgres", [], "postgres"),
        ("no_such_kind", [], None),
    ],
)
def test_a_connection_tells_its_dialect(tmp_path: Path, kind: str, parameters: Any, dialect: str | None) -> None:
    make = """mutation($w: ID!, $k: String!, $p: [ParameterInput!]!) { createConnection(input: { workspaceId: $w,
      name: "far", kind: $k, parameters: $p }) { dialect } }"""

    async def story(world: World) -> None:
        workspace = await world.team()
        assert await world.data("admin", make, w=str(workspace.id), k=kind, p=parameters) == {"dialect": dialect}

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)


def test_a_preview_of_duckdb_reads_no_file(tmp_path: Path) -> None:
    import duckdb

    (tmp_path / "secret.csv").write_text("user,password\nroot,hunter2\n")
    path = str(tmp_path / "x.duckdb")
    with duckdb.connect(path) as made:
        made.execute("CREATE TABLE t AS SELECT 1 AS a")
    catalogs, spec = Catalogs(Databases()), ConnectionSpec("d", "duckdb", {"path": path})
    assert done(catalogs.preview(spec, None, "t")).rows == (("1",),)
    with pytest.raises(NotFound):
        done(catalogs.preview(spec, None, str(tmp_path / "secret.csv")))
