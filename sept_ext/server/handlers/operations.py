"""`sept/op/<OperationName>`: stored operations, the REST face of the same API.

A query by GET takes its variables from the query string, a mutation by POST from a JSON object. Answers are those
of GraphQL; the HTTP status follows the first error's code, for clients that look no further.
"""

from __future__ import annotations

import json
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from .base import SeptHandler

STATUS_OF_CODE = {
    "BAD_INPUT": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "UNKNOWN_VIEW": 404,
    "CONFLICT": 409,
    "LOCKED": 423,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
}


class OperationHandler(SeptHandler):
    """Runs the operation that the address names."""

    @web.authenticated
    @authorized
    async def get(self, name: str) -> None:
        """Run a stored query."""
        self.refuse_cross_site_get()
        given = {key: self.get_query_argument(key) for key in self.request.query_arguments if key != "token"}
        await self._run(name, given, "query")

    @web.authenticated
    @authorized
    async def post(self, name: str) -> None:
        """Run a stored mutation (or query)."""
        self.check_body_size()
        try:
            given = json.loads(self.request.body or b"{}")
        except (ValueError, RecursionError):
            raise web.HTTPError(400, "The body is not valid JSON.") from None
        if not isinstance(given, dict):
            raise web.HTTPError(400, "The body must be a JSON object of variables.")
        await self._run(name, given, "mutation")

    async def _run(self, name: str, given: dict[str, Any], kind: str) -> None:
        backend = await self.backend()
        operation = backend.operations.get(name)
        if operation is None:
            raise web.HTTPError(404, f"There is no operation {name}.")
        if operation.kind != kind and kind == "query":
            self.set_header("Allow", "POST")
            raise web.HTTPError(405, f"{name} changes things: send it by POST.")
        prepared = await backend.engine.prepare(operation.text)
        variables = operation.read_variables(given) if kind == "query" else given
        response = await backend.engine.execute(prepared, backend.context_for(self), variables, name)
        errors = response.get("errors")
        self.set_status(STATUS_OF_CODE.get(errors[0]["extensions"]["code"], 400) if errors else 200)
        self.write_json(response)
