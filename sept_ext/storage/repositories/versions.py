"""Versions of notebooks."""

# ruff: noqa: D102 - the methods are those of services.ports, and documented there

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from sept_ext.services.records import Version
from sept_ext.storage.tables import users, versions

from .base import Repository, user_from


class VersionRepository(Repository):
    """See services.ports.Versions."""

    def add(self, version: Version) -> None:
        self._insert(
            versions,
            {
                "id": version.id,
                "project_id": version.project_id,
                "seq": version.seq,
                "label": version.label,
                "kind": version.kind,
                "author_id": version.author.id,
                "created_at": version.created_at,
                "cell_count": version.cell_count,
                "manifest": version.manifest,
            },
        )

    def get(self, version_id: UUID) -> Version | None:
        row = self._connection.execute(_select().where(versions.c.id == version_id)).first()
        return None if row is None else _version(row)

    def next_seq(self, project_id: UUID) -> int:
        statement = sa.select(sa.func.max(versions.c.seq)).where(versions.c.project_id == project_id)
        last: int | None = self._connection.execute(statement).scalar()
        return (last or 0) + 1

    def of_projects(self, project_ids: Collection[UUID], limit: int, offset: int) -> list[Version]:
        place = sa.func.row_number().over(partition_by=versions.c.project_id, order_by=versions.c.seq.desc())
        ranked = (
            sa.select(versions.c.id, place.label("place")).where(versions.c.project_id.in_(project_ids)).subquery()
        )
        statement = (
            _select()
            .join(ranked, ranked.c.id == versions.c.id)
            .where(ranked.c.place > offset, ranked.c.place <= offset + limit)
            .order_by(versions.c.seq.desc())
        )
        return [_version(row) for row in self._connection.execute(statement)]


def _select() -> sa.Select[Any]:
    return sa.select(versions, *users.c).join(users, users.c.id == versions.c.author_id)


def _version(row: Any) -> Version:
    fields = row._mapping
    columns = versions.c
    return Version(
        fields[columns.id],
        fields[columns.project_id],
        fields[columns.seq],
        fields[columns.label],
        fields[columns.kind],
        user_from(row),
        fields[columns.created_at],
        fields[columns.cell_count],
        fields[columns.manifest],
    )
