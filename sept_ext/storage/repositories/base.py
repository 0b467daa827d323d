"""What repositories share: a connection, and the statements that both dialects spell alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from sept_ext.services.records import User
from sept_ext.storage.tables import users


class Repository:
    """Statements on one connection; the unit of work that owns it commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _insert(self, table: sa.Table, values: Mapping[str, Any]) -> None:
        self._connection.execute(sa.insert(table), dict(values))

    def _upsert(self, table: sa.Table, values: Mapping[str, Any], update: Sequence[str]) -> None:
        """Insert a row, or set `update` columns of the row with the same primary key (none: leave it)."""
        statement = self._dialect_insert(table).values(**values)
        keys = [column.name for column in table.primary_key]
        if update:
            changed = {column: statement.excluded[column] for column in update}
            statement = statement.on_conflict_do_update(index_elements=keys, set_=changed)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=keys)
        self._connection.execute(statement)

    def _dialect_insert(self, table: sa.Table) -> Any:
        # Any: the two dialects' Insert classes have equal methods and no common base that has them.
        return postgresql.insert(table) if self._is_postgres else sqlite.insert(table)

    @property
    def _is_postgres(self) -> bool:
        return self._connection.dialect.name == "postgresql"

    def _lock_row(self, table: sa.Table, key: Any) -> None:
        """Hold a row until the transaction ends. On SQLite the whole database is held already."""
        if self._is_postgres:
            self._connection.execute(sa.select(table.c.id).where(table.c.id == key).with_for_update())


def user_from(row: Any, people: sa.FromClause = users) -> User:
    """The user columns of a joined row."""
    fields = row._mapping
    columns = people.c
    return User(
        fields[columns.id],
        fields[columns.issuer],
        fields[columns.subject],
        fields[columns.name],
        fields[columns.display_name],
    )
