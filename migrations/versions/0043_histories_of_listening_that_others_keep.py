"""Listeners tell services of theirs what they listen to, and us what they listened to there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_links()
    _make_scrobbles()
    _make_elsewhere()


def _make_links() -> None:
    op.create_table(
        "scrobble_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(20), nullable=False),
        sa.Column("server", sa.String(400), nullable=False),
        sa.Column("username", sa.String(200), nullable=True),
        sa.Column("sealed", sa.String(2000), nullable=True),
        sa.Column("asked", sa.String(2000), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("connected_at", Instant(), nullable=True),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("trouble", sa.String(1000), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("held_until", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_scrobble_links_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scrobble_links")),
        sa.UniqueConstraint(
            "account_id",
            "service",
            "server",
            name=op.f("uq_scrobble_links_account_id_service_server"),
        ),
    )


def _make_scrobbles() -> None:
    op.create_table(
        "scrobbles",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("listened_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=True),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["scrobble_links.id"],
            name=op.f("fk_scrobbles_link_id_scrobble_links"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["play_sessions.id"],
            name=op.f("fk_scrobbles_session_id_play_sessions"),
        ),
        sa.PrimaryKeyConstraint("link_id", "session_id", name=op.f("pk_scrobbles")),
    )
    for columns in (["link_id", "state", "listened_at"], ["session_id"], ["changed_at"]):
        op.create_index(op.f(f"ix_scrobbles_{'_'.join(columns)}"), "scrobbles", columns)


def _make_elsewhere() -> None:
    op.create_table(
        "heard_elsewhere",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("listened_at", Instant(), nullable=False),
        sa.Column("number", sa.Uuid(), nullable=False),
        sa.Column("track", sa.String(2000), nullable=False),
        sa.Column("artist", sa.String(2000), nullable=False),
        sa.Column("release", sa.String(2000), nullable=True),
        sa.Column("info", sa.JSON(), nullable=False),
        sa.Column("track_id", sa.Uuid(), nullable=True),
        sa.Column("told_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_heard_elsewhere_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heard_elsewhere")),
        sa.UniqueConstraint(
            "account_id",
            "listened_at",
            "number",
            name=op.f("uq_heard_elsewhere_account_id_listened_at_number"),
        ),
    )
    op.create_index(
        op.f("ix_heard_elsewhere_account_id_listened_at_id"),
        "heard_elsewhere",
        ["account_id", "listened_at", "id"],
    )


def downgrade() -> None:
    for table in ("heard_elsewhere", "scrobbles", "scrobble_links"):
        op.drop_table(table)
