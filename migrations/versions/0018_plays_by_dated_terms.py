"""Tracks can be free, and terms can limit what promotional credit comes to for a payee."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column(
        "tracks", sa.Column("is_free", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    with op.batch_alter_table("tracks") as batch_op:
        batch_op.alter_column("is_free", server_default=None)
    op.add_column("terms", sa.Column("promo_cap_micros", sa.BigInteger(), nullable=True))
    op.create_table(
        "promo_spent",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("payee_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_promo_spent"),
        sa.ForeignKeyConstraint(
            ["payee_id"], ["accounts.id"], name="fk_promo_spent_payee_id_accounts"
        ),
    )
    op.create_index("ix_promo_spent_payee_id_at", "promo_spent", ["payee_id", "at"])


def downgrade() -> None:
    op.drop_table("promo_spent")
    op.drop_column("terms", "promo_cap_micros")
    with op.batch_alter_table("tracks") as batch_op:
        batch_op.drop_column("is_free")
