"""People have addresses and passwords, sign in and are written to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def _of_account(table: str, column: str = "account_id") -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_accounts"
    return sa.ForeignKeyConstraint([column], ["accounts.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "email_addresses",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("folded", sa.String(254), nullable=False),
        sa.Column("verified_at", Instant(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_email_addresses"),
        _of_account("email_addresses"),
    )
    op.create_index("ix_email_addresses_folded", "email_addresses", ["folded"])
    has_shown = sa.text("verified_at IS NOT NULL")
    op.create_index(
        "uq_email_addresses_folded",
        "email_addresses",
        ["folded"],
        unique=True,
        postgresql_where=has_shown,
        sqlite_where=has_shown,
    )
    op.create_table(
        "passwords",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(255), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_passwords"),
        _of_account("passwords"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.String(100), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("country", sa.String(2), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ins"),
        _of_account("sign_ins"),
        sa.ForeignKeyConstraint(
            ["id"], ["tokens.id"], name="fk_sign_ins_id_tokens", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_sign_ins_account_id", "sign_ins", ["account_id"])
    _create_mailed()


def _create_mailed() -> None:
    op.create_table(
        "account_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(12), nullable=False),
        sa.Column("address", sa.String(254), nullable=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_account_links"),
        sa.UniqueConstraint("digest", name="uq_account_links_digest"),
        _of_account("account_links"),
    )
    op.create_index("ix_account_links_account_id", "account_links", ["account_id"])
    op.create_table(
        "mails",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("trouble", sa.String(1000), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        _of_account("mails"),
    )
    for column in ("account_id", "made_at"):
        op.create_index(f"ix_mails_{column}", "mails", [column])


def downgrade() -> None:
    for table in ("mails", "account_links", "sign_ins", "passwords", "email_addresses"):
        op.drop_table(table)
