"""Workspaces, members and connections, on SQLite and Postgres."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from sept_ext.core.access import Role
from sept_ext.core.errors import BadInput, Conflict, Forbidden, NotFound, SeptError, Unavailable
from sept_ext.services import connections, inputs, members, workspaces
from sept_ext.services.records import Event, make_user
from sept_ext.services.store import Store
from tests.support.world import PEOPLE, World, play

ADMIN, EDITOR, VIEWER, STRANGER = (PEOPLE[name] for name in ("admin", "editor", "viewer", "stranger"))


def test_a_workspace_is_made_with_a_free_slug_and_its_maker_as_admin(database_url: str) -> None:
    async def story(world: World) -> None:
        store = world.services.store
        made = [await store.write(workspaces.create_workspace, ADMIN, "Überblick & Co") for _ in range(3)]
        assert [one.slug for one in made] == ["uberblick-co", "uberblick-co-2", "uberblick-co-3"]
        assert set((await store.read(workspaces.roles_of, ADMIN)).values()) == {Role.ADMIN}

    play(database_url, story)


def test_the_same_id_again_gives_the_same_workspace_also_at_the_same_time(database_url: str) -> None:
    async def story(world: World) -> None:
        store, identity = world.services.store, uuid4()
        calls = [store.write(workspaces.create_workspace, ADMIN, "Once", None, identity) for _ in range(6)]
        assert {one.id for one in await asyncio.gather(*calls)} == {identity}
        assert len(await store.read(workspaces.list_workspaces, ADMIN)) == 1
        with pytest.raises(Conflict):
            await store.write(workspaces.create_workspace, STRANGER, "Stolen", None, identity)

    play(database_url, story)


def test_of_two_who_take_a_slug_at_once_one_gets_it(database_url: str) -> None:
    async def story(world: World) -> None:
        store = world.services.store
        calls = [store.write(workspaces.create_workspace, who, "X", "taken") for who in (ADMIN, EDITOR, VIEWER)]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "Conflict", "Workspace"]

    play(database_url, story)


def test_two_admins_who_demote_each_other_at_once_leave_one_admin(database_url: str) -> None:
    async def story(world: World) -> None:
        store, workspace = world.services.store, await world.team()
        await store.write(members.add_member, ADMIN, workspace.id, "editor", Role.ADMIN)
        calls = [
            store.write(members.add_member, ADMIN, workspace.id, "editor", Role.VIEWER),
            store.write(members.add_member, EDITOR, workspace.id, "admin", Role.VIEWER),
        ]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert sum(isinstance(one, SeptError) for one in outcomes) == 1
        people = (await store.read(members.members_of, VIEWER, [workspace.id]))[workspace.id]
        assert sum(one.role is Role.ADMIN for one in people) == 1

    play(database_url, story)


def test_the_last_admin_can_neither_leave_nor_step_down(database_url: str) -> None:
    async def story(world: World) -> None:
        store, workspace = world.services.store, await world.team()
        with pytest.raises(Conflict, match="at least one admin"):
            await store.write(members.remove_member, ADMIN, workspace.id, ADMIN.id)
        with pytest.raises(Conflict, match="at least one admin"):
            await store.write(members.add_member, ADMIN, workspace.id, "admin", Role.EDITOR)

    play(database_url, story)


def test_somebody_added_before_their_first_visit_is_the_same_person_then(database_url: str) -> None:
    async def story(world: World) -> None:
        store, workspace = world.services.store, await world.team()
        await store.write(members.add_member, ADMIN, workspace.id, "newcomer", Role.EDITOR)
        newcomer = make_user("test", "newcomer", display_name="Nina Newcomer")
        assert [one.id for one in await store.read(workspaces.list_workspaces, newcomer)] == [workspace.id]
        await store.write(workspaces.create_workspace, newcomer, "Own")
        people = (await store.read(members.members_of, ADMIN, [workspace.id]))[workspace.id]
        assert "Nina Newcomer" in [one.user.display_name for one in people]

    play(database_url, story)


def test_a_removed_member_sees_nothing_any_more(database_url: str) -> None:
    async def story(world: World) -> None:
        store, workspace = world.services.store, await world.team()
        await store.write(members.remove_member, ADMIN, workspace.id, EDITOR.id)
        assert await store.read(workspaces.list_workspaces, EDITOR) == []
        with pytest.raises(NotFound):
            await store.read(workspaces.get_workspace, EDITOR, workspace.slug)

    play(database_url, story)


def test_connections_keep_their_secret_sealed(database_url: str) -> None:
    async def story(world: World) -> None:
        services, workspace = world.services, await world.team()
        sealed = services.secrets.seal("hunter2")
        made = await services.store.write(
            connections.create_connection, ADMIN, workspace.id, "pg", "postgres", {"host": "h"}, sealed_secret=sealed
        )
        assert "2retnuh" not in repr(made)
        found = await services.store.read(connections.connection_for_kernel, EDITOR, "pg", "r", None)
        assert services.secrets.open(found.sealed_secret or b"") == "hunter2"
        with pytest.raises(Forbidden, match="needs the role editor"):
            await services.store.read(connections.connection_for_kernel, VIEWER, "pg", "r", None)
        with pytest.raises(NotFound):
            await services.store.read(connections.connection_for_kernel, STRANGER, "pg", "r", None)

    play(database_url, story)


def test_a_kernel_gets_the_connection_of_its_notebooks_workspace_first(database_url: str) -> None:
    async def story(world: World) -> None:
        store, first = world.services.store, await world.team()
        second = await store.write(workspaces.create_workspace, ADMIN, "Second")
        project = await world.project(second.id)
        for workspace, host in ((first, "one"), (second, "two")):
            await store.write(connections.create_connection, ADMIN, workspace.id, "db", "postgres", {"host": host})
        named = connections.connection_for_kernel
        assert (await store.read(named, ADMIN, "db", project.root, project.path)).parameters == {"host": "two"}
        with pytest.raises(Conflict, match="Several"):
            await store.read(named, ADMIN, "db", project.root, "elsewhere.ipynb")

    play(database_url, story)


@pytest.mark.parametrize(
    "parameters",
    [{"password": "x"}, {"API_KEY": "x"}, {"url": "postgres://me:pw@host/db"}, {"a" * 65: "x"}, {"x": "y" * 5000}],
)
def test_parameters_that_hold_secrets_or_too_much_are_refused(tmp_path: object, parameters: dict[str, str]) -> None:
    async def story(world: World) -> None:
        workspace = await world.team()
        with pytest.raises(BadInput):
            await world.services.store.write(
                connections.create_connection, ADMIN, workspace.id, "db", "postgres", parameters
            )

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)


@pytest.mark.parametrize("slug", ["a", "-ab", "ab-", "Ab", "a b", "a" * 41, "ä-b", "ab\n", ""])
def test_slugs_that_do_not_fit_an_address_are_refused(slug: str) -> None:
    with pytest.raises(BadInput):
        inputs.slug(slug)


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Sales", "sales"), ("  A / B  ", "a-b"), ("漢字", "workspace"), ("x", "workspace"), ("a" * 80, "a" * 36)],
)
def test_a_slug_is_made_of_any_name(name: str, slug: str) -> None:
    assert inputs.slug(inputs.slug_from(name)) == slug


async def collect(world: World, who: str, count: int, after: str | None = None) -> list[Event]:
    """The first events somebody gets."""
    events: list[Event] = []
    async for event in world.services.events.subscribe(PEOPLE[who], after):
        events.append(event)
        if len(events) == count:
            break
    return events


def test_subscribers_see_what_they_missed_then_what_happens_each_once(database_url: str) -> None:
    async def story(world: World) -> None:
        store, workspace = world.services.store, await world.team()  # three events
        task = asyncio.create_task(collect(world, "viewer", 5, "0"))
        await asyncio.sleep(0.05)
        for name in ("p", "q"):
            await store.write(members.add_member, ADMIN, workspace.id, name, Role.VIEWER)
        events = await asyncio.wait_for(task, 10)
        assert [event.kind for event in events] == ["workspace_changed"] + ["member_changed"] * 4
        assert [event.seq for event in events] == sorted({event.seq or 0 for event in events})

    play(database_url, story)


def test_subscribers_see_commits_of_other_processes_and_nothing_of_other_workspaces(database_url: str) -> None:
    async def story(world: World) -> None:
        from sept_ext.storage.unit_of_work import SqlDatabase

        workspace = await world.team()
        task = asyncio.create_task(collect(world, "viewer", 1))
        await asyncio.sleep(0.2)
        elsewhere = SqlDatabase(database_url)  # its commits ring no bell of ours
        with elsewhere.write() as uow:
            uow.users.ensure(STRANGER, uow.now)
            workspaces.create_workspace(uow, STRANGER, "Secret")
            members.add_member(uow, ADMIN, workspace.id, "late", Role.VIEWER)
        elsewhere.close()
        (event,) = await asyncio.wait_for(task, 10)
        assert (event.kind, event.workspace_id) == ("member_changed", workspace.id)

    play(database_url, story)


def test_an_event_that_happens_while_somebody_subscribes_is_not_lost(database_url: str) -> None:
    async def story(world: World) -> None:
        store, workspace = world.services.store, await world.team()
        cursor = "3"
        for number in range(15):
            task = asyncio.create_task(collect(world, "viewer", 1, cursor))
            await asyncio.sleep(0.001 * (number % 5))
            await store.write(members.add_member, ADMIN, workspace.id, f"n{number}", Role.VIEWER)
            (event,) = await asyncio.wait_for(task, 10)
            cursor = event.cursor or ""
            assert event.seq == 4 + number

    play(database_url, story)


class HungDatabase:
    """A database that takes the connection and never answers."""

    mode = "direct"

    def __init__(self) -> None:
        self.release = threading.Event()

    def read(self) -> Any:
        self.release.wait()
        raise Unavailable("released")

    write = read
    check = read


def test_a_database_that_never_answers_is_given_up_on() -> None:
    async def story() -> None:
        database = HungDatabase()
        with ThreadPoolExecutor(1) as pool:
            store = Store(database, pool, on_commit=lambda: None, patience_s=0.05)  # type: ignore[arg-type]
            try:
                with pytest.raises(Unavailable, match="does not answer"):
                    await store.read(workspaces.list_workspaces, ADMIN)
                with pytest.raises(Unavailable, match="sending it again is safe"):
                    await store.write(workspaces.create_workspace, ADMIN, "X")
                assert "does not answer" in (await store.trouble() or "")
            finally:
                database.release.set()

    asyncio.run(story())
