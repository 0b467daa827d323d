"""The schema for tools, and a health check for operators."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from .base import SeptHandler


class SchemaHandler(SeptHandler):
    """`sept/schema.graphql`: the contract, as it is shipped."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """The schema as text."""
        from sept_ext.graphql.binding import schema_text  # imports graphql-core, so not at the server's start

        self.finish(schema_text(), set_content_type="text/plain; charset=utf-8")


class HealthHandler(SeptHandler):
    """`sept/health`: 200 when the store can be used, 503 with the reason when not."""

    _track_activity = False

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """How the server is."""
        services = (await self.backend()).services
        trouble = await services.store.trouble()
        self.set_status(200 if trouble is None else 503)
        store = {"isAvailable": trouble is None, "message": trouble}
        self.write_json({"version": services.version, "mode": services.store.mode, "store": store})
