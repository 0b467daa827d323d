"""Connections opened read-only, when they last changed, and a log of which kernel took which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_Instant = sa.DateTime(timezone=True)
_Sequence64 = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("connections") as table:
        table.add_column(sa.Column("is_read_only", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("updated_at", _Instant))
    op.create_table(
        "connection_uses",
        sa.Column("seq", _Sequence64, sa.Identity(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("connection_name", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kernel_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text()),
        sa.Column("at", _Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_connection_uses_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_connection_uses_user_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_connection_uses")),
    )
    op.create_index(op.f("ix_connection_uses_connection_id_at"), "connection_uses", ["connection_id", "at"])
    op.create_index(op.f("ix_connection_uses_workspace_id"), "connection_uses", ["workspace_id"])


def downgrade() -> None:
    op.drop_table("connection_uses")
    with op.batch_alter_table("connections") as table:
        table.drop_column("updated_at")
        table.drop_column("is_read_only")
