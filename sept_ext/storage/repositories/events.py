"""The outbox of events."""

# ruff: noqa: D102 - the methods are those of services.ports, and documented there

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sept_ext.services.records import Event
from sept_ext.storage.tables import events, workspace_members

from .base import Repository

# Any number will do that no other program uses for pg_advisory_xact_lock in our database.
_ORDER_LOCK = 0x5E97_0002


class EventRepository(Repository):
    """See services.ports.Events."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._added: list[dict[str, Any]] = []

    def add(self, event: Event) -> None:
        self._added.append(
            {
                "kind": event.kind,
                "workspace_id": event.workspace_id,
                "project_id": event.project_id,
                "path": event.path,
                "subject_id": event.subject_id,
                "actor_id": event.actor_id,
                "at": event.at,
            }
        )

    def flush(self) -> None:
        """Write what was added; the unit of work does this last, just before it commits."""
        if not self._added:
            return
        if self._is_postgres:
            # Sequence numbers are handed out before commit, so without this lock a reader could see 12 before 11 and
            # pass 11 by. Taken after all other locks, or writers would wait for each other in a circle.
            self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ORDER_LOCK)))
        self._connection.execute(sa.insert(events), self._added)
        self._added = []

    def after(self, seq: int, limit: int) -> list[Event]:
        return self._page(sa.select(events), seq, limit)

    def after_for(self, user_id: UUID, seq: int, limit: int) -> list[Event]:
        mine = sa.select(workspace_members.c.workspace_id).where(workspace_members.c.user_id == user_id)
        return self._page(sa.select(events).where(events.c.workspace_id.in_(mine)), seq, limit)

    def last_seq(self) -> int:
        return self._connection.execute(sa.select(sa.func.max(events.c.seq))).scalar() or 0

    def _page(self, statement: sa.Select[Any], seq: int, limit: int) -> list[Event]:
        rows = self._connection.execute(statement.where(events.c.seq > seq).order_by(events.c.seq).limit(limit))
        return [
            Event(
                row.kind,
                row.at,
                row.seq,
                row.workspace_id,
                row.project_id,
                row.path,
                row.subject_id,
                row.actor_id,
            )
            for row in rows
        ]
