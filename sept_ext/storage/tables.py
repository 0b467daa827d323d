"""The tables, for SQLite and Postgres alike. A change here needs a migration in migrations/versions."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes, UTC in the database. SQLite would silently drop the zone; naive values are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite stores it without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was given to the store")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware again."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Order keys compare by bytes; SQLite does so by itself, Postgres by the database's language unless told.
OrderKey = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# SQLite gives rowids (and thus AUTOINCREMENT) to INTEGER keys only.
Sequence64 = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _one_of(column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _part_of(target: str) -> sa.ForeignKey:
    """The row goes when what it is part of goes."""
    return sa.ForeignKey(target, ondelete="CASCADE")


users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("issuer", "subject"),
)

workspaces = sa.Table(
    "workspaces",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created_by", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

workspace_members = sa.Table(
    "workspace_members",
    metadata,
    sa.Column("workspace_id", sa.Uuid, _part_of("workspaces.id"), primary_key=True),
    sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), primary_key=True, index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("added_by", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("added_at", UtcDateTime, nullable=False),
    _one_of("role", "admin", "editor", "viewer"),
)

projects = sa.Table(
    "projects",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("workspace_id", sa.Uuid, _part_of("workspaces.id"), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("root", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("created_by", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Index(None, "workspace_id", "updated_at"),
    sa.Index(None, "root", "path"),
)

cells = sa.Table(
    "cells",
    metadata,
    sa.Column("project_id", sa.Uuid, _part_of("projects.id"), primary_key=True),
    sa.Column("cell_id", sa.Text, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("order_key", OrderKey, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("execution_count", sa.Integer),
    _one_of("type", "code", "markdown", "raw"),
)

threads = sa.Table(
    "threads",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("project_id", sa.Uuid, _part_of("projects.id"), nullable=False),
    sa.Column("cell_id", sa.Text),
    sa.Column("quote", sa.Text),
    sa.Column("created_by", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("resolved_by", sa.Uuid, sa.ForeignKey("users.id")),
    sa.Column("resolved_at", UtcDateTime),
    sa.Index(None, "project_id", "created_at"),
)

comments = sa.Table(
    "comments",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("thread_id", sa.Uuid, _part_of("threads.id"), nullable=False),
    sa.Column("author_id", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("edited_at", UtcDateTime),
    sa.CheckConstraint("length(body) BETWEEN 1 AND 16384", name="body_length"),
    sa.Index(None, "thread_id", "created_at"),
)

versions = sa.Table(
    "versions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("project_id", sa.Uuid, _part_of("projects.id"), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("author_id", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("cell_count", sa.Integer, nullable=False),
    sa.Column("manifest", sa.Text, sa.ForeignKey("blobs.hash"), nullable=False),
    sa.UniqueConstraint("project_id", "seq"),
    _one_of("kind", "manual", "before_restore", "restore"),
)

blobs = sa.Table(
    "blobs",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

connections = sa.Table(
    "connections",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("workspace_id", sa.Uuid, _part_of("workspaces.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("parameters", Json, nullable=False),
    sa.Column("sealed_secret", sa.LargeBinary),
    sa.Column("minimum_role", sa.Text, nullable=False),
    sa.Column("created_by", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("is_read_only", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("updated_at", UtcDateTime),
    sa.UniqueConstraint("workspace_id", "name"),
    _one_of("minimum_role", "admin", "editor", "viewer"),
)

# Which kernel took which connection, and whose. It outlives the connection, whose name it therefore keeps.
connection_uses = sa.Table(
    "connection_uses",
    metadata,
    sa.Column("seq", Sequence64, sa.Identity(), primary_key=True),
    sa.Column("workspace_id", sa.Uuid, _part_of("workspaces.id"), nullable=False, index=True),
    sa.Column("connection_id", sa.Uuid, nullable=False),
    sa.Column("connection_name", sa.Text, nullable=False),
    sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("kernel_id", sa.Text, nullable=False),
    sa.Column("path", sa.Text),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index(None, "connection_id", "at"),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("seq", Sequence64, sa.Identity(), primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("workspace_id", sa.Uuid, nullable=False, index=True),
    sa.Column("project_id", sa.Uuid),
    sa.Column("path", sa.Text),
    sa.Column("subject_id", sa.Text),
    sa.Column("actor_id", sa.Uuid),
    sa.Column("at", UtcDateTime, nullable=False),
    # A seq must never be given twice, also after the newest rows were deleted.
    sqlite_autoincrement=True,
)
