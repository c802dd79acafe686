"""What happened is told, to who asks and to webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("track_id", sa.Uuid(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["accounts.id"], name=op.f("fk_events_owner_id_accounts")
        ),
        sa.PrimaryKeyConstraint("owner_id", "number", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_track_id"), "events", ["track_id"])
    op.create_index(op.f("ix_events_at"), "events", ["at"])
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("secret", sa.String(length=100), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("delivered_at", Instant(), nullable=True),
        sa.Column("trouble", sa.String(length=1000), nullable=True),
        sa.Column("disabled_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["accounts.id"], name=op.f("fk_webhooks_owner_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_owner_id"), "webhooks", ["owner_id"])
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("events", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.alter_column("events", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("events")
    op.drop_table("webhooks")
    op.drop_table("events")
    op.execute(sa.text("DELETE FROM jobs WHERE kind = 'deliver'"))
