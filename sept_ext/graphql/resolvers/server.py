"""Who asks, and how the server is."""

from __future__ import annotations

from typing import Any

from sept_ext.graphql.context import Info
from sept_ext.services.records import User


def resolve_me(_source: Any, info: Info) -> User:
    """The actor; needs no store."""
    return info.context.actor


async def resolve_server(_source: Any, info: Info) -> dict[str, Any]:
    """The version and the store's state; never fails."""
    services = info.context.services
    trouble = await services.store.trouble()
    store = {"is_available": trouble is None, "message": trouble}
    return {"version": services.version, "mode": services.store.mode, "store": store}


FIELDS = {
    ("Query", "me"): resolve_me,
    ("Query", "server"): resolve_server,
}
