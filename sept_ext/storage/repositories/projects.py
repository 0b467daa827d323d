"""Projects: shared notebooks."""

# ruff: noqa: D102 - the methods are those of services.ports, and documented there

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from sept_ext.core.access import Role
from sept_ext.services.records import Project
from sept_ext.storage.tables import projects, workspace_members

from .base import Repository


class ProjectRepository(Repository):
    """See services.ports.Projects."""

    def add(self, project: Project) -> None:
        self._insert(
            projects,
            {
                "id": project.id,
                "workspace_id": project.workspace_id,
                "title": project.title,
                "root": project.root,
                "path": project.path,
                "created_by": project.created_by,
                "created_at": project.created_at,
                "updated_at": project.updated_at,
            },
        )

    def get(self, project_id: UUID) -> Project | None:
        row = self._connection.execute(sa.select(projects).where(projects.c.id == project_id)).first()
        return None if row is None else _project(row)

    def at_path(self, root: str, path: str) -> list[Project]:
        statement = sa.select(projects).where(projects.c.root == root, projects.c.path == path)
        rows = self._connection.execute(statement.order_by(projects.c.updated_at.desc()))
        return [_project(row) for row in rows]

    def below(self, root: str, folder: str) -> list[Project]:
        is_below = projects.c.path.startswith(folder + "/", autoescape=True)
        rows = self._connection.execute(sa.select(projects).where(projects.c.root == root, is_below))
        return [_project(row) for row in rows]

    def roles(self, user_id: UUID, project_ids: Collection[UUID]) -> dict[UUID, Role]:
        statement = (
            sa.select(projects.c.id, workspace_members.c.role)
            .join(workspace_members, workspace_members.c.workspace_id == projects.c.workspace_id)
            .where(workspace_members.c.user_id == user_id, projects.c.id.in_(project_ids))
        )
        return {row.id: Role(row.role) for row in self._connection.execute(statement)}

    def of_user(self, user_id: UUID, workspace_ids: Collection[UUID] | None, limit: int, offset: int) -> list[Project]:
        statement = (
            sa.select(projects)
            .join(workspace_members, workspace_members.c.workspace_id == projects.c.workspace_id)
            .where(workspace_members.c.user_id == user_id)
            .order_by(projects.c.updated_at.desc(), projects.c.id)
            .limit(limit)
            .offset(offset)
        )
        if workspace_ids is not None:
            statement = statement.where(projects.c.workspace_id.in_(workspace_ids))
        return [_project(row) for row in self._connection.execute(statement)]

    def set_place(self, project_id: UUID, root: str, path: str) -> None:
        self._connection.execute(sa.update(projects).where(projects.c.id == project_id).values(root=root, path=path))

    def touch(self, project_id: UUID, at: datetime) -> None:
        self._connection.execute(sa.update(projects).where(projects.c.id == project_id).values(updated_at=at))

    def lock(self, project_id: UUID) -> None:
        self._lock_row(projects, project_id)


def _project(row: Any) -> Project:
    return Project(
        row.id, row.workspace_id, row.title, row.root, row.path, row.created_by, row.created_at, row.updated_at
    )
