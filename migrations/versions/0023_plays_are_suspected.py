"""Plays are weighed and held, people decide of them; and the books are reconciled every night."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: As they were when the first play was weighed.
_LIMITS = {
    "unserved_ms": 900_000,
    "untimely_ms": 120_000,
    "beside": 60,
    "plays_hour": 240,
    "plays_day": 1_500,
    "new_account_s": 1_209_600,
    "new_spent_day": 5_110,
    "new_bought_day": 25_550,
    "payee_share_ppm": 950_000,
    "payee_spent_day": 3_066,
    "payee_promo_day": 5_110,
    "shared_methods": 4,
    "looped_month": 5_110,
}


def upgrade() -> None:
    limits = op.create_table(
        "suspicion_limits",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspicion_limits")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_suspicion_limits_valid_from")),
    )
    first = {"valid_from": datetime(1970, 1, 1, tzinfo=UTC), "limits": _LIMITS}
    op.bulk_insert(limits, [{**first, "by_name": "refrain", "why": "to begin with"}])
    _weighing()
    _reconciling()
    op.create_index(
        "ix_play_sessions_held",
        "play_sessions",
        ["active_at"],
        postgresql_where=sa.text("state = 'held'"),
        sqlite_where=sa.text("state = 'held'"),
    )
    op.create_index("ix_plays_listener_id_occurred_at", "plays", ["listener_id", "occurred_at"])
    op.drop_index("ix_plays_listener_id", "plays")
    op.create_index(
        "ix_plays_promo",
        "plays",
        ["payee_id", "occurred_at"],
        postgresql_where=sa.text("kind = 'promo'"),
        sqlite_where=sa.text("kind = 'promo'"),
    )


def downgrade() -> None:
    op.drop_index("ix_plays_promo", "plays")
    op.create_index("ix_plays_listener_id", "plays", ["listener_id"])
    op.drop_index("ix_plays_listener_id_occurred_at", "plays")
    op.drop_index("ix_play_sessions_held", "play_sessions")
    for name in ("reconciliations", "hold_decisions", "play_suspicions"):
        op.drop_table(name)
    op.drop_table("suspicion_limits")


def _weighing() -> None:
    op.create_table(
        "play_suspicions",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("weighed_at", Instant(), nullable=False),
        sa.Column("limits_id", _NUMBER, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("features", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_play_suspicions")),
    )
    op.create_table(
        "hold_decisions",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(10), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["play_sessions.id"],
            name=op.f("fk_hold_decisions_session_id_play_sessions"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["accounts.id"], name=op.f("fk_hold_decisions_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_decisions")),
    )
    op.create_index(op.f("ix_hold_decisions_session_id"), "hold_decisions", ["session_id"])


def _reconciling() -> None:
    op.create_table(
        "reconciliations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
    )
    op.create_index(op.f("ix_reconciliations_ended_at"), "reconciliations", ["ended_at"])
