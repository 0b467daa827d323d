"""Events: as they happen, and by pages for clients without a WebSocket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sept_ext.graphql.context import Info
from sept_ext.services import events
from sept_ext.services.records import Event


async def resolve_events(
    _source: Any, info: Info, after: str | None = None, first: int | None = None
) -> dict[str, Any]:
    """A page of events after a cursor; without one, the cursor to begin with."""
    page, cursor = await info.context.read(events.events_after, after, 100 if first is None else first)
    return {"events": page, "cursor": cursor}


def subscribe_events(_source: Any, info: Info, after: str | None = None) -> AsyncIterator[Event]:
    """Events the actor may see, as they happen."""
    return info.context.services.events.subscribe(info.context.actor, after)


FIELDS = {
    ("Query", "events"): resolve_events,
    ("Subscription", "events"): subscribe_events,
}
