"""`sept/graphql/ws`: GraphQL over WebSocket, protocol graphql-transport-ws.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md; all operations run here, subscriptions only here.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from enum import IntEnum
from typing import TYPE_CHECKING, Any, cast

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado import web
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from .base import AUTH_RESOURCE, MAX_BODY_BYTES

if TYPE_CHECKING:
    from sept_ext.graphql.context import Context
    from sept_ext.server.backend import Backend

log = logging.getLogger(__name__)

PROTOCOL = "graphql-transport-ws"
INIT_TIMEOUT_S = 10.0
PING_INTERVAL_S = 30.0
MAX_OPERATIONS = 100


class CloseCode(IntEnum):
    """Why a socket is closed, by the protocol."""

    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    CONNECTION_INIT_TIMEOUT = 4408
    SUBSCRIBER_ALREADY_EXISTS = 4409
    TOO_MANY_INIT_REQUESTS = 4429
    INTERNAL = 4500


class ProtocolError(Exception):
    """The client broke the protocol; the socket closes with this code and reason."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class GraphQLSocketHandler(JupyterHandler, WebSocketHandler):
    """One connection: messages in, operations as tasks, messages out."""

    auth_resource = AUTH_RESOURCE
    _track_activity = False

    def initialize(self) -> None:
        """Nothing runs yet."""
        self._context: Context | None = None
        self._is_initialised = False
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._init_deadline: asyncio.TimerHandle | None = None

    @property
    def max_message_size(self) -> int:
        """As for requests: 1 MiB."""
        return MAX_BODY_BYTES

    def set_default_headers(self) -> None:
        """None: those of pages make no sense here."""

    @property
    def ping_interval(self) -> float:
        """Seconds between pings: proxies cut connections on which nothing happens."""
        return PING_INTERVAL_S

    async def prepare(self, **kwargs: Any) -> None:
        """Refuse, not redirect to a login page, whoever is unknown."""
        prepared = super().prepare(_redirect_to_login=False)
        if prepared is not None:
            await prepared

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Ours, if it is offered."""
        return PROTOCOL if PROTOCOL in subprotocols else None

    @ws_authenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Check permission, then upgrade."""
        user = self.current_user
        if not await ensure_async(self.authorizer.is_authorized(self, user, "execute", AUTH_RESOURCE)):
            raise web.HTTPError(403)
        await super().get(*args, **kwargs)

    def open(self, *args: Any, **kwargs: Any) -> None:
        """Wait for connection_init, for some seconds."""
        super().open(*args, **kwargs)
        if self.selected_subprotocol != PROTOCOL:
            self.close(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable")
            return
        self._init_deadline = asyncio.get_running_loop().call_later(
            INIT_TIMEOUT_S, self.close, CloseCode.CONNECTION_INIT_TIMEOUT, "Connection initialisation timeout"
        )

    async def on_message(self, message: str | bytes) -> None:
        """Handle one message; breaking the protocol closes the socket."""
        try:
            await self._handle(_parsed(message))
        except ProtocolError as error:
            self.close(error.code, error.reason)

    def on_close(self) -> None:
        """End everything that runs for this connection."""
        super().on_close()
        if self._init_deadline is not None:
            self._init_deadline.cancel()
        for task in self._operations.values():
            task.cancel()

    async def _handle(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "connection_init":
            await self._initialise()
        elif kind == "ping":
            self._send({"type": "pong"})
        elif kind == "subscribe":
            self._subscribe(message)
        elif kind == "complete":
            task = self._operations.pop(_id_of(message), None)
            if task is not None:
                task.cancel()
        elif kind != "pong":
            raise ProtocolError(CloseCode.BAD_REQUEST, f"Unknown message type {str(kind)[:40]}")

    async def _initialise(self) -> None:
        if self._is_initialised:
            raise ProtocolError(CloseCode.TOO_MANY_INIT_REQUESTS, "Too many initialisation requests")
        self._is_initialised = True
        if self._init_deadline is not None:
            self._init_deadline.cancel()
        self._context = (await self._backend()).context_for(self)
        self._send({"type": "connection_ack"})

    def _subscribe(self, message: dict[str, Any]) -> None:
        identity = _id_of(message)
        if self._context is None:
            raise ProtocolError(CloseCode.UNAUTHORIZED, "Unauthorized")
        if identity in self._operations:
            raise ProtocolError(CloseCode.SUBSCRIBER_ALREADY_EXISTS, f"Subscriber for {identity[:40]} already exists")
        if len(self._operations) >= MAX_OPERATIONS:
            raise ProtocolError(CloseCode.BAD_REQUEST, "Too many operations at once")
        payload = _payload_of(message)
        self._operations[identity] = asyncio.create_task(self._run(identity, payload, self._context))

    async def _run(self, identity: str, payload: dict[str, Any], context: Context) -> None:
        try:
            async with aclosing(self._responses(payload, context)) as responses:
                async for response in responses:
                    if "data" not in response:  # refused before it began: the protocol's `error` ends the operation
                        self._send({"id": identity, "type": "error", "payload": response["errors"]})
                        return
                    # Waits for a client that reads slowly, so that what it misses piles up in one place: the hub.
                    await self.write_message(json.dumps({"id": identity, "type": "next", "payload": response}))
            self._send({"id": identity, "type": "complete"})
        except WebSocketClosedError:
            log.debug("Sept: the socket closed while an operation ran")
        except Exception:
            log.exception("Sept: an operation on a WebSocket failed")
            self.close(CloseCode.INTERNAL, "Internal error")
        finally:
            if self._operations.get(identity) is asyncio.current_task():
                del self._operations[identity]

    async def _responses(self, payload: dict[str, Any], context: Context) -> AsyncGenerator[dict[str, Any], None]:
        backend = await self._backend()
        engine, variables, name = backend.engine, payload.get("variables"), payload.get("operationName")
        prepared = await engine.prepare(payload["query"])
        if prepared.document is None:
            yield prepared.refusal
            return
        # Loaders keep what they loaded to one operation; the connection lives longer.
        context = context.fresh()
        kind = prepared.kind_of(name)
        if kind is None or kind.value != "subscription":
            yield await engine.execute(prepared, context, variables, name)
            return
        async with aclosing(engine.subscribe(prepared, context, variables, name)) as responses:
            async for response in responses:
                yield response

    async def _backend(self) -> Backend:
        return cast("Backend", await self.settings["sept_backend"].get())

    def _send(self, message: dict[str, Any]) -> None:
        self.write_message(json.dumps(message))


def _parsed(message: str | bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(message)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict) or not isinstance(parsed.get("type"), str):
        raise ProtocolError(CloseCode.BAD_REQUEST, "Invalid message received")
    return parsed


def _id_of(message: dict[str, Any]) -> str:
    identity = message.get("id")
    if not isinstance(identity, str) or not identity:
        raise ProtocolError(CloseCode.BAD_REQUEST, "Invalid message received: no id")
    return identity


def _payload_of(message: dict[str, Any]) -> dict[str, Any]:
    payload = message.get("payload")
    is_good = (
        isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )
    if not is_good:
        raise ProtocolError(CloseCode.BAD_REQUEST, "Invalid message received: no query")
    return cast("dict[str, Any]", payload)
