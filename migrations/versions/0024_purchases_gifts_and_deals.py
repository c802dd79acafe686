"""Tracks are bought outright and given away, and deals say where they may be had."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_SUBJECT = (
    "(track_id IS NOT NULL AND recording_id IS NULL AND release_id IS NULL) OR "
    "(track_id IS NULL AND recording_id IS NOT NULL AND release_id IS NULL) OR "
    "(track_id IS NULL AND recording_id IS NULL AND release_id IS NOT NULL)"
)


def upgrade() -> None:
    for table, columns in _ADDED.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))
    owned = sa.text("owned_at IS NOT NULL")
    op.create_index(
        "ix_play_counters_owned",
        "play_counters",
        ["listener_id", "owned_at", "recording_id"],
        postgresql_where=owned,
        sqlite_where=owned,
    )
    _create_deals()
    _create_purchases()
    _create_gifts()
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER purchases_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON purchases "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER purchases_are_kept_{change.lower()} BEFORE {change} ON purchases "
            f"BEGIN SELECT RAISE(ABORT, 'rows of purchases are only ever added: {change} is "
            "refused'); END"
        )


_ADDED = {
    "accounts": {"country": sa.String(2), "erased_at": Instant()},
    "play_counters": {"downloaded_at": Instant()},
}


def _refers(table: str, column: str, other: str, **options: object) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{other}"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, **options)  # type: ignore[arg-type]


def _create_deals() -> None:
    op.create_table(
        "deals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("track_id", sa.Uuid(), nullable=True),
        sa.Column("recording_id", sa.Uuid(), nullable=True),
        sa.Column("release_id", sa.Uuid(), nullable=True),
        sa.Column("model", sa.String(12), nullable=False),
        sa.Column("territories", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("excluded", sa.JSON(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("key", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_deals"),
        sa.UniqueConstraint("key", name="uq_deals_key"),
        _refers("deals", "track_id", "tracks"),
        _refers("deals", "recording_id", "recordings"),
        _refers("deals", "release_id", "releases"),
        _refers("deals", "made_by", "accounts"),
        sa.CheckConstraint(_SUBJECT, name="ck_deals_one_subject"),
    )
    for column in ("track_id", "recording_id", "release_id"):
        op.create_index(f"ix_deals_{column}", "deals", [column])


def _create_purchases() -> None:
    op.create_table(
        "purchases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("asked", sa.String(60), nullable=False),
        sa.Column("listener_id", sa.Uuid(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("recording_id", sa.Uuid(), nullable=False),
        sa.Column("track_id", sa.Uuid(), nullable=False),
        sa.Column("payee_id", sa.Uuid(), nullable=False),
        sa.Column("first_step", sa.Integer(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("price_millicredits", sa.Integer(), nullable=False),
        sa.Column("bought_at", Instant(), nullable=False),
        sa.Column("txn_id", _NUMBER, nullable=False),
        sa.Column("terms_id", _NUMBER, nullable=False),
        sa.Column("territory", sa.String(2), nullable=True),
        sa.Column("deal_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_purchases"),
        sa.UniqueConstraint("txn_id", name="uq_purchases_txn_id"),
        _refers("purchases", "listener_id", "accounts"),
        _refers("purchases", "payer_id", "accounts"),
        _refers("purchases", "payee_id", "accounts"),
        _refers("purchases", "recording_id", "recordings"),
        _refers("purchases", "track_id", "tracks"),
        _refers("purchases", "txn_id", "ledger_txn", deferrable=True, initially="DEFERRED"),
        _refers("purchases", "terms_id", "terms"),
        _refers("purchases", "deal_id", "deals"),
    )
    for columns in (
        *(("payer_id", "key"), ("listener_id", "recording_id"), ("recording_id", "bought_at")),
        ("payee_id",),
    ):
        op.create_index(f"ix_purchases_{'_'.join(columns)}", "purchases", list(columns))


def _create_gifts() -> None:
    op.create_table(
        "gifts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("giver_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("track_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("recipient_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_gifts"),
        sa.UniqueConstraint("key", name="uq_gifts_key"),
        _refers("gifts", "id", "accounts"),
        _refers("gifts", "giver_id", "accounts"),
        _refers("gifts", "recipient_id", "accounts"),
        _refers("gifts", "track_id", "tracks"),
    )
    op.create_index("ix_gifts_giver_id", "gifts", ["giver_id"])
    op.create_index("ix_gifts_expires_at", "gifts", ["expires_at"])


def downgrade() -> None:
    for table in ("gifts", "purchases", "deals"):
        op.drop_table(table)
    op.drop_index("ix_play_counters_owned", "play_counters")
    for table, columns in _ADDED.items():
        for name in columns:
            op.drop_column(table, name)
