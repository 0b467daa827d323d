"""Names in SQL cells that are not there: told from what is at hand, silent where the notebook may know better."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sept_ext.core.cells import Cell, Problem
from sept_ext.services.catalog import Catalog, CatalogRelation
from sept_ext.services.notebooks import LiveNotebooks, Sync
from sept_ext.services.sql_problems import problems_of_frames, problems_of_tables
from tests.support.world import World, play

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ORDERS = CatalogRelation(None, "orders", ("id", "amount"), "sqlite")
OLD = CatalogRelation("archive", "orders", ("id",), "sqlite")
CATALOGS = {None: Catalog((ORDERS,), NOW), "archive": Catalog((OLD,), NOW)}


def notebook(*sources: str, frames: dict[str, list[str] | None] | None = None, ran: int = 0) -> LiveNotebooks:
    """An open document with these cells, the first `ran` of which ran and left these frames."""
    live = LiveNotebooks(lambda path: None, lambda: NOW)
    cells = [Cell(f"c{n}", "code", source) for n, source in enumerate(sources)]
    order = [cell.id for cell in cells]
    live.synchronise(Sync("n.ipynb", "tab", "k", reset=True, order=order, changed=cells))
    for seq, cell in enumerate(cells[:ran]):
        run: dict[str, Any] = {"cell_id": cell.id, "source": cell.source, "execution_count": seq, "seq": seq}
        live.take_message("k", {**run, "phase": "started"})
        live.take_message("k", {**run, "phase": "finished", "status": "ok", "frames": frames or {}})
    return live


def told(problems: tuple[Problem, ...]) -> list[tuple[str, tuple[int, int] | None, tuple[str, ...]]]:
    return [(p.kind, p.span and (p.span.line, p.span.column), p.candidates) for p in problems]


AMUONT = [("unknown-column", (2, 7), ("amount",))]
OF_TABLES = (
    ("a misspelt column", "SELECT amuont FROM orders", (), AMUONT),
    ("a misspelt table", "SELECT * FROM oders", (), [("unknown-relation", (2, 14), ("orders",))]),
    ("a column of another schema's table", "SELECT amuont FROM archive.orders", (), [("unknown-column", (2, 7), ())]),
    ("a schema that was not looked at", "SELECT amuont FROM other.orders", (), []),
    ("a frame of the notebook", "SELECT * FROM oders", ("oders = 1",), []),
    ("a result of another cell", "SELECT * FROM oders", ("%%sql oders << --connection shop\nSELECT 1",), []),
    ("a table that a cell makes", "SELECT a FROM oders", ("%%sql -c shop\nCREATE TABLE oders (a INT)",), []),
    ("a column that a cell adds", "SELECT tax FROM orders", ("%%sql -c shop\nALTER TABLE orders ADD tax INT",), []),
    ("a connection of Python's", "SELECT amuont FROM orders", ("shop = engine()",), []),
    ("another database in use", "SELECT * FROM oders", ("%%sql -c shop\nUSE other",), []),
    ("an option that is none", "SELECT amuont FROM orders", (), []),
)  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "cells", "expected"), [row[1:] for row in OF_TABLES], ids=[row[0] for row in OF_TABLES]
)
def test_names_are_looked_up_in_catalogs_and_the_notebook(
    request: pytest.FixtureRequest, sql: str, cells: tuple[str, ...], expected: list[Any]
) -> None:
    option = " --nothing" if "an option" in request.node.name else ""
    view = notebook(*cells).view("n.ipynb", "tab")
    assert told(problems_of_tables(f"%%sql -c shop{option}\n{sql}", CATALOGS, view)) == expected


def test_nothing_is_told_before_a_catalog_was_looked_up() -> None:
    view = notebook().view("n.ipynb", "tab")
    assert problems_of_tables("%%sql -c shop\nSELECT x FROM y", {}, view) == ()


MADE = "orders = make()"
OF_FRAMES = (
    ("a misspelt column", "SELECT amuont FROM orders", 1, {"orders": ["id", "amount"]}, AMUONT),
    ("columns that are not known", "SELECT amuont FROM orders", 1, {"orders": None}, []),
    ("a name that is no frame", "SELECT amuont FROM oders", 1, {"orders": ["id", "amount"]}, []),
    ("nothing ran", "SELECT amuont FROM orders", 0, {}, []),
)


@pytest.mark.parametrize(
    ("sql", "ran", "frames", "expected"), [row[1:] for row in OF_FRAMES], ids=[row[0] for row in OF_FRAMES]
)
def test_columns_of_frames_are_those_that_the_last_runs_left(
    sql: str, ran: int, frames: dict[str, list[str] | None], expected: list[Any]
) -> None:
    view = notebook(MADE, frames=frames, ran=ran).view("n.ipynb", "tab")
    assert told(problems_of_frames(f"%%sql\n{sql}", view)) == expected


def test_a_frame_that_a_cell_is_yet_to_make_anew_may_have_any_columns() -> None:
    live = notebook(MADE, frames={"orders": ["id", "amount"]}, ran=1)
    live.synchronise(Sync("n.ipynb", "tab", "k", changed=[Cell("c0", "code", "orders = make(tax=True)")]))
    assert problems_of_frames("%%sql\nSELECT tax FROM orders", live.view("n.ipynb", "tab")) == ()


def test_the_state_tells_frames_when_they_changed_and_forgets_them_with_the_kernel() -> None:
    live = notebook(MADE, "y = 1", frames={"orders": ["id"], "lazy": None}, ran=1)
    state = live.state("n.ipynb", "tab", None)
    assert state.frames is not None
    assert [(frame.name, frame.columns) for frame in state.frames] == [("lazy", None), ("orders", ("id",))]
    assert live.state("n.ipynb", "tab", state.revision).frames is None
    live.kernel_restarted("k")
    assert live.state("n.ipynb", "tab", state.revision).frames == ()


def test_a_frame_that_went_is_told_no_more() -> None:
    live = notebook(MADE, frames={"orders": ["id"], "other": ["a"]}, ran=1)
    live.take_message("k", {"phase": "finished", "source": "del other", "status": "ok", "frames_gone": ["other"]})
    live.take_message("k", {"phase": "forgotten", "names": ["orders"]})
    assert live.state("n.ipynb", "tab", None).frames == ()


ASK = """query($s: String!, $c: ID) { sqlProblems(source: $s, connectionId: $c, path: "n.ipynb", clientId: "t") {
  kind message candidates span { line column endColumn } } }"""
CREATE = """mutation($w: ID!, $f: String!) { createConnection(input: { workspaceId: $w, name: "shop", kind: "sqlite",
  parameters: [{ name: "path", value: $f }] }) { id } }"""


def test_the_api_tells_after_the_catalog_was_looked_up_and_asks_no_database_itself(tmp_path: Path) -> None:
    shop = tmp_path / "shop.db"
    with closing(sqlite3.connect(shop)) as database, database:
        database.execute("CREATE TABLE orders (id INTEGER, amount REAL)")

    async def story(world: World) -> None:
        workspace = await world.team()
        made = await world.data("admin", CREATE, w=str(workspace.id), f=str(shop))
        asked = {"s": "%%sql -c shop\nSELECT amuont\nFROM orders", "c": made["id"]}
        sync = 'mutation { syncNotebook(input: { path: "n.ipynb", clientId: "t", reset: true }) { path } }'
        await world.data("editor", sync)
        assert await world.data("editor", ASK, **asked) == []
        await world.data(
            "editor", "query($c: ID!) { catalogRelations(connectionId: $c) { totalCount } }", c=made["id"]
        )
        assert await world.data("editor", ASK, **asked) == [
            {
                "kind": "UNKNOWN_COLUMN",
                "message": "There is no column `amuont` in orders.",
                "candidates": ["amount"],
                "span": {"line": 2, "column": 7, "endColumn": 13},
            }
        ]
        assert await world.data("editor", ASK.replace('"t"', '"gone"'), **asked) == []

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)
