"""graphql-transport-ws: the protocol's messages and close codes, and events as they happen."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from .conftest import GraphQL, write_notebook

SUBSCRIBE = {"id": "1", "type": "subscribe", "payload": {"query": "subscription { events { kind path cursor } }"}}


class Socket:
    """A client's end."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def send(self, message: Any) -> None:
        text = message if isinstance(message, str | bytes) else json.dumps(message)
        await self.connection.write_message(text, binary=isinstance(message, bytes))

    async def receive(self) -> Any:
        message = await self.connection.read_message()
        return None if message is None else json.loads(message)

    async def begin(self) -> None:
        await self.send({"type": "connection_init"})
        assert await self.receive() == {"type": "connection_ack"}

    async def close_code(self) -> int:
        while await self.connection.read_message() is not None:
            pass
        return int(self.connection.close_code)


@pytest.fixture
def connect(
    jp_serverapp: Any, jp_http_port: int, jp_base_url: str, jp_auth_header: Any, http_server_client: Any
) -> Any:
    """Open a socket."""

    @asynccontextmanager
    async def open_socket(protocols: Any = ("graphql-transport-ws",), headers: Any = None) -> AsyncIterator[Socket]:
        url = f"ws://localhost:{jp_http_port}{jp_base_url}sept/graphql/ws"
        request = HTTPRequest(url, headers=jp_auth_header if headers is None else headers)
        connection = await websocket_connect(request, subprotocols=list(protocols))
        try:
            yield Socket(connection)
        finally:
            connection.close()

    return open_socket


BREACHES = {
    "not JSON": (["nonsense"], 4400),
    "binary": ([b"\xff\x00"], 4400),
    "no object": (["[]"], 4400),
    "nested beyond sense": (["[" * 100_000], 4400),
    "unknown type": ([{"type": "hello"}], 4400),
    "type is no text": ([{"type": 5}], 4400),
    "subscribing before the handshake": ([SUBSCRIBE], 4401),
    "subscribing without an id": ([{"type": "connection_init"}, {**SUBSCRIBE, "id": None}], 4400),
    "subscribing without a query": ([{"type": "connection_init"}, {**SUBSCRIBE, "payload": {}}], 4400),
    "two of one id": ([{"type": "connection_init"}, SUBSCRIBE, SUBSCRIBE], 4409),
    "two handshakes": ([{"type": "connection_init"}, {"type": "connection_init"}], 4429),
}


@pytest.mark.parametrize("breach", BREACHES)
async def test_breaking_the_protocol_closes_with_its_code(connect: Any, breach: str) -> None:
    messages, code = BREACHES[breach]
    async with connect() as socket:
        for message in messages:
            await socket.send(message)
        assert await socket.close_code() == code


async def test_another_subprotocol_is_not_acceptable(connect: Any) -> None:
    async with connect(protocols=["graphql-ws"]) as socket:
        assert await socket.close_code() == 4406


async def test_nobody_opens_a_socket_without_credentials(connect: Any) -> None:
    with pytest.raises(HTTPClientError) as caught:
        async with connect(headers={}):
            pass
    assert caught.value.code == 403


async def test_pings_are_answered(connect: Any) -> None:
    async with connect() as socket:
        await socket.send({"type": "ping"})
        assert await socket.receive() == {"type": "pong"}


async def test_queries_run_and_complete(connect: Any) -> None:
    async with connect() as socket:
        await socket.begin()
        await socket.send({"id": "q", "type": "subscribe", "payload": {"query": "{ me { name } }"}})
        assert await socket.receive() == {"id": "q", "type": "next", "payload": {"data": {"me": {"name": "olivia"}}}}
        assert await socket.receive() == {"id": "q", "type": "complete"}


async def test_a_bad_document_ends_its_operation_only(connect: Any) -> None:
    async with connect() as socket:
        await socket.begin()
        await socket.send({"id": "q", "type": "subscribe", "payload": {"query": "{ nope }"}})
        answer = await socket.receive()
        assert (answer["type"], answer["payload"][0]["extensions"]["code"]) == ("error", "BAD_INPUT")
        bad_cursor = 'subscription { events(after: "x") { kind } }'
        await socket.send({"id": "s", "type": "subscribe", "payload": {"query": bad_cursor}})
        answer = await socket.receive()
        assert (answer["type"], answer["payload"][0]["extensions"]["code"]) == ("error", "BAD_INPUT")


async def test_stored_and_live_events_arrive_and_a_cursor_brings_back_what_was_missed(
    connect: Any, graphql: GraphQL, jp_root_dir: Any, jp_fetch: Any
) -> None:
    write_notebook(jp_root_dir, "shop.ipynb", "x = 1")
    async with connect() as socket:
        await socket.begin()
        await socket.send(SUBSCRIBE | {"payload": {"query": 'subscription { events(after: "0") { kind path } }'}})
        await graphql('mutation { createWorkspace(input: { name: "Sales" }) { id } }')
        first = await socket.receive()
        assert first["payload"]["data"]["events"] == {"kind": "WORKSPACE_CHANGED", "path": None}
        model = json.loads((await jp_fetch("api", "contents", "shop.ipynb")).body)
        sent = json.dumps({"type": "notebook", "format": "json", "content": model["content"]})
        await jp_fetch("api", "contents", "shop.ipynb", method="PUT", body=sent)
        saved = await socket.receive()
        assert saved["payload"]["data"]["events"] == {"kind": "NOTEBOOK_SAVED", "path": "shop.ipynb"}
        await jp_fetch("api", "contents", "shop.ipynb", method="PATCH", body='{"path": "store.ipynb"}')
        renamed = await socket.receive()
        assert renamed["payload"]["data"]["events"] == {"kind": "NOTEBOOK_RENAMED", "path": "store.ipynb"}
        await socket.send({"id": "1", "type": "complete"})
        await socket.send(SUBSCRIBE | {"payload": {"query": 'subscription { events(after: "0") { cursor } }'}})
        assert (await socket.receive())["payload"]["data"]["events"] == {"cursor": "1"}
