"""Who asks, and how the server is."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLResolveInfo

from sept_ext.services.records import User

from ..context import context_of


def resolve_me(_source: Any, info: GraphQLResolveInfo) -> User:
    """The actor; needs no store."""
    return context_of(info).actor


async def resolve_server(_source: Any, info: GraphQLResolveInfo) -> dict[str, Any]:
    """The version and the store's state; never fails."""
    services = context_of(info).services
    trouble = await services.store.trouble()
    store = {"is_available": trouble is None, "message": trouble}
    return {"version": services.version, "mode": services.store.mode, "store": store}


FIELDS = {
    ("Query", "me"): resolve_me,
    ("Query", "server"): resolve_server,
}
