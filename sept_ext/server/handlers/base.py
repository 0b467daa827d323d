"""What all handlers share: authentication comes from jupyter_server, errors have GraphQL's shape.

Every method of every handler is decorated with `@web.authenticated` and `@authorized`; a test goes through the
routes and fails for one that is not. The resource name for operators' authorizers is "sept".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import APIHandler
from tornado import web

if TYPE_CHECKING:
    from sept_ext.server.backend import Backend

AUTH_RESOURCE = "sept"
MAX_BODY_BYTES = 1024 * 1024
_CODES = {401: "UNAUTHENTICATED", 403: "FORBIDDEN", 404: "NOT_FOUND"}


class SeptHandler(APIHandler):
    """An API handler that answers errors as GraphQL does."""

    auth_resource = AUTH_RESOURCE

    async def backend(self) -> Backend:
        """The services of this server."""
        backend: Backend = await self.settings["sept_backend"].get()
        return backend

    def check_body_size(self) -> None:
        """Refuse bodies of more than 1 MiB."""
        if len(self.request.body) > MAX_BODY_BYTES:
            raise web.HTTPError(413, f"A request can have at most {MAX_BODY_BYTES:,} bytes.")

    def refuse_cross_site_get(self) -> None:
        """GETs skip Jupyter's XSRF check; one that rides on a cookie must come from our own pages.

        Nothing could be read or changed from another site, but it could make us work.
        """
        headers = self.request.headers
        site = headers.get("Sec-Fetch-Site")
        has_own_header = "X-XSRFToken" in headers or "X-Sept" in headers
        # `none` is a person who typed the address: no other site can bring that about.
        is_ours = site in ("same-origin", "none")
        is_risky = "Cookie" in headers or site is not None
        if self.token_authenticated or has_own_header or is_ours or not is_risky:
            return
        raise web.HTTPError(403, "Queries by GET need the header X-Sept, or a page of this server.")

    def write_json(self, value: Any, content_type: str = "application/json") -> None:
        """Finish with a JSON body."""
        self.finish(json.dumps(value), set_content_type=f"{content_type}; charset=utf-8")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """One error in GraphQL's shape, without a traceback."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        message = error.log_message if isinstance(error, web.HTTPError) else None
        code = "INTERNAL" if status_code >= 500 else _CODES.get(status_code, "BAD_INPUT")
        if code == "FORBIDDEN" and not self.current_user:
            code = "UNAUTHENTICATED"
        entry = {"message": message or self._reason, "extensions": {"code": code}}
        self.write_json({"errors": [entry]})
