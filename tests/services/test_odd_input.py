"""Texts, files and orders of events that nobody means to send and somebody does, on both databases."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from sept_ext.core.errors import NotFound, Unavailable
from sept_ext.services import connections, projects, workspaces
from sept_ext.services.event_hub import EventHub
from tests.support.world import PEOPLE, World, notebook, play

ADD = 'mutation($p: ID!, $q: String) { addComment(input: {projectId: $p, quote: $q, body: "!"}) { thread { quote } } }'


@pytest.mark.parametrize(("quote", "kept"), [("", None), (" \n ", None), ("\u2028", None), (" x\ny", "x")])
def test_a_quote_of_nothing_is_no_quote(tmp_path: Any, quote: str, kept: str | None) -> None:
    async def story(world: World) -> None:
        project = await world.project((await world.team()).id)
        added = await world.data("editor", ADD, p=str(project.id), q=quote)
        assert added["thread"] == {"quote": kept}

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)


def test_cells_with_texts_and_counts_that_no_database_takes_are_projected_all_the_same(database_url: str) -> None:
    async def story(world: World) -> None:
        odd = notebook(("a", "x = '\0'"), ("b", "y = '\ud800'"), ("c", "z"))
        odd["cells"][2]["execution_count"] = 2**40
        world.files.contents["odd.ipynb"] = odd
        project = await world.project((await world.team()).id, "odd.ipynb")
        ask = "query($p: ID!) { project(id: $p) { cells { source executionCount } } }"
        cells = (await world.data("viewer", ask, p=str(project.id)))["cells"]
        assert [cell["source"] for cell in cells] == ["x = '\ufffd'", "y = '\ufffd'", "z"]
        assert cells[2]["executionCount"] is None

    play(database_url, story)


@pytest.mark.parametrize("name", ["\0", "\ud800", "x" * 100_000, "'; DROP TABLE users; --"])
def test_names_that_cannot_be_are_not_found(database_url: str, name: str) -> None:
    async def story(world: World) -> None:
        await world.team()
        assert await world.code("admin", "query($s: String!) { workspace(slug: $s) { id } }", s=name) == "NOT_FOUND"
        with pytest.raises(NotFound):
            await world.services.store.read(connections.connection_for_kernel, PEOPLE["admin"], name, "here", None)

    play(database_url, story)


def test_writers_of_many_projects_in_any_order_never_wait_in_a_circle(database_url: str) -> None:
    async def story(world: World) -> None:
        workspace = await world.team()
        made = [await world.project(workspace.id, f"folder/{name}.ipynb") for name in "ab"]
        store, save = (
            world.services.store,
            'mutation($p: ID!) { saveVersion(input: {projectId: $p, label: "v"}) { id } }',
        )

        async def rename(old: str, new: str) -> None:
            await store.write(projects.move_projects, PEOPLE["admin"], world.files.root, old, new)

        for turn in range(15):
            back_and_forth = ("folder", "other") if turn % 2 == 0 else ("other", "folder")
            for project in made:
                world.files.contents[f"other/{project.title}.ipynb"] = world.files.contents[project.path]
            saves = [world.graphql("editor", save, p=str(project.id)) for project in made for _ in range(2)]
            _, *answers = await asyncio.gather(rename(*back_and_forth), *saves)
            assert [answer for answer in answers if "errors" in answer] == []

    play(database_url, story)


def test_a_subscriber_whose_rights_cannot_be_looked_up_is_told_so_and_misses_nothing(tmp_path: Any) -> None:
    async def story(world: World) -> None:
        class AwayStore:
            """The store, away just when it is asked for roles."""

            async def read(self, use_case: Any, *args: Any) -> Any:
                if use_case is workspaces.roles_of:
                    raise Unavailable("away")
                return await world.services.store.read(use_case, *args)

        hub: Any = EventHub(AwayStore(), PEOPLE["admin"], poll_interval_s=0.02)  # type: ignore[arg-type]
        events = hub.subscribe(PEOPLE["admin"], None)
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0.2)  # it listens by then; what is committed earlier would be no event for it
        await world.data("admin", 'mutation { createWorkspace(input: { name: "New" }) { id } }')
        with pytest.raises(Unavailable):
            await waiting
        hub.close()

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)


def test_the_file_gives_no_way_to_other_projects(tmp_path: Any) -> None:
    """A run, an edit and a restore write to the project's own notebook only, whatever lies at its path now."""

    async def story(world: World) -> None:
        project = await world.project((await world.team()).id)
        other = notebook(("a", "other"))
        other["metadata"]["sept"] = {"notebook": str(uuid4())}
        world.files.contents[project.path] = other
        run = 'mutation($p: ID!) { executeCell(input: {projectId: $p, cellId: "a"}) { status } }'
        plan = "mutation($p: ID!) { runPlan(input: {projectId: $p, kind: ALL}) { isFinished } }"
        for document in (run, plan):
            assert await world.code("editor", document, p=str(project.id)) == "CONFLICT"
        assert world.kernels.ran == []

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)
