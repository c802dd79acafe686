"""The co-operative has members, dues and shares; and everybody has their own data."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = 1_000_000
#: Dues of a year and who admits, by class; a co-operative sets its own.
_CLASSES = {
    "listener": ("Listeners", 5, "paid"),
    "artist": ("Artists", 10, "operator"),
    "worker": ("Workers", 0, "operator"),
    "label": ("Labels", 50, "operator"),
}
_ONLY_ADDED = ("member_terms", "share_register")


def upgrade() -> None:
    _create_terms()
    _create_memberships()
    _create_charges()
    _create_register()
    _create_privacy()
    for table in _ONLY_ADDED:
        _keep(table)


def _keep(table: str) -> None:
    """Let rows be added only."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_are_kept_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added: {change} is "
            "refused'); END"
        )


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def _create_terms() -> None:
    terms = op.create_table(
        "member_terms",
        sa.Column("class_id", sa.String(20), nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("dues", sa.BigInteger(), nullable=False),
        sa.Column("share_value", sa.BigInteger(), nullable=False),
        sa.Column("shares", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("admission", sa.String(12), nullable=False),
        sa.Column("rights", sa.JSON(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("class_id", "valid_from", name="pk_member_terms"),
    )
    rows = [
        {
            "class_id": name,
            "valid_from": _BEGINNING,
            "title": title,
            "dues": dues * _UNIT,
            "share_value": _UNIT,
            "shares": 1,
            "currency": "EUR",
            "admission": admission,
            "rights": ["vote", "stand", "surplus"],
            "grace_days": 30,
            "is_open": True,
        }
        for name, (title, dues, admission) in _CLASSES.items()
    ]
    op.bulk_insert(terms, rows)


def _create_memberships() -> None:
    goes_on = sa.text("state IN ('applied', 'member', 'lapsed')")
    op.create_table(
        "memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("address", sa.String(500), nullable=True),
        sa.Column("words", sa.String(2000), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("applied_at", Instant(), nullable=False),
        sa.Column("admitted_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("paid_through", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("shown", sa.String(8), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_memberships"),
        sa.UniqueConstraint("number", name="uq_memberships_number"),
        _refers("memberships", "account_id", "accounts"),
    )
    op.create_index(
        "ix_memberships_goes_on",
        "memberships",
        ["account_id"],
        unique=True,
        postgresql_where=goes_on,
        sqlite_where=goes_on,
    )
    op.create_index("ix_memberships_account_id", "memberships", ["account_id"])
    op.create_index("ix_memberships_state_paid_through", "memberships", ["state", "paid_through"])
    op.create_index("ix_memberships_applied_at_id", "memberships", ["applied_at", "id"])
    op.create_table(
        "member_steps",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(12), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(500), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_member_steps"),
        _refers("member_steps", "membership_id", "memberships"),
        _refers("member_steps", "by", "accounts"),
    )
    op.create_index("ix_member_steps_membership_id", "member_steps", ["membership_id"])


def _create_charges() -> None:
    op.create_table(
        "member_charges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("dues", sa.BigInteger(), nullable=False),
        sa.Column("shares", sa.Integer(), nullable=False),
        sa.Column("share_value", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("paid_at", Instant(), nullable=True),
        sa.Column("void_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_member_charges"),
        sa.UniqueConstraint("payment_id", name="uq_member_charges_payment_id"),
        _refers("member_charges", "membership_id", "memberships"),
        _refers("member_charges", "payment_id", "payments"),
    )
    op.create_index("ix_member_charges_membership_id", "member_charges", ["membership_id"])


def _create_register() -> None:
    op.create_table(
        "share_register",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=True),
        sa.Column("to_id", sa.Uuid(), nullable=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(500), nullable=True),
        sa.Column("charge_id", sa.Uuid(), nullable=True),
        sa.Column("txn_id", _NUMBER, nullable=True),
        sa.Column("key", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_share_register"),
        sa.UniqueConstraint("key", name="uq_share_register_key"),
        _refers("share_register", "from_id", "memberships"),
        _refers("share_register", "to_id", "memberships"),
        _refers("share_register", "by", "accounts"),
        _refers("share_register", "charge_id", "member_charges"),
        _refers("share_register", "txn_id", "ledger_txn"),
    )
    for column in ("last", "from_id", "to_id", "charge_id"):
        op.create_index(f"ix_share_register_{column}", "share_register", [column])


def _create_privacy() -> None:
    waits = sa.text("made_at IS NULL")
    op.create_table(
        "personal_exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("made_at", Instant(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("storage_key", sa.String(200), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_personal_exports"),
        _refers("personal_exports", "account_id", "accounts"),
    )
    op.create_index(
        "ix_personal_exports_waits",
        "personal_exports",
        ["account_id"],
        unique=True,
        postgresql_where=waits,
        sqlite_where=waits,
    )
    op.create_index(
        "ix_personal_exports_account_id_asked_at", "personal_exports", ["account_id", "asked_at"]
    )
    op.create_index("ix_personal_exports_expires_at", "personal_exports", ["expires_at"])
    op.create_table(
        "erasures",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_erasures"),
        _refers("erasures", "account_id", "accounts"),
    )
    op.create_index("ix_erasures_due_at", "erasures", ["due_at"])


def downgrade() -> None:
    for table in (
        *("erasures", "personal_exports", "share_register", "member_charges"),
        *("member_steps", "memberships", "member_terms"),
    ):
        op.drop_table(table)
