"""People."""

# ruff: noqa: D102 - the methods are those of services.ports, and documented there

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from sept_ext.services.records import User
from sept_ext.storage.tables import users

from .base import Repository, user_from


class UserRepository(Repository):
    """See services.ports.Users."""

    def ensure(self, user: User, at: datetime) -> None:
        known = self.get(user.id)
        if known == user:
            return
        values = {
            "id": user.id,
            "issuer": user.issuer,
            "subject": user.subject,
            "name": user.name,
            "display_name": user.display_name,
            "created_at": at,
        }
        self._upsert(users, values, ["name", "display_name"])

    def get(self, user_id: UUID) -> User | None:
        row = self._connection.execute(sa.select(users).where(users.c.id == user_id)).first()
        return None if row is None else user_from(row)

    def find_by_name(self, issuer: str, name: str) -> User | None:
        statement = sa.select(users).where(users.c.issuer == issuer, users.c.name == name)
        row = self._connection.execute(statement.order_by(users.c.created_at)).first()
        return None if row is None else user_from(row)
