"""What happened: rows in the outbox, written in the transaction of the change they tell of."""

from __future__ import annotations

from uuid import UUID

from sept_ext.core.errors import BadInput

from .ports import UnitOfWork
from .records import Actor, Event

MAX_PAGE = 500


def record(
    uow: UnitOfWork,
    kind: str,
    actor: Actor,
    *,
    workspace_id: UUID,
    project_id: UUID | None = None,
    subject_id: UUID | str | None = None,
    path: str | None = None,
) -> None:
    """Tell of a change to a workspace or what is in it."""
    subject = None if subject_id is None else str(subject_id)
    uow.events.add(Event(kind, uow.now, None, workspace_id, project_id, path, subject, actor.id))


def events_after(uow: UnitOfWork, actor: Actor, cursor: str | None, first: int) -> tuple[list[Event], str]:
    """A page of events after a cursor (None: from now on), and the cursor to ask with next."""
    if not 1 <= first <= MAX_PAGE:
        raise BadInput(f"A page of events has 1 to {MAX_PAGE} entries.")
    if cursor is None:
        return [], str(uow.events.last_seq())
    seq = parse_cursor(cursor)
    page = uow.events.after_for(actor.id, seq, first)
    return page, str(page[-1].seq if page else seq)


def parse_cursor(cursor: str) -> int:
    """The sequence number a cursor stands for."""
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise BadInput("This is no cursor of an event.")
    return int(cursor)
