"""Workspaces."""

# ruff: noqa: D102 - the methods are those of services.ports, and documented there

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from sept_ext.core.access import Role
from sept_ext.services.records import Workspace
from sept_ext.storage.tables import workspace_members, workspaces

from .base import Repository


class WorkspaceRepository(Repository):
    """See services.ports.Workspaces."""

    def add(self, workspace: Workspace) -> None:
        self._insert(
            workspaces,
            {
                "id": workspace.id,
                "slug": workspace.slug,
                "name": workspace.name,
                "created_by": workspace.created_by,
                "created_at": workspace.created_at,
            },
        )

    def get(self, workspace_id: UUID) -> Workspace | None:
        return self._one(workspaces.c.id == workspace_id)

    def get_by_slug(self, slug: str) -> Workspace | None:
        return self._one(workspaces.c.slug == slug)

    def of_user(self, user_id: UUID) -> list[tuple[Workspace, Role]]:
        statement = (
            sa.select(workspaces, workspace_members.c.role)
            .join(workspace_members)
            .where(workspace_members.c.user_id == user_id)
            .order_by(workspaces.c.name, workspaces.c.id)
        )
        return [(_workspace(row), Role(row.role)) for row in self._connection.execute(statement)]

    def lock(self, workspace_id: UUID) -> None:
        self._lock_row(workspaces, workspace_id)

    def _one(self, condition: sa.ColumnElement[bool]) -> Workspace | None:
        row = self._connection.execute(sa.select(workspaces).where(condition)).first()
        return None if row is None else _workspace(row)


def _workspace(row: Any) -> Workspace:
    return Workspace(row.id, row.slug, row.name, row.created_by, row.created_at)
