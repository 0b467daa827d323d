"""`sept/kernel/connection`: gives a kernel one connection, with its secret, against the kernel's own token."""

from __future__ import annotations

import json
import logging
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado import web

from .base import SeptHandler
from .operations import STATUS_OF_CODE

log = logging.getLogger(__name__)


class KernelConnectionHandler(SeptHandler):
    """POST `{"name": ...}` -> `{"kind", "parameters", "secret", "isReadOnly"}`.

    Nobody's login opens this route, only the token of a living kernel (`Authorization: Bearer <token>`), and that
    token opens no other route.
    """

    _track_activity = False

    def check_xsrf_cookie(self) -> None:
        """Cookies count for nothing here, so there is nothing to forge."""

    @allow_unauthenticated
    async def post(self) -> None:
        """Give a connection to a kernel."""
        kernel_id = self._kernel_id()
        self.check_body_size()
        name = self._asked()
        from sept_ext.core.errors import SeptError  # with what it brings, not at the server's start

        try:
            found = await (await self.backend()).connection_for_kernel(name, kernel_id)
        except SeptError as error:
            log.info("Sept: kernel %s was refused the connection %.64r: %s", kernel_id, name, error.code)
            self.set_status(STATUS_OF_CODE[error.code])
            self.write_json({"errors": [{"message": error.message, "extensions": {"code": error.code}}]})
            return
        self.set_header("Cache-Control", "no-store")
        self.write_json(found)

    def _kernel_id(self) -> str:
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        tokens = self.settings["sept_kernel_tokens"]
        kernel_id: str | None = tokens.kernel_of(token.strip()) if scheme.lower() == "bearer" else None
        if kernel_id is None:
            raise web.HTTPError(401, "This needs the token of a running kernel.")
        return kernel_id

    def _asked(self) -> str:
        try:
            body: Any = json.loads(self.request.body)
        except (ValueError, RecursionError):
            body = None
        name = body.get("name") if isinstance(body, dict) else None
        if not isinstance(name, str):
            raise web.HTTPError(400, 'Name the connection: {"name": ...}.')
        return name
