"""The account of an artist or a label is closed in pieces, and it is known how far that is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closures",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("releases", sa.Integer(), nullable=False),
        sa.Column("tracks", sa.Integer(), nullable=False),
        sa.Column("drafts", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name="pk_closures"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_closures_account_id_accounts"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["accounts.id"], name="fk_closures_asked_by_accounts"
        ),
    )
    op.create_index("ix_closures_asked_by_asked_at", "closures", ["asked_by", "asked_at"])


def downgrade() -> None:
    op.drop_table("closures")
