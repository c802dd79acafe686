"""What an earlier house counted comes over: plays, counters, credit, and the numbers of addresses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "earlier_plays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("listener_id", sa.Uuid(), nullable=False),
        sa.Column("recording_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        *_of_a_pair("earlier_plays"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_plays")),
    )
    op.create_index(
        op.f("ix_earlier_plays_listener_id_recording_id"),
        "earlier_plays",
        ["listener_id", "recording_id"],
    )
    op.create_table(
        "earlier_counters",
        sa.Column("listener_id", sa.Uuid(), nullable=False),
        sa.Column("recording_id", sa.Uuid(), nullable=False),
        sa.Column("plays", sa.Integer(), nullable=False),
        sa.Column("owned_at", Instant(), nullable=True),
        sa.CheckConstraint("plays >= 0", name=op.f("ck_earlier_counters_plays_not_negative")),
        *_of_a_pair("earlier_counters"),
        sa.PrimaryKeyConstraint("listener_id", "recording_id", name=op.f("pk_earlier_counters")),
    )
    for table in ("earlier_plays", "earlier_counters"):
        op.create_index(op.f(f"ix_{table}_recording_id"), table, ["recording_id"])
    op.create_table(
        "earlier_credits",
        sa.Column("listener_id", sa.Uuid(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.CheckConstraint("credits >= 0", name=op.f("ck_earlier_credits_credits_not_negative")),
        _refers("earlier_credits", "listener_id", "accounts"),
        sa.PrimaryKeyConstraint("listener_id", name=op.f("pk_earlier_credits")),
    )
    op.create_table(
        "earlier_numbers",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "number", name=op.f("pk_earlier_numbers")),
    )


def downgrade() -> None:
    for table in ("earlier_numbers", "earlier_credits", "earlier_counters", "earlier_plays"):
        op.drop_table(table)


def _of_a_pair(table: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return (
        _refers(table, "listener_id", "accounts"),
        _refers(table, "recording_id", "recordings"),
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name)
