"""The engine: names and values between GraphQL's manner and Python's, limits, hostile documents, batching."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from graphql import GraphQLError, parse

from sept_ext.core.errors import BadInput
from sept_ext.graphql.binding import snake_case
from sept_ext.graphql.limits import check_size
from sept_ext.graphql.scalars import read_datetime, write_datetime
from sept_ext.services import workspaces
from tests.support.world import PEOPLE, World, play


@pytest.mark.parametrize(
    ("name", "snake"),
    [("id", "id"), ("afterCellId", "after_cell_id"), ("from", "from_"), ("isOpaque", "is_opaque"), ("at", "at")],
)
def test_names_are_converted(name: str, snake: str) -> None:
    assert snake_case(name) == snake


def test_instants_are_written_in_utc_and_read_with_any_zone() -> None:
    instant = datetime(2026, 11, 23, 10, 32, 0, 123456, tzinfo=UTC)
    assert write_datetime(instant.astimezone(timezone(timedelta(hours=-7)))) == "2026-11-23T10:32:00.123456Z"
    assert read_datetime("2026-11-23T12:32:00.123456+02:00") == instant


@pytest.mark.parametrize("text", ["2026-11-23T10:32:00", "yesterday", 5, None, ""])
def test_what_is_no_instant_is_refused(text: Any) -> None:
    with pytest.raises(GraphQLError):
        read_datetime(text)


LIMITS = {
    "depth": ("{ " + "a { " * 12 + "a" + " }" * 12 + " }", "levels"),
    "depth through fragments": ("{ ...F } fragment F on T { " + "a { " * 12 + "a" + " }" * 12 + " }", "levels"),
    "aliases": ("{ " + " ".join(f"x{number}: a" for number in range(51)) + " }", "aliases"),
    "fields": ("{ " + "a " * 1001 + "}", "fields"),
    "fields through fragments": (
        "{ a { ...F } b { ...F } c { ...F } } fragment F on T { " + "d " * 340 + "}",
        "fields",
    ),
    "an unused fragment": ("{ a } fragment F on T { " + "a " * 1001 + "}", "fields"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_documents_that_ask_for_too_much_are_refused(name: str) -> None:
    text, what = LIMITS[name]
    with pytest.raises(BadInput, match=f"too many {what}"):
        check_size(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "{ " + "a { " * 11 + "a" + " }" * 11 + " }",
        "{ " + " ".join(f"x{number}: a" for number in range(50)) + " }",
        "{ __schema { " + "a { " * 15 + "a" + " }" * 15 + " } }",
        "{ ...F } fragment F on T { ...F a }",
    ],
)
def test_documents_at_the_limit_are_let_through(text: str) -> None:
    check_size(parse(text))


SEEDS = [
    "{ me { id name } workspaces { id members { user { name } role } projects { id title } } }",
    'mutation M($n: String!) { createWorkspace(input: { name: $n, slug: "s" }) { id createdAt } }',
    "query Q($id: ID!) { project(id: $id) { cells { id order } threads(status: OPEN) { comments { body } } } }",
    "query { ...A } fragment A on Query { server { store { message } } }",
]


def test_mutilated_documents_and_variables_never_cause_a_fault(tmp_path: Any) -> None:
    chance = random.Random(7)
    pieces = [*list('{}()[]:$!"@#,.|&='), "...", "query", "mutation", "null", "\x00", "é", "�", "0", "-", "\n", "id"]
    values: list[Any] = [None, "x", 5, -1, 10**30, 1.5, True, [], {}, {"a": [1]}, "\0", "x" * 5000]

    def mutilated(text: str) -> str:
        for _ in range(chance.randrange(1, 6)):
            place = chance.randrange(len(text) + 1)
            text = text[:place] + chance.choice([*pieces, ""]) + text[place + chance.randrange(3) :]
        return text

    async def story(world: World) -> None:
        for _ in range(600):
            variables = {name: chance.choice(values) for name in chance.sample(["n", "id", "x"], 2)}
            response = await world.graphql("admin", mutilated(chance.choice(SEEDS)), **variables)
            codes = {error["extensions"]["code"] for error in response.get("errors", [])}
            assert "INTERNAL" not in codes, response

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)


def test_lists_of_lists_take_a_fixed_number_of_statements(tmp_path: Any) -> None:
    ask = """{ workspaces { role members { user { name } } connections { name } } projects {
        role workspace { name } threads { comments { author { name } canDelete thread { id } } } } }"""

    async def story(world: World) -> None:
        store = world.services.store
        engine = store._database._ready_engine()  # type: ignore[attr-defined]
        statements: list[str] = []

        def count(_c: Any, _cursor: Any, text: str, *_: Any) -> None:
            statements.append(text)

        async def statements_for() -> int:
            statements.clear()
            response = await world.graphql("admin", ask)
            assert "errors" not in response
            return len([text for text in statements if not text.startswith("BEGIN")])

        async def grow(number: int) -> None:
            workspace = await store.write(workspaces.create_workspace, PEOPLE["admin"], f"W{number}")
            project = await world.project(workspace.id, f"{number}.ipynb")
            add = 'mutation($p: ID!) { addComment(input: { projectId: $p, body: "x" }) { id } }'
            for _ in range(2):
                await world.data("admin", add, p=str(project.id))

        sa.event.listen(engine, "before_cursor_execute", count)
        await grow(0)
        few = await statements_for()
        for number in range(1, 6):
            await grow(number)
        # Not exactly equal: which fields ask in the same turn of the loop differs a little.
        assert await statements_for() <= few + 3

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)


def test_a_query_that_takes_too_long_is_given_up(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(world: World) -> None:
        async def sleep(*_: Any) -> None:
            await asyncio.sleep(30)

        monkeypatch.setattr("sept_ext.graphql.execute.QUERY_TIMEOUT_S", 0.05)
        monkeypatch.setattr(world.services.store, "trouble", sleep)
        assert await world.code("admin", "{ server { version } }") == "UNAVAILABLE"

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)


def test_the_schema_says_the_same_to_introspection(tmp_path: Any) -> None:
    from graphql import build_client_schema, get_introspection_query, lexicographic_sort_schema, print_schema

    async def story(world: World) -> None:
        response = await world.graphql("viewer", get_introspection_query(schema_description=True))
        told = print_schema(lexicographic_sort_schema(build_client_schema(response["data"])))
        assert told == print_schema(lexicographic_sort_schema(world.engine.schema))

    play(f"sqlite:///{tmp_path}/sept.sqlite3", story)
