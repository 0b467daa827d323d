"""Saves and renames through Jupyter, and a store that is away: notebooks come first."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import GraphQL, write_notebook


async def save(jp_fetch: Any, path: str, change: Callable[[Any], None]) -> int:
    """Save a notebook as JupyterLab does."""
    model = json.loads((await jp_fetch("api", "contents", path)).body)
    change(model["content"])
    sent = json.dumps({"type": "notebook", "format": "json", "content": model["content"]})
    return int((await jp_fetch("api", "contents", path, method="PUT", body=sent)).code)


async def until(question: Callable[[], Awaitable[Any]], answer: Any) -> None:
    """Ask until the answer comes; the last one is shown when it does not."""
    got = None
    for _ in range(100):
        got = await question()
        if got == answer:
            return
        await asyncio.sleep(0.05)
    assert got == answer


async def test_the_projection_follows_saves_and_the_path_follows_renames(
    graphql: GraphQL, jp_root_dir: Path, jp_fetch: Any
) -> None:
    write_notebook(jp_root_dir, "shop.ipynb", "x = 1", "y = x", "z = y")
    share = 'mutation { createProject(input: { path: "shop.ipynb" }) { id cells { id order } } }'
    project = (await graphql(share))["data"]["createProject"]
    keys = {cell["id"]: cell["order"] for cell in project["cells"]}

    async def ask(fields: str) -> Any:
        return (await graphql(f"query($p: ID!) {{ project(id: $p) {{ {fields} }} }}", p=project["id"]))["data"][
            "project"
        ]

    def last_to_top(content: Any) -> None:
        content["cells"].insert(0, content["cells"].pop())

    await save(jp_fetch, "shop.ipynb", last_to_top)

    async def order() -> list[str]:
        return [cell["id"] for cell in (await ask("cells { id order }"))["cells"]]

    await until(order, ["c", "a", "b"])
    after = {cell["id"]: cell["order"] for cell in (await ask("cells { id order }"))["cells"]}
    assert (after["a"], after["b"]) == (keys["a"], keys["b"])

    await jp_fetch("api", "contents", "shop.ipynb", method="PATCH", body='{"path": "renamed.ipynb"}')

    async def path() -> str:
        return str((await ask("path"))["path"])

    await until(path, "renamed.ipynb")


async def test_a_copy_made_in_jupyter_does_not_take_the_project_away(
    graphql: GraphQL, jp_root_dir: Path, jp_fetch: Any
) -> None:
    write_notebook(jp_root_dir, "shop.ipynb", "x = 1")
    share = "mutation($p: String!) { createProject(input: { path: $p }) { id path } }"
    project = (await graphql(share, p="shop.ipynb"))["data"]["createProject"]
    await jp_fetch("api", "contents", method="POST", body='{"copy_from": "shop.ipynb"}')
    await save(jp_fetch, "shop-Copy1.ipynb", lambda content: content["cells"].clear())
    copied = (await graphql(share, p="shop-Copy1.ipynb"))["data"]["createProject"]
    assert copied["id"] != project["id"]
    ask = "query($p: ID!) { project(id: $p) { path cells { id } } }"
    original = (await graphql(ask, p=project["id"]))["data"]["project"]
    assert original == {"path": "shop.ipynb", "cells": [{"id": "a"}]}


@pytest.fixture
def broken_store(tmp_path: Path) -> Path:
    """A folder where the database file should be."""
    file = tmp_path / "store" / "sept.sqlite3"
    file.mkdir(parents=True)
    return file


async def test_without_its_store_the_server_starts_saves_and_says_what_is_wrong(
    broken_store: Path, graphql: GraphQL, jp_root_dir: Path, jp_fetch: Any
) -> None:
    write_notebook(jp_root_dir, "shop.ipynb", "x = 1")
    assert await save(jp_fetch, "shop.ipynb", lambda content: None) == 200
    status = (await graphql("{ me { name } server { store { isAvailable message } } }"))["data"]
    assert status["me"] == {"name": "olivia"}
    assert status["server"]["store"]["isAvailable"] is False
    assert "cannot be" in status["server"]["store"]["message"]
    answer = await graphql("{ workspaces { id } }")
    assert answer["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert (await jp_fetch("sept", "health", raise_error=False)).code == 503
    await asyncio.to_thread(broken_store.rmdir)
    assert (await graphql("{ workspaces { id } }"))["data"] == {"workspaces": []}


async def test_a_hook_of_ours_that_fails_does_not_fail_the_save(
    jp_serverapp: Any,
    jp_root_dir: Path,
    jp_fetch: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sept_ext.server.save_hooks import SaveHooks

    def fail(_self: Any) -> None:
        raise RuntimeError("no worker today")

    monkeypatch.setattr(SaveHooks, "_work", fail)
    write_notebook(jp_root_dir, "shop.ipynb", "x = 1")
    assert await save(jp_fetch, "shop.ipynb", lambda content: content["cells"].clear()) == 200
    assert json.loads((jp_root_dir / "shop.ipynb").read_text())["cells"] == []
    assert "a save was not noticed" in caplog.text
