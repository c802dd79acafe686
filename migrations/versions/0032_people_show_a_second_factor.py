"""People show a second factor: codes of an app, codes on paper, passkeys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_account_id_accounts"
    return sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "authenticators",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.String(400), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_authenticators"),
        _of_account("authenticators"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_recovery_codes"),
        _of_account("recovery_codes"),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(1_023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(2_048), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("is_synced", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("last_used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        sa.UniqueConstraint("credential_id", name="uq_passkeys_credential_id"),
        _of_account("passkeys"),
    )
    for table in ("recovery_codes", "passkeys"):
        op.create_index(f"ix_{table}_account_id", table, ["account_id"])


def downgrade() -> None:
    for table in ("passkeys", "recovery_codes", "authenticators"):
        op.drop_table(table)
