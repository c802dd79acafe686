"""Ladders of long masters are split over workers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "splits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("master_id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("rungs", sa.JSON(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id"], ["masters.id"], name=op.f("fk_splits_master_id_masters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_splits")),
        sa.UniqueConstraint("master_id", name=op.f("uq_splits_master_id")),
    )
    op.create_table(
        "pieces",
        sa.Column("split_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["split_id"], ["splits.id"], name=op.f("fk_pieces_split_id_splits")
        ),
        sa.PrimaryKeyConstraint("split_id", "number", name=op.f("pk_pieces")),
    )


def downgrade() -> None:
    op.drop_table("pieces")
    op.drop_table("splits")
