"""What checks of the store find is written down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "store_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=False),
        sa.Column("objects", sa.Integer(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("decoded", sa.Integer(), nullable=False),
        sa.Column("masters", sa.Integer(), nullable=False),
        sa.Column("losses", sa.Integer(), nullable=False),
        sa.Column("mended", sa.Integer(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("flaws", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_checks")),
    )
    op.create_index(op.f("ix_store_checks_ended_at"), "store_checks", ["ended_at"])


def downgrade() -> None:
    op.drop_table("store_checks")
