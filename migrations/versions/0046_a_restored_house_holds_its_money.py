"""A restored house holds its money until somebody has said what was compared.

A restoration may have made the table with older rows, in their transaction
(`catalog.restorations.note_restored`): nobody starts with those unheld.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restorations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("backup", sa.String(length=40), nullable=True),
        sa.Column("rows_at", Instant(), nullable=True),
        sa.Column("restored_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("compared", sa.String(length=500), nullable=True),
        sa.Column("resumed_by", sa.Uuid(), nullable=True),
        sa.Column("resumed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["resumed_by"], ["accounts.id"], name=op.f("fk_restorations_resumed_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restorations")),
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_table("restorations")
