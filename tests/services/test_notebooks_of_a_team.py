"""Projects, cells, threads and versions: what happens to files and what is remembered. On SQLite and Postgres."""

from __future__ import annotations

import asyncio
import copy
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sept_ext.core.errors import BadInput, Conflict, Forbidden, NotFound, Unavailable
from sept_ext.services import cells, projects, sharing, threads, versions
from sept_ext.services.notebook_json import notebook_id, unique_ids
from sept_ext.services.records import Project
from sept_ext.services.snapshots import take_snapshot
from tests.support.world import PEOPLE, SYSTEM, World, notebook, play

ADMIN, EDITOR, VIEWER, STRANGER = (PEOPLE[name] for name in ("admin", "editor", "viewer", "stranger"))


async def orders(world: World, project: Project) -> dict[str, str]:
    """Order keys of a project's cells, in notebook order."""
    found = await world.services.store.read(projects.cells_of_projects, ADMIN, [project.id])
    return {cell.id: cell.order for cell in found.get(project.id, [])}


def test_sharing_writes_one_key_into_the_file_and_sharing_again_changes_nothing(database_url: str) -> None:
    async def story(world: World) -> None:
        workspace = await world.team()
        world.files.contents["a.ipynb"] = before = notebook(("a", "x = 1"))
        before = copy.deepcopy(before)
        project = await sharing.share_notebook(world.services, EDITOR, "a.ipynb", workspace_id=workspace.id)
        before["metadata"]["sept"] = {"notebook": str(project.id)}
        assert world.files.contents["a.ipynb"] == before
        again = await sharing.share_notebook(world.services, VIEWER, "a.ipynb", project_id=project.id)
        assert (again.id, again.title) == (project.id, "a")

    play(database_url, story)


def test_a_copy_of_a_shared_notebook_becomes_a_project_of_its_own(database_url: str) -> None:
    async def story(world: World) -> None:
        project = await world.project((await world.team()).id)
        world.files.contents["copy.ipynb"] = copy.deepcopy(world.files.contents["sales.ipynb"])
        await sharing.note_save(world.services, SYSTEM, "copy.ipynb", project.id)
        place = await world.services.store.read(projects.get_project, ADMIN, project.id)
        assert place.path == "sales.ipynb"
        made = await sharing.share_notebook(world.services, ADMIN, "copy.ipynb")
        assert made.id != project.id
        assert notebook_id(world.files.contents["copy.ipynb"]) == made.id

    play(database_url, story)


def test_a_project_follows_its_file_over_renames_inside_and_outside_jupyter(database_url: str) -> None:
    async def story(world: World) -> None:
        store, project = world.services.store, await world.project((await world.team()).id, "old/sales.ipynb")

        async def path() -> str:
            return (await store.read(projects.get_project, ADMIN, project.id)).path

        await sharing.note_rename(world.services, SYSTEM, "old", "new")
        world.files.contents["new/sales.ipynb"] = world.files.contents.pop("old/sales.ipynb")
        assert await path() == "new/sales.ipynb"
        await sharing.note_rename(world.services, SYSTEM, "new/sales.ipynb", "x.ipynb")
        world.files.contents["x.ipynb"] = world.files.contents.pop("new/sales.ipynb")
        assert await path() == "x.ipynb"
        world.files.contents["moved by mv.ipynb"] = world.files.contents.pop("x.ipynb")
        await sharing.note_save(world.services, SYSTEM, "moved by mv.ipynb", project.id)
        assert await path() == "moved by mv.ipynb"

    play(database_url, story)


def test_a_folder_whose_name_begins_alike_is_not_renamed_along(database_url: str) -> None:
    async def story(world: World) -> None:
        project = await world.project((await world.team()).id, "data_x/sales.ipynb")
        await sharing.note_rename(world.services, SYSTEM, "data%x", "other")
        await sharing.note_rename(world.services, SYSTEM, "data", "other")
        found = await world.services.store.read(projects.get_project, ADMIN, project.id)
        assert found.path == "data_x/sales.ipynb"

    play(database_url, story)


def test_inserting_moving_and_deleting_cells_keeps_all_other_order_keys(database_url: str) -> None:
    async def story(world: World) -> None:
        services, project = world.services, await world.project((await world.team()).id)
        before = await orders(world, project)
        new = await cells.create_cell(services, EDITOR, project.id, cell_type="code", source="1", after="a")
        assert world.files.ids("sales.ipynb") == ["a", new.id, "b", "c"]
        await cells.reorder_cell(services, EDITOR, project.id, "c", "a")
        after = await orders(world, project)
        assert list(after) == world.files.ids("sales.ipynb") == ["a", "c", new.id, "b"]
        assert (after["a"], after["b"], after[new.id]) == (before["a"], before["b"], new.order)
        await cells.reorder_cell(services, EDITOR, project.id, "a", "c")  # neighbours: the moved one gets the new key
        swapped = await orders(world, project)
        assert list(swapped) == ["c", "a", new.id, "b"]
        assert swapped["c"] == after["c"]
        await cells.delete_cell(services, EDITOR, project.id, "c")
        assert await orders(world, project) == {key: swapped[key] for key in ("a", new.id, "b")}

    play(database_url, story)


def test_edits_at_once_are_all_made(database_url: str) -> None:
    async def story(world: World) -> None:
        services, project = world.services, await world.project((await world.team()).id)
        calls = [
            cells.create_cell(
                services, EDITOR, project.id, cell_type="code", source="", after="a", cell_id=f"n{number}"
            )
            for number in range(8)
        ]
        await asyncio.gather(*calls)
        assert set(world.files.ids("sales.ipynb")) == {"a", "b", "c", *(f"n{number}" for number in range(8))}
        assert list(await orders(world, project)) == world.files.ids("sales.ipynb")

    play(database_url, story)


def test_the_same_new_cell_twice_is_inserted_once(database_url: str) -> None:
    async def story(world: World) -> None:
        services, project = world.services, await world.project((await world.team()).id)
        for _ in range(2):
            made = await cells.create_cell(
                services, EDITOR, project.id, cell_type="code", source="1", after=None, cell_id="mine"
            )
            assert made.id == "mine"
        assert world.files.ids("sales.ipynb") == ["mine", "a", "b", "c"]

    play(database_url, story)


def test_a_file_changed_behind_jupyters_back_is_shown_as_it_is(database_url: str) -> None:
    async def story(world: World) -> None:
        project = await world.project((await world.team()).id)
        ask = "query($p: ID!) { project(id: $p) { cells { id source } threads { isOrphaned } } }"
        await world.services.store.write(threads.add_comment, VIEWER, project.id, "?", cell_id="c")
        world.files.contents["sales.ipynb"]["cells"][1]["source"] = "changed"
        del world.files.contents["sales.ipynb"]["cells"][2]
        shown = await world.data("viewer", ask, p=str(project.id))
        assert [(cell["id"], cell["source"]) for cell in shown["cells"]] == [("a", "x = 1"), ("b", "changed")]
        assert shown["threads"] == [{"isOrphaned": True}]
        del world.files.contents["sales.ipynb"]  # gone: what was last known stays visible
        assert await world.data("viewer", ask, p=str(project.id)) == shown

    play(database_url, story)


def test_an_edit_based_on_an_older_file_is_refused_and_changes_nothing(database_url: str) -> None:
    async def story(world: World) -> None:
        services, project = world.services, await world.project((await world.team()).id)
        before = copy.deepcopy(world.files.contents)
        with pytest.raises(Conflict):
            await cells.update_cell(
                services, EDITOR, project.id, "a", cell_type=None, source="!", expected_hash="0" * 64
            )
        with pytest.raises(NotFound):
            await cells.update_cell(services, EDITOR, project.id, "absent", cell_type=None, source="!")
        assert world.files.contents == before

    play(database_url, story)


def test_another_notebook_in_the_files_place_is_never_written(database_url: str) -> None:
    async def story(world: World) -> None:
        services, project = world.services, await world.project((await world.team()).id)
        world.files.contents["sales.ipynb"] = notebook(("other", "1"))
        with pytest.raises(Conflict, match="another notebook"):
            await cells.delete_cell(services, EDITOR, project.id, "other")
        with pytest.raises(Conflict, match="another notebook"):
            await versions.save_version(services, EDITOR, project.id, "v")

    play(database_url, story)


@pytest.mark.parametrize("minor", [4, 5])
def test_sharing_gives_ids_to_cells_that_have_none_of_their_own(database_url: str, minor: int) -> None:
    async def story(world: World) -> None:
        old = notebook(("", "x"), ("good", "y"), ("good", "z"), ("not good", ""), minor=minor)
        del old["cells"][0]["id"]
        world.files.contents["old.ipynb"] = old
        project = await world.project((await world.team()).id, "old.ipynb")
        ids = world.files.ids("old.ipynb")
        assert world.files.contents["old.ipynb"]["nbformat_minor"] == 5
        assert ids[1] == "good"
        assert len(set(ids)) == 4
        assert list(await orders(world, project)) == ids
        await cells.create_cell(world.services, ADMIN, project.id, cell_type="code", source="", after=ids[0])

    play(database_url, story)


def test_a_file_that_lost_its_cell_ids_is_shown_by_place_but_takes_no_new_cells(database_url: str) -> None:
    async def story(world: World) -> None:
        project = await world.project((await world.team()).id)
        file = world.files.contents[project.path]
        file["nbformat_minor"] = 4
        for cell in file["cells"]:
            del cell["id"]
        await sharing.refresh(world.services, project)
        assert list(await orders(world, project)) == ["~0", "~1", "~2"]
        with pytest.raises(BadInput, match=r"nbformat 4\.5"):
            await cells.create_cell(world.services, ADMIN, project.id, cell_type="code", source="", after=None)

    play(database_url, story)


def test_ids_that_stand_twice_are_told_apart() -> None:
    assert unique_ids(notebook(("x", ""), ("x", ""), ("y", ""), ("x", ""))) == ["x", "x~2", "y", "x~3"]


def test_a_thread_lives_from_its_first_comment_to_its_last(database_url: str) -> None:
    async def story(world: World) -> None:
        store, project = world.services.store, await world.project((await world.team()).id)
        first = await store.write(threads.add_comment, VIEWER, project.id, "Why?", cell_id="a", quote="x = 1\nmore")
        await store.write(threads.add_comment, EDITOR, project.id, "Because.", thread_id=first.thread_id)
        (thread,) = (await store.read(threads.threads_of, VIEWER, [project.id]))[project.id]
        assert [comment.body for comment in thread.comments] == ["Why?", "Because."]
        assert (thread.quote, thread.is_orphaned, thread.status) == ("x = 1", False, "open")
        await cells.delete_cell(world.services, EDITOR, project.id, "a")
        resolved = await store.write(threads.resolve_thread, VIEWER, first.thread_id, resolved=True)
        assert (resolved.is_orphaned, resolved.status, resolved.resolved_by) == (True, "resolved", VIEWER)
        reopened = await store.write(threads.resolve_thread, EDITOR, first.thread_id, resolved=False)
        assert (reopened.status, reopened.resolved_by) == ("open", None)
        left = await store.write(threads.delete_comment, VIEWER, first.id)
        assert left is not None
        assert [comment.body for comment in left.comments] == ["Because."]
        assert await store.write(threads.delete_comment, ADMIN, left.comments[0].id) is None
        assert await store.read(threads.threads_of, VIEWER, [project.id]) == {}

    play(database_url, story)


def test_a_comment_sent_twice_at_once_is_there_once(database_url: str) -> None:
    async def story(world: World) -> None:
        store, project = world.services.store, await world.project((await world.team()).id)
        identity = uuid4()
        calls = [store.write(threads.add_comment, VIEWER, project.id, "Once", comment_id=identity) for _ in range(5)]
        assert {comment.id for comment in await asyncio.gather(*calls)} == {identity}
        (thread,) = (await store.read(threads.threads_of, VIEWER, [project.id]))[project.id]
        assert len(thread.comments) == 1
        with pytest.raises(Conflict):
            await store.write(threads.add_comment, EDITOR, project.id, "Mine now", comment_id=identity)

    play(database_url, story)


@pytest.mark.parametrize("body", ["", "  \n", "x" * 16_385, "nul\0", "half \ud800"])
def test_comments_that_cannot_be_kept_are_refused(tmp_path: Any, body: str) -> None:
    async def story(world: World) -> None:
        store, project = world.services.store, await world.project((await world.team()).id)
        with pytest.raises(BadInput):
            await store.write(threads.add_comment, VIEWER, project.id, body)
        assert await store.read(threads.threads_of, VIEWER, [project.id]) == {}

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)


@pytest.mark.parametrize(
    "body", ["<script>alert(1)</script>", "x" * 16_384, "'; DROP TABLE comments; --", "🦉 ﷽ \u202e"]
)
def test_any_other_text_comes_back_as_it_was(database_url: str, body: str) -> None:
    async def story(world: World) -> None:
        store, project = world.services.store, await world.project((await world.team()).id)
        await store.write(threads.add_comment, VIEWER, project.id, body)
        (thread,) = (await store.read(threads.threads_of, VIEWER, [project.id]))[project.id]
        assert [comment.body for comment in thread.comments] == [body]

    play(database_url, story)


def test_restoring_keeps_the_present_first_and_gives_back_the_past(database_url: str) -> None:
    async def story(world: World) -> None:
        services, project = world.services, await world.project((await world.team()).id)
        past = copy.deepcopy(world.files.contents["sales.ipynb"])
        one = await versions.save_version(services, EDITOR, project.id, "one")
        await cells.update_cell(services, EDITOR, project.id, "b", cell_type=None, source="changed")
        await cells.delete_cell(services, EDITOR, project.id, "c")
        present = copy.deepcopy(world.files.contents["sales.ipynb"])
        diff = await versions.diff_versions(services, VIEWER, project.id, one.id, None)
        assert [(change.kind, change.cell_id) for change in diff.changes] == [("changed", "b"), ("removed", "c")]
        done = await versions.restore_version(services, EDITOR, project.id, one.id)
        assert world.files.contents["sales.ipynb"] == past
        assert [done.before.kind, done.version.kind] == ["before_restore", "restore"]
        await versions.restore_version(services, EDITOR, project.id, done.before.id)
        assert world.files.contents["sales.ipynb"] == present
        listed = (await services.store.read(versions.versions_of, VIEWER, [project.id], None, None))[project.id]
        assert [version.seq for version in listed] == [5, 4, 3, 2, 1]

    play(database_url, story)


def test_a_restore_based_on_an_older_file_is_refused_and_keeps_nothing(database_url: str) -> None:
    async def story(world: World) -> None:
        services, project = world.services, await world.project((await world.team()).id)
        one = await versions.save_version(services, EDITOR, project.id, "one")
        with pytest.raises(Conflict):
            await versions.restore_version(services, EDITOR, project.id, one.id, "0" * 64)
        with pytest.raises(Forbidden):
            await versions.restore_version(services, VIEWER, project.id, one.id)
        listed = (await services.store.read(versions.versions_of, VIEWER, [project.id], None, None))[project.id]
        assert [version.label for version in listed] == ["one"]

    play(database_url, story)


def test_a_version_costs_what_changed(tmp_path: Any) -> None:
    first = notebook(*[(f"c{number}", f"x = {number}" * 50) for number in range(200)])
    second = copy.deepcopy(first)
    second["cells"][7]["source"] = "changed"
    old, new = take_snapshot(first).blobs, take_snapshot(second).blobs
    assert len(new.keys() - old.keys()) == 2  # the cell and the manifest


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.tuples(st.text(max_size=30), json_values, st.integers(0, 9) | st.none()), max_size=6), json_values)
def test_taking_apart_and_putting_together_gives_the_same_notebook(given_cells: Any, extra: Any) -> None:
    from sept_ext.services.snapshots import load_notebook

    made = notebook(*[(f"c{number}", text) for number, (text, _, _) in enumerate(given_cells)])
    for cell, (_, value, count) in zip(made["cells"], given_cells, strict=True):
        cell["outputs"], cell["metadata"], cell["execution_count"] = [value], {"x": value}, count
    made["metadata"]["extra"] = extra
    snapshot = take_snapshot(made)

    class Blobs:
        def get(self, hashes: Any) -> dict[str, bytes]:
            return {name: snapshot.blobs[name] for name in hashes}

    assert load_notebook(Blobs(), snapshot.manifest) == made  # type: ignore[arg-type]


def test_without_the_store_a_save_is_still_told_of(tmp_path: Any) -> None:
    async def story(world: World) -> None:
        queue = world.services.events.subscribe(ADMIN, None)
        waiting = asyncio.ensure_future(anext(queue))
        await asyncio.sleep(0.05)
        await sharing.note_save(world.services, SYSTEM, "x.ipynb", UUID(int=1))
        event = await asyncio.wait_for(waiting, 5)
        assert (event.kind, event.path, event.seq) == ("notebook_saved", "x.ipynb", None)
        with pytest.raises(Unavailable):
            await sharing.share_notebook(world.services, ADMIN, "x.ipynb")

    (tmp_path / "sept.sqlite3").mkdir()  # a folder where the database should be
    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)
