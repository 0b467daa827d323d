"""Threads and their comments."""

# ruff: noqa: D102 - the methods are those of services.ports, and documented there

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from sept_ext.services.records import Comment, Thread
from sept_ext.storage.tables import cells, comments, threads, users

from .base import Repository, user_from

_resolvers = users.alias("resolvers")


class ThreadRepository(Repository):
    """See services.ports.Threads."""

    def add(self, thread: Thread) -> None:
        self._insert(
            threads,
            {
                "id": thread.id,
                "project_id": thread.project_id,
                "cell_id": thread.cell_id,
                "quote": thread.quote,
                "created_by": thread.created_by,
                "created_at": thread.created_at,
            },
        )

    def get(self, thread_id: UUID) -> Thread | None:
        return next(iter(self.get_many([thread_id])), None)

    def get_many(self, thread_ids: Collection[UUID]) -> list[Thread]:
        return self._with_comments(threads.c.id.in_(thread_ids))

    def of_projects(self, project_ids: Collection[UUID]) -> list[Thread]:
        return self._with_comments(threads.c.project_id.in_(project_ids))

    def set_resolved(self, thread_id: UUID, by: UUID | None, at: datetime | None) -> None:
        statement = sa.update(threads).where(threads.c.id == thread_id).values(resolved_by=by, resolved_at=at)
        self._connection.execute(statement)

    def remove(self, thread_id: UUID) -> None:
        self._connection.execute(sa.delete(threads).where(threads.c.id == thread_id))

    def add_comment(self, comment: Comment) -> None:
        self._insert(
            comments,
            {
                "id": comment.id,
                "thread_id": comment.thread_id,
                "author_id": comment.author.id,
                "body": comment.body,
                "created_at": comment.created_at,
            },
        )

    def get_comment(self, comment_id: UUID) -> Comment | None:
        row = self._connection.execute(_select_comments().where(comments.c.id == comment_id)).first()
        return None if row is None else _comment(row)

    def set_body(self, comment_id: UUID, body: str, at: datetime) -> None:
        self._connection.execute(
            sa.update(comments).where(comments.c.id == comment_id).values(body=body, edited_at=at)
        )

    def remove_comment(self, comment_id: UUID) -> None:
        self._connection.execute(sa.delete(comments).where(comments.c.id == comment_id))

    def _with_comments(self, condition: sa.ColumnElement[bool]) -> list[Thread]:
        statement = _select_threads().where(condition).order_by(threads.c.created_at, threads.c.id)
        found = [_thread(row) for row in self._connection.execute(statement)]
        if not found:
            return []
        of_thread: dict[UUID, list[Comment]] = {thread.id: [] for thread in found}
        statement = _select_comments().where(condition).order_by(comments.c.created_at, comments.c.id)
        for row in self._connection.execute(statement):
            comment = _comment(row)
            if comment.thread_id in of_thread:  # another transaction may have added a thread in between
                of_thread[comment.thread_id].append(comment)
        return [replace(thread, comments=tuple(of_thread[thread.id])) for thread in found]


def _select_threads() -> sa.Select[Any]:
    in_file = sa.exists().where(cells.c.project_id == threads.c.project_id, cells.c.cell_id == threads.c.cell_id)
    is_orphaned = sa.and_(threads.c.cell_id.is_not(None), ~in_file).label("is_orphaned")
    return sa.select(threads, is_orphaned, *_resolvers.c).outerjoin(
        _resolvers, _resolvers.c.id == threads.c.resolved_by
    )


def _select_comments() -> sa.Select[Any]:
    return (
        sa.select(comments, threads.c.project_id, *users.c)
        .join(users, users.c.id == comments.c.author_id)
        .join(threads, threads.c.id == comments.c.thread_id)
    )


def _thread(row: Any) -> Thread:
    fields = row._mapping
    resolved_by = fields[threads.c.resolved_by]
    return Thread(
        fields[threads.c.id],
        fields[threads.c.project_id],
        fields[threads.c.cell_id],
        fields[threads.c.quote],
        fields[threads.c.created_by],
        fields[threads.c.created_at],
        fields[threads.c.resolved_at],
        None if resolved_by is None else user_from(row, _resolvers),
        bool(fields["is_orphaned"]),
    )


def _comment(row: Any) -> Comment:
    fields = row._mapping
    return Comment(
        fields[comments.c.id],
        fields[comments.c.thread_id],
        fields[threads.c.project_id],
        user_from(row),
        fields[comments.c.body],
        fields[comments.c.created_at],
        fields[comments.c.edited_at],
    )
