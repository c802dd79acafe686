"""Who was in the earlier house and had signed up here has one account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "earlier_people",
        sa.Column("number", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_earlier_people_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_earlier_people")),
        sa.UniqueConstraint("account_id", name=op.f("uq_earlier_people_account_id")),
    )


def downgrade() -> None:
    op.drop_table("earlier_people")
