"""GraphQL over HTTP (https://graphql.github.io/graphql-over-http/): POST, and GET for queries."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from .base import SeptHandler

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What a request asks to run."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


class GraphQLHandler(SeptHandler):
    """`sept/graphql`."""

    SUPPORTED_METHODS = ("GET", "POST", "OPTIONS")
    _query: asyncio.Future[dict[str, Any]] | None = None

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Run a query given in the address."""
        self.refuse_cross_site_get()
        media_type = self._negotiate()
        given = {name: self.get_query_argument(name, None) for name in ("query", "operationName")}
        for name in ("variables", "extensions"):
            text = self.get_query_argument(name, None)
            given[name] = None if text is None else _json(text, name)
        await self._run(_checked(given), media_type, may_mutate=False)

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Run an operation given as JSON."""
        media_type = self._negotiate()
        self.check_body_size()
        content_type = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if content_type != JSON:
            raise web.HTTPError(415, "Send the request as application/json.")
        await self._run(_checked(_json(self.request.body, "body")), media_type, may_mutate=True)

    async def _run(self, request: GraphQLRequest, media_type: str, *, may_mutate: bool) -> None:
        backend = await self.backend()
        prepared = await backend.engine.prepare(request.query)
        if prepared.document is None:
            self._respond(prepared.refusal, media_type)
            return
        kind = prepared.kind_of(request.operation_name)
        if kind is not None and kind.value == "mutation" and not may_mutate:
            self.set_header("Allow", "POST")
            raise web.HTTPError(405, "Mutations are sent by POST.")
        if kind is not None and kind.value == "subscription":
            raise web.HTTPError(400, "Subscriptions are made over sept/graphql/ws.")
        context = backend.context_for(self)
        work = asyncio.ensure_future(
            backend.engine.execute(prepared, context, request.variables, request.operation_name)
        )
        if kind is not None and kind.value == "query":
            self._query = work
        try:
            self._respond(await work, media_type)
        except asyncio.CancelledError:
            if self._query is None or not self._query.cancelled():
                raise  # not ours: the server is going down

    def on_connection_close(self) -> None:
        """A client that went away has no use for its query: databases that work for it are told to stop."""
        super().on_connection_close()
        if self._query is not None:
            self._query.cancel()

    def _respond(self, response: dict[str, Any], media_type: str) -> None:
        # With the older media type a client can only tell our answer from a proxy's by its status: always 200.
        self.set_status(400 if "data" not in response and media_type == GRAPHQL_JSON else 200)
        self.write_json(response, media_type)

    def _negotiate(self) -> str:
        """The media type of the answer: the first that we know, else what any of the wildcards allows."""
        accepted = self.request.headers.get("Accept", "").strip()
        if not accepted:
            return JSON
        for part in accepted.split(","):
            name, _, parameters = part.partition(";")
            name = name.strip().lower()
            if "q=0" in parameters.replace(" ", "").split(";"):
                continue
            if name in (JSON, GRAPHQL_JSON):
                return name
            if name in ("*/*", "application/*"):
                return JSON
        raise web.HTTPError(406, f"Answers are {GRAPHQL_JSON} or {JSON}.")


def _json(text: str | bytes, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise web.HTTPError(400, f"{name} is not valid JSON.") from None


def _checked(given: Any) -> GraphQLRequest:
    """Check the request's parameters as the specification demands."""
    if not isinstance(given, dict):
        raise web.HTTPError(400, "The body must be a JSON object.")
    query, variables, name = given.get("query"), given.get("variables"), given.get("operationName")
    if not isinstance(query, str) or not query:
        raise web.HTTPError(400, "query must be a text.")
    for key in ("variables", "extensions"):
        if given.get(key) is not None and not isinstance(given[key], dict):
            raise web.HTTPError(400, f"{key} must be an object.")
    if name is not None and not isinstance(name, str):
        raise web.HTTPError(400, "operationName must be a text.")
    return GraphQLRequest(query, variables, name or None)
