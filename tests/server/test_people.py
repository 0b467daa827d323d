"""Several people on one server, as an operator's identity provider names them; on SQLite and on Postgres."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from jupyter_server.auth.identity import IdentityProvider, User
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from .conftest import write_notebook

As = Callable[..., Awaitable[dict[str, Any]]]


class HeaderProvider(IdentityProvider):
    """Believes a header; for tests only."""

    def get_user(self, handler: Any) -> User | None:
        name = handler.request.headers.get("X-User")
        handler._token_authenticated = True  # as with a token, no cookie means no XSRF check
        return User(username=name, display_name=name.title()) if name else None


@pytest.fixture
def jp_server_config(jp_server_config: Any, database_url: str) -> dict[str, Any]:
    config = {key: dict(value) for key, value in jp_server_config.items()}
    config["ServerApp"]["identity_provider_class"] = HeaderProvider
    config["SeptExtension"]["db_url"] = database_url
    return config


@pytest.fixture
def as_(http_server_client: Any, jp_base_url: str, jp_serverapp: Any) -> As:
    """Run a document as somebody."""

    async def run(name: str, document: str, **variables: Any) -> dict[str, Any]:
        response = await http_server_client.fetch(
            f"{jp_base_url}sept/graphql",
            method="POST",
            body=json.dumps({"query": document, "variables": variables}),
            headers={"Content-Type": "application/json", "X-User": name},
            raise_error=False,
        )
        answer: dict[str, Any] = json.loads(response.body)
        return answer

    return run


async def test_a_team_works_on_one_notebook_each_with_their_role(
    as_: As, jp_root_dir: Any, jp_http_port: int, jp_base_url: str
) -> None:
    write_notebook(jp_root_dir, "shop.ipynb", "x = 1")
    made = await as_("ada", 'mutation { createWorkspace(input: { name: "Team" }) { id } }')
    workspace = made["data"]["createWorkspace"]["id"]
    add = (
        "mutation($w: ID!, $n: String!, $r: Role!) "
        "{ addMember(input: { workspaceId: $w, userName: $n, role: $r }) { role } }"
    )
    await as_("ada", add, w=workspace, n="vera", r="VIEWER")
    share = 'mutation($w: ID!) { createProject(input: { workspaceId: $w, path: "shop.ipynb" }) { id } }'
    project = (await as_("ada", share, w=workspace))["data"]["createProject"]["id"]

    async def subscribe(name: str) -> Any:
        url = f"ws://localhost:{jp_http_port}{jp_base_url}sept/graphql/ws"
        socket = await websocket_connect(
            HTTPRequest(url, headers={"X-User": name}), subprotocols=["graphql-transport-ws"]
        )
        await socket.write_message('{"type": "connection_init"}')
        await socket.read_message()
        query = 'subscription { events(after: "0") { kind workspaceId } }'
        await socket.write_message(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": query}}))
        return socket

    async def stored_event(socket: Any) -> dict[str, str]:
        """Of the stored events: saves of files are told to everybody who has the files."""
        while True:
            message = json.loads(await socket.read_message())
            event: dict[str, str] = message["payload"]["data"]["events"]
            if not event["kind"].startswith("NOTEBOOK_"):
                return event

    viewer, stranger = await subscribe("vera"), await subscribe("mallory")
    assert [(await stored_event(viewer))["kind"] for _ in range(3)] == [
        "WORKSPACE_CHANGED",
        "MEMBER_CHANGED",
        "PROJECT_CHANGED",
    ]

    comment = 'mutation($p: ID!) { addComment(input: { projectId: $p, body: "hm" }) { author { displayName } } }'
    assert (await as_("vera", comment, p=project))["data"]["addComment"]["author"] == {"displayName": "Vera"}
    assert (await stored_event(viewer))["kind"] == "THREAD_CHANGED"
    edit = 'mutation($p: ID!) { createCell(input: { projectId: $p, source: "y" }) { id } }'
    refusals = {
        name: (await as_(name, edit, p=project))["errors"][0]["extensions"]["code"] for name in ("vera", "mallory")
    }
    assert refusals == {"vera": "FORBIDDEN", "mallory": "NOT_FOUND"}
    run = 'mutation($p: ID!) { executeCell(input: { projectId: $p, cellId: "a" }) { status } }'
    refusals = {
        name: (await as_(name, run, p=project))["errors"][0]["extensions"]["code"] for name in ("vera", "mallory")
    }
    assert refusals == {"vera": "FORBIDDEN", "mallory": "NOT_FOUND"}

    # The first thing a stranger hears of is their own: nothing of the team's came before it.
    await as_("mallory", 'mutation { createWorkspace(input: { name: "Own" }) { id } }')
    assert (await stored_event(stranger))["workspaceId"] != workspace
    for socket in (viewer, stranger):
        socket.close()
    assert [cell["source"] for cell in json.loads((jp_root_dir / "shop.ipynb").read_text())["cells"]] == [["x = 1"]]


async def test_nobody_without_a_name_gets_in(http_server_client: Any, jp_base_url: str, jp_serverapp: Any) -> None:
    response = await http_server_client.fetch(f"{jp_base_url}sept/op/Me", raise_error=False)
    assert (response.code, json.loads(response.body)["errors"][0]["extensions"]["code"]) == (403, "UNAUTHENTICATED")
