"""Connections to databases that cells use."""

# ruff: noqa: D102 - the methods are those of services.ports, and documented there

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from sept_ext.core.access import Role
from sept_ext.services.records import Connection
from sept_ext.storage.tables import connections

from .base import Repository


class ConnectionRepository(Repository):
    """See services.ports.Connections."""

    def add(self, connection: Connection) -> None:
        self._insert(
            connections,
            {
                "id": connection.id,
                "workspace_id": connection.workspace_id,
                "name": connection.name,
                "kind": connection.kind,
                "parameters": dict(connection.parameters),
                "sealed_secret": connection.sealed_secret,
                "minimum_role": connection.minimum_role.value,
                "created_by": connection.created_by,
                "created_at": connection.created_at,
            },
        )

    def get(self, connection_id: UUID) -> Connection | None:
        return next(iter(self._where(connections.c.id == connection_id)), None)

    def named(self, workspace_ids: Collection[UUID], name: str) -> list[Connection]:
        return self._where(sa.and_(connections.c.workspace_id.in_(workspace_ids), connections.c.name == name))

    def of_workspaces(self, workspace_ids: Collection[UUID]) -> list[Connection]:
        return self._where(connections.c.workspace_id.in_(workspace_ids))

    def remove(self, connection_id: UUID) -> None:
        self._connection.execute(sa.delete(connections).where(connections.c.id == connection_id))

    def _where(self, condition: sa.ColumnElement[bool]) -> list[Connection]:
        rows = self._connection.execute(sa.select(connections).where(condition).order_by(connections.c.name))
        return [_record(row) for row in rows]


def _record(row: Any) -> Connection:
    return Connection(
        row.id,
        row.workspace_id,
        row.name,
        row.kind,
        row.parameters,
        Role(row.minimum_role),
        row.created_by,
        row.created_at,
        None if row.sealed_secret is None else bytes(row.sealed_secret),
    )
