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
from sept_ext.services.catalog import Catalogs
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
