"""Every root field x every kind of person: who may, who is told FORBIDDEN, who is told NOT_FOUND.

The table is checked against the schema: a new mutation or query without a row here fails the test.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.support.world import World, play

OK, FORBIDDEN, NOT_FOUND = "OK", "FORBIDDEN", "NOT_FOUND"
PEOPLE = ("admin", "editor", "viewer", "stranger")

EVERYBODY = (OK, OK, OK, NOT_FOUND)  # of the workspace
EDITORS = (OK, OK, FORBIDDEN, NOT_FOUND)
ADMINS = (OK, FORBIDDEN, FORBIDDEN, NOT_FOUND)
ANYBODY = (OK, OK, OK, OK)


@dataclass(frozen=True)
class Row:
    """A document, made from the ids of the things it is about, and what each person gets."""

    expected: tuple[str, str, str, str]
    document: Callable[[dict[str, Any]], str]
    runs: bool = False


def row(expected: tuple[str, str, str, str], document: str, *, runs: bool = False) -> Row:
    """A document with `$name` for ids."""

    def fill(ids: dict[str, Any]) -> str:
        text = document
        for name, value in ids.items():
            text = text.replace(f"${name}", f'"{value}"')
        return text

    return Row(expected, fill, runs)


MUTATIONS = {
    "createWorkspace": row(ANYBODY, 'mutation { createWorkspace(input: { name: "Mine" }) { id } }'),
    "addMember": row(
        ADMINS, 'mutation { addMember(input: { workspaceId: $workspace, userName: "new", role: VIEWER }) { role } }'
    ),
    "removeMember": row(
        ADMINS, "mutation { removeMember(input: { workspaceId: $workspace, userId: $extra }) { id } }"
    ),
    "createProject": row(
        EDITORS, 'mutation { createProject(input: { workspaceId: $workspace, path: "other.ipynb" }) { id } }'
    ),
    "createCell": row(EDITORS, "mutation { createCell(input: { projectId: $project }) { id } }"),
    "updateCell": row(
        EDITORS, 'mutation { updateCell(input: { projectId: $project, cellId: "a", source: "1" }) { id } }'
    ),
    "moveCell": row(EDITORS, 'mutation { moveCell(input: { projectId: $project, cellId: "c" }) { id } }'),
    "deleteCell": row(EDITORS, 'mutation { deleteCell(input: { projectId: $project, cellId: "c" }) { id } }'),
    "addComment": row(EVERYBODY, 'mutation { addComment(input: { projectId: $project, body: "hm" }) { id } }'),
    # The comment is the viewer's own: only its author may change it, not even an admin.
    "editComment": row(
        (FORBIDDEN, FORBIDDEN, OK, NOT_FOUND), 'mutation { editComment(input: { id: $comment, body: "!" }) { id } }'
    ),
    "deleteComment": row((OK, FORBIDDEN, OK, NOT_FOUND), "mutation { deleteComment(id: $comment) { id } }"),
    # The thread is the editor's: a viewer may resolve their own only.
    "resolveThread": row(EDITORS, "mutation { resolveThread(id: $thread) { status } }"),
    "saveVersion": row(EDITORS, 'mutation { saveVersion(input: { projectId: $project, label: "v" }) { id } }'),
    "restoreVersion": row(
        EDITORS, "mutation { restoreVersion(input: { projectId: $project, versionId: $version }) { before { id } } }"
    ),
    "createConnection": row(
        ADMINS,
        'mutation { createConnection(input: { workspaceId: $workspace, name: "new", kind: "sqlite" }) { id } }',
    ),
    "updateConnection": row(
        ADMINS, "mutation { updateConnection(input: { id: $connection, isReadOnly: true }) { id } }"
    ),
    # The stored one's minimum role is editor.
    "testConnection": row(
        EDITORS, "mutation { testConnection(input: { connectionId: $connection }) { isWorking message } }"
    ),
    "deleteConnection": row(ADMINS, "mutation { deleteConnection(id: $connection) { id } }"),
    "executeCell": row(
        EDITORS, 'mutation { executeCell(input: { projectId: $project, cellId: "a" }) { status } }', runs=True
    ),
    "runPlan": row(
        EDITORS, "mutation { runPlan(input: { projectId: $project, kind: ALL }) { isFinished } }", runs=True
    ),
    # About open documents and kernels of this one server: whoever may reach the server may run code on it.
    "syncNotebook": row(
        ANYBODY, 'mutation { syncNotebook(input: { path: "n.ipynb", clientId: "t", reset: true }) { path } }'
    ),
    "closeNotebook": row(ANYBODY, 'mutation { closeNotebook(path: "n.ipynb", clientId: "t") }'),
    "markCellDependentsStale": row(
        ANYBODY, 'mutation { markCellDependentsStale(input: { path: "sales.ipynb", cellId: "a" }) { path } }'
    ),
}
QUERIES = {
    "me": row(ANYBODY, "{ me { id } }"),
    "server": row(ANYBODY, "{ server { version } }"),
    "workspaces": row(ANYBODY, "{ workspaces { id } }"),
    "workspace": row(EVERYBODY, "{ workspace(slug: $slug) { id members { role } connections { id } } }"),
    "projects": row(EVERYBODY, "{ projects(workspaceId: $workspace) { id } }"),
    "project": row(EVERYBODY, "{ project(id: $project) { id } }"),
    "versionDiff": row(EVERYBODY, "{ versionDiff(projectId: $project, from: $version) { unchangedCount } }"),
    "connectionKinds": row(ANYBODY, "{ connectionKinds { kind } }"),
    "catalogSchemas": row(EDITORS, "{ catalogSchemas(connectionId: $connection) }"),
    "catalogRelations": row(EDITORS, "{ catalogRelations(connectionId: $connection) { totalCount } }"),
    "catalogRelation": row(EDITORS, '{ catalogRelation(connectionId: $connection, name: "orders") { columns } }'),
    "relationColumns": row(EDITORS, '{ relationColumns(connectionId: $connection, name: "orders") { name type } }'),
    "relationPreview": row(
        EDITORS, '{ relationPreview(connectionId: $connection, name: "sqlite_schema") { columns } }'
    ),
    "formatSql": row(ANYBODY, '{ formatSql(sql: "SELECT 1") }'),
    "convertSql": row(ANYBODY, '{ convertSql(sql: "SELECT 1", to: "mysql") }'),
    "sqlProblems": row(
        EDITORS,
        '{ sqlProblems(source: "%%sql", connectionId: $connection, path: "n.ipynb", clientId: "t") { message } }',
    ),
    "sqlDialects": row(ANYBODY, "{ sqlDialects { name } }"),
    "events": row(ANYBODY, "{ events { cursor } }"),
    "notebookState": row(ANYBODY, '{ notebookState(path: "sales.ipynb") { path } }'),
    "plan": row(ANYBODY, '{ plan(path: "sales.ipynb", kind: ALL) { summary } }'),
}


@lru_cache(maxsize=1)
def shop_file() -> str:
    """A SQLite file with one table."""
    path = Path(tempfile.mkdtemp(), "shop.db")
    with closing(sqlite3.connect(path)) as shop:
        shop.execute("CREATE TABLE orders (id INTEGER)")
    return str(path)


async def scene(world: World) -> dict[str, Any]:
    """A workspace with everything the rows are about."""
    workspace = await world.team()
    project = await world.project(workspace.id)
    other = await world.project(workspace.id, "other.ipynb")
    del other
    ids = {"workspace": workspace.id, "project": project.id, "slug": workspace.slug}
    add = 'mutation($p: ID!, $t: ID) { addComment(input: {projectId: $p, threadId: $t, body: "?"}) { id threadId } }'
    begun = await world.data("editor", add, p=str(project.id))
    reply = await world.data("viewer", add, p=str(project.id), t=begun["threadId"])
    save = 'mutation($p: ID!) { saveVersion(input: {projectId: $p, label: "one"}) { id } }'
    connect = (
        'mutation($w: ID!, $f: String!) { createConnection(input: {workspaceId: $w, name: "db", kind: "sqlite", '
        'parameters: [{name: "path", value: $f}]}) { id } }'
    )
    invite = (
        'mutation($w: ID!) { addMember(input: {workspaceId: $w, userName: "extra", role: VIEWER}) { user { id } } }'
    )
    return ids | {
        "thread": begun["threadId"],
        "comment": reply["id"],
        "version": (await world.data("editor", save, p=str(project.id)))["id"],
        "connection": (await world.data("admin", connect, w=str(workspace.id), f=shop_file()))["id"],
        "extra": (await world.data("admin", invite, w=str(workspace.id)))["user"]["id"],
    }


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("field", [*MUTATIONS, *QUERIES])
def test_each_person_gets_what_the_table_says(tmp_path: Any, field: str, person: str) -> None:
    async def story(world: World) -> None:
        case = (MUTATIONS | QUERIES)[field]
        response = await world.graphql(person, case.document(await scene(world)))
        got = response["errors"][0]["extensions"]["code"] if "errors" in response else OK
        assert got == case.expected[PEOPLE.index(person)], response
        assert bool(world.kernels.ran) is (case.runs and got == OK)

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)


def test_every_root_field_of_the_schema_has_a_row(tmp_path: Any) -> None:
    async def story(world: World) -> None:
        schema = world.engine.schema
        assert schema.mutation_type is not None
        assert schema.query_type is not None
        assert set(schema.mutation_type.fields) == MUTATIONS.keys()
        assert set(schema.query_type.fields) == QUERIES.keys()
        unbound = [name for name, field in schema.mutation_type.fields.items() if "not_in_this" in str(field.resolve)]
        assert unbound == []

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)


ID_ARGUMENTS = {
    "addMember": ["workspace"],
    "removeMember": ["workspace", "extra"],
    "createProject": ["workspace"],
    "createCell": ["project"],
    "updateCell": ["project"],
    "moveCell": ["project"],
    "deleteCell": ["project"],
    "addComment": ["project"],
    "editComment": ["comment"],
    "deleteComment": ["comment"],
    "resolveThread": ["thread"],
    "saveVersion": ["project"],
    "restoreVersion": ["project", "version"],
    "createConnection": ["workspace"],
    "updateConnection": ["connection"],
    "testConnection": ["connection"],
    "deleteConnection": ["connection"],
    "catalogSchemas": ["connection"],
    "catalogRelations": ["connection"],
    "catalogRelation": ["connection"],
    "relationColumns": ["connection"],
    "relationPreview": ["connection"],
    "sqlProblems": ["connection"],
    "executeCell": ["project"],
    "runPlan": ["project"],
    "project": ["project"],
    "projects": ["workspace"],
    "versionDiff": ["project", "version"],
}


@pytest.mark.parametrize("wrong", ["unknown", "no uuid", "another workspace's"])
def test_ids_that_are_not_yours_are_not_found(tmp_path: Any, wrong: str) -> None:
    async def story(world: World) -> None:
        ids = await scene(world)
        theirs = await world.data("stranger", 'mutation { createWorkspace(input: {name: "Theirs"}) { id slug } }')
        foreign = await their_scene(world, theirs["id"])
        for field, names in ID_ARGUMENTS.items():
            for name in names:
                value = {"unknown": uuid4(), "no uuid": "x' OR 1=1", "another workspace's": foreign[name]}[wrong]
                document = (MUTATIONS | QUERIES)[field].document(ids | {name: value})
                response = await world.graphql("admin", document)
                assert [error["extensions"]["code"] for error in response["errors"]] == [NOT_FOUND], (field, name)

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)


async def their_scene(world: World, workspace_id: str) -> dict[str, Any]:
    """The same things in a workspace of the stranger's."""
    from tests.support.world import notebook

    world.files.contents["theirs.ipynb"] = notebook(("a", "1"))
    share = 'mutation($w: ID!) { createProject(input: {workspaceId: $w, path: "theirs.ipynb"}) { id } }'
    project = (await world.data("stranger", share, w=workspace_id))["id"]
    add = 'mutation($p: ID!) { addComment(input: {projectId: $p, body: "mine"}) { id threadId } }'
    comment = await world.data("stranger", add, p=project)
    save = 'mutation($p: ID!) { saveVersion(input: {projectId: $p, label: "mine"}) { id } }'
    connect = 'mutation($w: ID!) { createConnection(input: {workspaceId: $w, name: "db", kind: "sqlite"}) { id } }'
    return {
        "workspace": workspace_id,
        "project": project,
        "comment": comment["id"],
        "thread": comment["threadId"],
        "version": (await world.data("stranger", save, p=project))["id"],
        "connection": (await world.data("stranger", connect, w=workspace_id))["id"],
        "extra": (await world.data("stranger", "{ me { id } }"))["id"],
    }
