"""The first tables: people, workspaces, projects, cells, comments, versions, connections, events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

# Written out, not imported from tables.py: a migration must go on making what it made when it was released.
_Instant = sa.DateTime(timezone=True)
_OrderKey = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_Sequence64 = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_blobs()
    _create_events()
    _create_users()
    _create_workspaces()
    _create_connections()
    _create_projects()
    _create_workspace_members()
    _create_cells()
    _create_threads()
    _create_versions()
    _create_comments()


def downgrade() -> None:
    for table in (
        "comments",
        "versions",
        "threads",
        "cells",
        "workspace_members",
        "projects",
        "connections",
        "workspaces",
        "users",
        "events",
        "blobs",
    ):
        op.drop_table(table)


def _create_blobs() -> None:
    op.create_table(
        "blobs",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_blobs"),
    )


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("seq", _Sequence64, sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Text(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", _Instant, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_workspace_id", "events", ["workspace_id"], unique=False)


def _create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("created_at", _Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("issuer", "subject", name="uq_users_issuer_subject"),
    )


def _create_workspaces() -> None:
    op.create_table(
        "workspaces",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", _Instant, nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_workspaces_created_by"),
        sa.PrimaryKeyConstraint("id", name="pk_workspaces"),
        sa.UniqueConstraint("slug", name="uq_workspaces_slug"),
    )


def _create_connections() -> None:
    op.create_table(
        "connections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parameters", _Json, nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=True),
        sa.Column("minimum_role", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", _Instant, nullable=False),
        sa.CheckConstraint("minimum_role IN ('admin', 'editor', 'viewer')", name="ck_connections_minimum_role"),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_connections_created_by"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="fk_connections_workspace_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_connections"),
        sa.UniqueConstraint("workspace_id", "name", name="uq_connections_workspace_id_name"),
    )


def _create_projects() -> None:
    op.create_table(
        "projects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", _Instant, nullable=False),
        sa.Column("updated_at", _Instant, nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_projects_created_by"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="fk_projects_workspace_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
    )
    op.create_index("ix_projects_root_path", "projects", ["root", "path"], unique=False)
    op.create_index("ix_projects_workspace_id_updated_at", "projects", ["workspace_id", "updated_at"], unique=False)


def _create_workspace_members() -> None:
    op.create_table(
        "workspace_members",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", _Instant, nullable=False),
        sa.CheckConstraint("role IN ('admin', 'editor', 'viewer')", name="ck_workspace_members_role"),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name="fk_workspace_members_added_by"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_workspace_members_user_id"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="fk_workspace_members_workspace_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name="pk_workspace_members"),
    )
    op.create_index("ix_workspace_members_user_id", "workspace_members", ["user_id"], unique=False)


def _create_cells() -> None:
    op.create_table(
        "cells",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("cell_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("order_key", _OrderKey, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("execution_count", sa.Integer(), nullable=True),
        sa.CheckConstraint("type IN ('code', 'markdown', 'raw')", name="ck_cells_type"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_cells_project_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("project_id", "cell_id", name="pk_cells"),
    )


def _create_threads() -> None:
    op.create_table(
        "threads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("cell_id", sa.Text(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", _Instant, nullable=False),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolved_at", _Instant, nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_threads_created_by"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_threads_project_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["resolved_by"], ["users.id"], name="fk_threads_resolved_by"),
        sa.PrimaryKeyConstraint("id", name="pk_threads"),
    )
    op.create_index("ix_threads_project_id_created_at", "threads", ["project_id", "created_at"], unique=False)


def _create_versions() -> None:
    op.create_table(
        "versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _Instant, nullable=False),
        sa.Column("cell_count", sa.Integer(), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('manual', 'before_restore', 'restore')", name="ck_versions_kind"),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_versions_author_id"),
        sa.ForeignKeyConstraint(["manifest"], ["blobs.hash"], name="fk_versions_manifest"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_versions_project_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("project_id", "seq", name="uq_versions_project_id_seq"),
    )


def _create_comments() -> None:
    op.create_table(
        "comments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", _Instant, nullable=False),
        sa.Column("edited_at", _Instant, nullable=True),
        sa.CheckConstraint("length(body) BETWEEN 1 AND 16384", name="ck_comments_body_length"),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_comments_author_id"),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name="fk_comments_thread_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
    )
    op.create_index("ix_comments_thread_id_created_at", "comments", ["thread_id", "created_at"], unique=False)
