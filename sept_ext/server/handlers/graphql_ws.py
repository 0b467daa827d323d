"""`sept/graphql/ws`."""

from __future__ import annotations

from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.websocket import WebSocketHandler

from .base import AUTH_RESOURCE


class GraphQLSocketHandler(WebSocketMixin, WebSocketHandler, JupyterHandler):
    auth_resource = AUTH_RESOURCE

    @ws_authenticated
    async def get(self) -> None: ...
