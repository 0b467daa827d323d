"""Connections to databases that cells use."""

# ruff: noqa: D102 - the methods are those of services.ports, and documented there

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from sept_ext.core.access import Role
from sept_ext.services.records import Connection, ConnectionUse
from sept_ext.storage.tables import connection_uses, connections, users

from .base import Repository, user_from


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
                "is_read_only": connection.is_read_only,
                "updated_at": connection.updated_at,
            },
        )

    def update(self, connection: Connection) -> None:
        self._connection.execute(
            sa.update(connections)
            .where(connections.c.id == connection.id)
            .values(
                name=connection.name,
                parameters=dict(connection.parameters),
                sealed_secret=connection.sealed_secret,
                minimum_role=connection.minimum_role.value,
                is_read_only=connection.is_read_only,
                updated_at=connection.updated_at,
            )
        )

    def get(self, connection_id: UUID) -> Connection | None:
        return next(iter(self._where(connections.c.id == connection_id)), None)

    def named(self, workspace_ids: Collection[UUID], name: str) -> list[Connection]:
        return self._where(sa.and_(connections.c.workspace_id.in_(workspace_ids), connections.c.name == name))

    def of_workspaces(self, workspace_ids: Collection[UUID]) -> list[Connection]:
        return self._where(connections.c.workspace_id.in_(workspace_ids))

    def remove(self, connection_id: UUID) -> None:
        self._connection.execute(sa.delete(connections).where(connections.c.id == connection_id))

    def sealed(self) -> list[Connection]:
        return self._where(connections.c.sealed_secret.is_not(None))

    def add_use(self, use: ConnectionUse) -> None:
        self._insert(
            connection_uses,
            {
                "workspace_id": use.workspace_id,
                "connection_id": use.connection_id,
                "connection_name": use.connection_name,
                "user_id": use.user.id,
                "kernel_id": use.kernel_id,
                "path": use.path,
                "at": use.at,
            },
        )

    def uses_of(self, connection_id: UUID, limit: int) -> list[ConnectionUse]:
        statement = (
            sa.select(connection_uses, users)
            .join(users, users.c.id == connection_uses.c.user_id)
            .where(connection_uses.c.connection_id == connection_id)
            .order_by(connection_uses.c.seq.desc())
            .limit(limit)
        )
        return [_use(row) for row in self._connection.execute(statement)]

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
        row.is_read_only,
        row.updated_at,
    )


def _use(row: Any) -> ConnectionUse:
    return ConnectionUse(
        row.workspace_id, row.connection_id, row.connection_name, user_from(row), row.kernel_id, row.path, row.at
    )
