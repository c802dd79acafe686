"""Renditions tell by what they were made, and can be made anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("renditions", schema=None) as batch_op:
        # Nobody wrote it down of those that are there.
        for name, length in (("recipe", 40), ("encoder", 100)):
            column = sa.Column(name, sa.String(length), nullable=False, server_default="unknown")
            batch_op.add_column(column)
        batch_op.add_column(sa.Column("made_by", sa.String(length=200), nullable=True))
        batch_op.add_column(
            sa.Column("generation", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("since", Instant(), nullable=True))
        batch_op.add_column(sa.Column("retired_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("restores", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_renditions_retired_at"), ["retired_at"])
        batch_op.drop_constraint(batch_op.f("uq_renditions_master_id_rung"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_renditions_master_id_generation_rung"),
            ["master_id", "generation", "rung"],
        )
    op.create_table(
        "reencodings",
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("encoder", sa.String(length=100), nullable=False),
        sa.Column("recipes", sa.JSON(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("paused_at", Instant(), nullable=True),
        sa.Column("throttle", sa.Double(), nullable=False),
        sa.Column("with_unknown", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("target", name=op.f("pk_reencodings")),
    )
    op.create_table(
        "rechecks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("master_id", sa.Uuid(), nullable=False),
        sa.Column("rung", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=True),
        sa.Column("checked_by", sa.String(length=200), nullable=True),
        sa.Column("encoder", sa.String(length=100), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id"], ["masters.id"], name=op.f("fk_rechecks_master_id_masters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rechecks")),
    )
    with op.batch_alter_table("rechecks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rechecks_verdict"), ["verdict"])


def downgrade() -> None:
    op.drop_table("rechecks")
    op.drop_table("reencodings")
    # What was retired would be in the way of what took its place.
    op.execute("DELETE FROM renditions WHERE retired_at IS NOT NULL")
    with op.batch_alter_table("renditions", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_renditions_master_id_generation_rung"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_renditions_master_id_rung"), ["master_id", "rung"]
        )
        batch_op.drop_index(batch_op.f("ix_renditions_retired_at"))
        for name in (
            *("restores", "retired_at", "since", "generation", "made_by", "encoder", "recipe"),
        ):
            batch_op.drop_column(name)
