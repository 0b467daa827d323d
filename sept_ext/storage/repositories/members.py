"""Members of workspaces and their roles."""

# ruff: noqa: D102 - the methods are those of services.ports, and documented there

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from sept_ext.core.access import Role
from sept_ext.services.records import Member
from sept_ext.storage.tables import users, workspace_members

from .base import Repository, user_from


class MemberRepository(Repository):
    """See services.ports.Members."""

    def role_of(self, workspace_id: UUID, user_id: UUID) -> Role | None:
        statement = sa.select(workspace_members.c.role).where(_is_member(workspace_id, user_id))
        role = self._connection.execute(statement).scalar()
        return None if role is None else Role(role)

    def put(self, workspace_id: UUID, user_id: UUID, role: Role, added_by: UUID, at: datetime) -> None:
        values = {
            "workspace_id": workspace_id,
            "user_id": user_id,
            "role": role.value,
            "added_by": added_by,
            "added_at": at,
        }
        self._upsert(workspace_members, values, ["role"])

    def remove(self, workspace_id: UUID, user_id: UUID) -> None:
        self._connection.execute(sa.delete(workspace_members).where(_is_member(workspace_id, user_id)))

    def of_workspaces(self, workspace_ids: Collection[UUID]) -> list[Member]:
        statement = (
            sa.select(workspace_members.c.workspace_id, workspace_members.c.role, workspace_members.c.added_at, users)
            .join(users, users.c.id == workspace_members.c.user_id)
            .where(workspace_members.c.workspace_id.in_(workspace_ids))
            .order_by(workspace_members.c.added_at, users.c.name)
        )
        rows = self._connection.execute(statement)
        return [Member(row.workspace_id, user_from(row), Role(row.role), row.added_at) for row in rows]


def _is_member(workspace_id: UUID, user_id: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(workspace_members.c.workspace_id == workspace_id, workspace_members.c.user_id == user_id)
