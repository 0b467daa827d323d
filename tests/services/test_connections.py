"""Connections: changed without losing their secret, tried, browsed, handed to kernels with a note of it."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sept_ext.connectors.base import ConnectionSpec, ConnectorInfo, scrubbed
from sept_ext.connectors.registry import connector
from sept_ext.core.access import Role
from sept_ext.core.errors import BadInput, Conflict, Forbidden, NotFound, Unavailable
from sept_ext.services import connections
from sept_ext.services.catalog import CatalogRelation, Catalogs, preview_statement
from sept_ext.services.databases import Databases
from tests.support.world import PEOPLE, World, play

ADMIN, EDITOR, VIEWER, STRANGER = (PEOPLE[name] for name in ("admin", "editor", "viewer", "stranger"))


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """A SQLite file with a table, a view, and a table with an odd name."""
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE orders (id INTEGER, amount REAL)")
        database.executemany("INSERT INTO orders VALUES (?, ?)", [(n, None if n == 1 else n / 2) for n in range(150)])
        database.execute('CREATE VIEW "big ""orders""" AS SELECT id AS order_id FROM orders')
    return str(path)


def test_a_change_keeps_the_secret_unless_one_is_given_or_taken_away(database_url: str) -> None:
    async def story(world: World) -> None:
        store, workspace = world.services.store, await world.team()
        made = await store.write(
            connections.create_connection, ADMIN, workspace.id, "pg", "postgres", {"host": "h"}, sealed_secret=b"one"
        )
        changed = await store.write(
            connections.update_connection, ADMIN, made.id, name="dw", parameters={"host": "g"}, is_read_only=True
        )
        assert (changed.name, changed.parameters, changed.is_read_only) == ("dw", {"host": "g"}, True)
        assert changed.sealed_secret == b"one"
        again = await store.read(connections.usable_connection, ADMIN, made.id)
        assert again == changed
        await store.write(connections.update_connection, ADMIN, made.id, sealed_secret=b"two", minimum_role=Role.ADMIN)
        assert (await store.read(connections.usable_connection, ADMIN, made.id)).sealed_secret == b"two"
        with pytest.raises(Forbidden, match="needs the role admin"):
            await store.read(connections.usable_connection, EDITOR, made.id)
        await store.write(connections.update_connection, ADMIN, made.id, is_secret_removed=True)
        assert not (await store.read(connections.usable_connection, ADMIN, made.id)).has_secret

    play(database_url, story)


def test_a_name_that_is_taken_and_parameters_with_secrets_are_refused_in_a_change(database_url: str) -> None:
    async def story(world: World) -> None:
        store, workspace = world.services.store, await world.team()
        for name in ("one", "two"):
            made = await store.write(connections.create_connection, ADMIN, workspace.id, name, "sqlite", {})
        with pytest.raises(Conflict, match="named one already"):
            await store.write(connections.update_connection, ADMIN, made.id, name="one")
        with pytest.raises(BadInput, match="holds a secret"):
            await store.write(connections.update_connection, ADMIN, made.id, parameters={"password": "x"})
        with pytest.raises(Forbidden):
            await store.write(connections.update_connection, EDITOR, made.id, name="three")

    play(database_url, story)


def test_what_a_kernel_takes_is_written_down_and_only_admins_read_it(database_url: str) -> None:
    async def story(world: World) -> None:
        store, workspace = world.services.store, await world.team()
        made = await store.write(
            connections.create_connection, ADMIN, workspace.id, "pg", "postgres", {}, sealed_secret=b"sealed"
        )
        await store.write(connections.take_for_kernel, EDITOR, "pg", "r", "n.ipynb", "kernel-1")
        with pytest.raises(Forbidden):
            await store.write(connections.take_for_kernel, VIEWER, "pg", "r", "n.ipynb", "kernel-2")
        uses = await store.read(connections.uses_of, ADMIN, made.id, 20)
        assert [(use.user.id, use.kernel_id, use.path) for use in uses] == [(EDITOR.id, "kernel-1", "n.ipynb")]
        with pytest.raises(Forbidden):
            await store.read(connections.uses_of, EDITOR, made.id, 20)
        kinds = [
            event["kind"]
            for event in (await world.data("admin", '{ events(after: "0") { events { kind } } }'))["events"]
        ]
        assert kinds[-2:] == ["CONNECTION_CHANGED", "CONNECTION_USED"]

    play(database_url, story)


def test_a_kind_tells_what_its_form_asks_for_and_lets_choose(database_url: str) -> None:
    async def story(world: World) -> None:
        kinds = await world.data("viewer", "{ connectionKinds { kind fields { name placeholder choices } } }")
        choices = {
            (kind["kind"], field["name"]): field["choices"]
            for kind in kinds
            for field in kind["fields"]
            if field["choices"]
        }
        assert choices[("mysql", "tls")] == ["preferred", "required", "verified", "off"]
        assert {kind for kind, _ in choices} == {"clickhouse", "mysql", "postgres", "redshift"}
        for kind in kinds:  # what is not chosen is one of them
            assert all(f["placeholder"] in f["choices"] for f in kind["fields"] if f["choices"])

    play(database_url, story)


CREATE = """mutation($w: ID!, $f: String!) { createConnection(input: { workspaceId: $w, name: "shop", kind: "sqlite",
  parameters: [{ name: "path", value: $f }], isReadOnly: true })
  { id dialect isReadOnly canUse uses { kernelId } } }"""


def test_a_connection_is_made_tried_searched_and_looked_into(tmp_path: Path, shop: str) -> None:
    async def story(world: World) -> None:
        workspace = await world.team()
        made = await world.data("admin", CREATE, w=str(workspace.id), f=shop)
        assert made | {"id": ""} == {"id": "", "dialect": "sqlite", "isReadOnly": True, "canUse": True, "uses": []}
        one = {"c": made["id"]}
        test = "mutation($c: ID!) { testConnection(input: { connectionId: $c }) { isWorking message } }"
        assert await world.data("editor", test, **one) == {"isWorking": True, "message": "Connected: 2 tables."}
        relations = "query($c: ID!, $s: String) { catalogRelations(connectionId: $c, search: $s) %s }"
        found = await world.data("editor", relations % "{ totalCount relations { name } }", **one)
        assert found == {"totalCount": 2, "relations": [{"name": 'big "orders"'}, {"name": "orders"}]}
        found = await world.data("editor", relations % "{ relations { name } }", **one, s="AMO")
        assert found == {"relations": [{"name": "orders"}]}
        relation = "query($c: ID!, $n: String!) { catalogRelation(connectionId: $c, name: $n) { %s } }"
        found = await world.data("editor", relation % "columns selectStatement", **one, n='big "orders"')
        statement = 'SELECT\n  order_id\nFROM "big ""orders"""\nLIMIT 100'
        assert found == {"columns": ["order_id"], "selectStatement": statement}
        typed = "query($c: ID!, $n: String!) { relationColumns(connectionId: $c, name: $n) { name type } }"
        found = await world.data("editor", typed, **one, n="orders")
        assert found == [{"name": "id", "type": "INTEGER"}, {"name": "amount", "type": "REAL"}]
        assert await world.code("editor", typed, **one, n="nothing") == "NOT_FOUND"
        preview = "query($c: ID!, $n: String!) { relationPreview(connectionId: $c, name: $n) { columns rows isCut } }"
        found = await world.data("editor", preview, **one, n="orders")
        assert (found["columns"], len(found["rows"]), found["isCut"]) == (["id", "amount"], 100, True)
        assert found["rows"][1:3] == [["1", None], ["2", "1.0"]]
        assert await world.code("editor", preview, **one, n="orders; DROP TABLE orders") == "NOT_FOUND"
        assert await world.code("editor", relation % "name", **one, n="nothing") == "NOT_FOUND"
        assert await world.data("editor", "query($c: ID!) { catalogSchemas(connectionId: $c) }", **one) == []

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)


def test_a_catalog_is_kept_until_it_is_asked_for_anew_or_leads_elsewhere(tmp_path: Path, shop: str) -> None:
    async def story(world: World) -> None:
        workspace = await world.team()
        made = await world.data("admin", CREATE, w=str(workspace.id), f=shop)
        ask = "query($c: ID!, $r: Boolean) { catalogRelations(connectionId: $c, isRefreshed: $r) { totalCount } }"

        async def count(is_refreshed: bool = False) -> Any:
            return (await world.data("editor", ask, c=made["id"], r=is_refreshed))["totalCount"]

        assert await count() == 2
        with closing(sqlite3.connect(shop)) as database, database:
            database.execute("CREATE TABLE more (x)")
        assert [await count(), await count(True), await count()] == [2, 3, 3]
        other = tmp_path / "other.db"
        sqlite3.connect(other).close()
        change = """mutation($c: ID!, $f: String!) { updateConnection(input: { id: $c,
          parameters: [{ name: "path", value: $f }] }) { id } }"""
        await world.data("admin", change, c=made["id"], f=str(other))
        assert await count() == 0

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)


def test_a_draft_is_tried_with_the_stored_secret_and_says_what_is_wrong(tmp_path: Path, shop: str) -> None:
    async def story(world: World) -> None:
        workspace = await world.team()
        test = "mutation($i: TestConnectionInput!) { testConnection(input: $i) { isWorking message } }"
        draft = {"workspaceId": str(workspace.id), "kind": "sqlite", "parameters": [{"name": "path", "value": shop}]}
        assert (await world.data("admin", test, i=draft))["isWorking"]
        assert await world.code("editor", test, i=draft) == "FORBIDDEN"
        assert await world.code("stranger", test, i=draft) == "NOT_FOUND"
        wrong = draft | {"parameters": [{"name": "path", "value": shop + "x"}]}
        answer = await world.data("admin", test, i=wrong)
        assert not answer["isWorking"]
        assert "There is no SQLite file" in answer["message"]
        unknown = await world.data("admin", test, i=draft | {"kind": "sqlitte"})
        assert "Did you mean 'sqlite'?" in unknown["message"]

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)


class _Asleep:
    """A session whose database never answers, until it is cancelled."""

    def __init__(self) -> None:
        self.was_cancelled = threading.Event()
        self.was_closed = threading.Event()

    def relations(self) -> dict[str, tuple[str, ...]]:
        assert self.was_cancelled.wait(10)
        return {}

    def cancel(self) -> None:
        self.was_cancelled.set()

    def close(self) -> None:
        self.was_closed.set()


@pytest.fixture
def asleep(monkeypatch: pytest.MonkeyPatch) -> _Asleep:
    """Every kind of connection leads to a sleeping database."""
    session = _Asleep()

    class Connector:
        info = ConnectorInfo("asleep", "Asleep", "sqlite", ())

        def open(self, spec: ConnectionSpec) -> _Asleep:
            assert spec.is_read_only
            return session

    monkeypatch.setattr("sept_ext.services.databases.connector", lambda _kind: Connector())
    return session


def test_a_database_that_does_not_answer_is_told_within_the_limit_and_cancelled(asleep: _Asleep) -> None:
    async def story() -> None:
        start = time.perf_counter()
        result = await Databases().test(ConnectionSpec("far", "asleep", {}), limit_s=0.1)
        assert result.message == "Connection 'far' did not answer within 0 s."
        assert time.perf_counter() - start < 2
        assert await asyncio.to_thread(asleep.was_closed.wait, 5)
        assert asleep.was_cancelled.is_set()

    asyncio.run(story())


def test_work_that_nobody_waits_for_is_cancelled_in_the_database(asleep: _Asleep) -> None:
    async def story() -> None:
        databases = Databases()
        task = asyncio.create_task(databases.run(ConnectionSpec("far", "asleep", {}), lambda one: one.relations()))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(asleep.was_closed.wait, 5)

    asyncio.run(story())


def test_a_driver_that_never_ends_is_told_of_as_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, lost = threading.Event(), threading.Event()

    class Connector:
        def open(self, _spec: ConnectionSpec) -> Any:
            gate.wait(10)
            raise RuntimeError("too late")

    monkeypatch.setattr("sept_ext.services.databases.connector", lambda _kind: Connector())
    monkeypatch.setattr("sept_ext.services.databases._LOST_S", 0.05)

    async def story() -> None:
        assert not (await Databases(on_lost=lost.set).test(ConnectionSpec("far", "x", {}), limit_s=0.1)).is_working
        assert await asyncio.to_thread(lost.wait, 5)
        gate.set()

    asyncio.run(story())


def test_a_driver_that_says_the_secret_is_not_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Connector:
        def open(self, spec: ConnectionSpec) -> Any:
            raise RuntimeError(f"cannot reach postgres://me:{spec.secret}@db with password={spec.secret}\n at line 3")

    monkeypatch.setattr("sept_ext.services.databases.connector", lambda _kind: Connector())

    async def story() -> None:
        result = await Databases().test(ConnectionSpec("far", "x", {}, "hunter2"))
        assert result.message == (
            "Connection 'far' cannot be used: cannot reach postgres://me:***@db with password=***"
        )

    asyncio.run(story())
    assert scrubbed("no pw", "pw") == "The driver's message holds the secret."


def test_relative_paths_of_files_count_from_the_servers_root(tmp_path: Path) -> None:
    databases = Databases(root=tmp_path)
    for given, expected in (
        ("a/b.db", str(tmp_path / "a/b.db")),
        ("/x.db", "/x.db"),
        (":memory:", ":memory:"),
        ("~/x", "~/x"),
        ("md:shop", "md:shop"),
    ):
        assert databases.spec("s", "duckdb", {"path": given}, None, False).parameters["path"] == expected
    assert databases.spec("s", "postgres", {"path": "p"}, None, False).parameters["path"] == "p"


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("postgres", 'SELECT\n  id,\n  "Amount",\n  "user",\n  "a b"\nFROM s."order"\nLIMIT 100'),
        ("mysql", "SELECT\n  id,\n  `Amount`,\n  `user`,\n  `a b`\nFROM s.`order`\nLIMIT 100"),
        ("snowflake", 'SELECT\n  "id",\n  "Amount",\n  "user",\n  "a b"\nFROM "s"."order"\nLIMIT 100'),
    ],
)
def test_a_statement_to_go_on_with_quotes_what_must_be(dialect: str, expected: str) -> None:
    relation = CatalogRelation("s", "order", ("id", "Amount", "user", "a b"), dialect)
    assert relation.select_statement == expected


def test_a_preview_quotes_everything() -> None:
    assert preview_statement("postgres", None, 'x"; DROP TABLE y; --') == (
        'SELECT * FROM "x""; DROP TABLE y; --" LIMIT 100'
    )


def test_who_asks_while_a_catalog_is_fetched_waits_for_the_same(tmp_path: Path, shop: str) -> None:
    class Counting(Databases):
        count = 0

        async def run(self, *args: Any, **kwargs: Any) -> Any:
            self.count += 1
            return await super().run(*args, **kwargs)

    async def story() -> None:
        from uuid import uuid4

        databases, key = Counting(), uuid4()
        catalogs, spec = Catalogs(databases), ConnectionSpec("s", "sqlite", {"path": shop})
        found = await asyncio.gather(*[catalogs.get(key, spec) for _ in range(5)])
        assert databases.count == 1
        assert len({id(one) for one in found}) == 1
        with pytest.raises(NotFound):
            found[0].named("nothing")
        with pytest.raises(BadInput, match="no schemas"):
            await catalogs.get(key, spec, "public")
        with pytest.raises(Unavailable, match="no SQLite file"):
            await catalogs.get(key, ConnectionSpec("s", "sqlite", {"path": str(tmp_path / "no.db")}))

    asyncio.run(story())


def test_schemas_are_a_level_of_their_own_where_the_database_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    class Session:
        def relations(self) -> dict[str, tuple[str, ...]]:
            return {"here": ("a",)}

        def schemas(self) -> list[str]:
            return ["public", "archive"]

        def relations_in(self, schema: str) -> dict[str, tuple[str, ...]]:
            return {f"of_{schema}": ("b",)}

        def close(self) -> None: ...

    class Connector:
        info = ConnectorInfo("layers", "Layers", "postgres", ())

        def open(self, _spec: ConnectionSpec) -> Session:
            return Session()

    for module in ("databases", "catalog"):
        monkeypatch.setattr(f"sept_ext.services.{module}.connector", lambda _kind: Connector())

    async def story() -> None:
        catalogs, spec, key = Catalogs(Databases()), ConnectionSpec("far", "layers", {}), ADMIN.id
        assert await catalogs.schemas(spec) == ["archive", "public"]
        (plain,) = (await catalogs.get(key, spec)).relations
        (layered,) = (await catalogs.get(key, spec, "archive")).relations
        assert (plain.name, plain.schema) == ("here", None)
        assert layered.select_statement == "SELECT\n  b\nFROM archive.of_archive\nLIMIT 100"

    asyncio.run(story())


@pytest.mark.parametrize(
    ("expression", "shown"),
    [("[1, 2]", "[1, 2]"), ("{'a': 'ü'}", '{"a": "ü"}'), ("[[1], NULL]", "[[1], null]"), ("NULL", None),
     ("'x'::BLOB", "78"), ("1.50::DECIMAL(4, 2)", "1.5"), ("'NaN'::DOUBLE", None), ("true", "True")],
)  # fmt: skip
async def test_a_preview_shows_values_as_the_databases_do(tmp_path: Path, expression: str, shown: str | None) -> None:
    session = connector("duckdb").open(ConnectionSpec("d", "duckdb", {"path": str(tmp_path / "d.duckdb")}))
    session.execute(f"CREATE TABLE t AS SELECT {expression} AS x", [])
    session.close()
    spec = ConnectionSpec("d", "duckdb", {"path": str(tmp_path / "d.duckdb")})
    assert (await Catalogs(Databases()).preview(spec, None, "t")).rows == ((shown,),)
