"""An act tells from where it came and what became of it; an artist's account may be closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_DONE = "done"


def upgrade() -> None:
    op.add_column("acts", sa.Column("network", sa.String(64), nullable=True))
    op.add_column("acts", sa.Column("request_id", sa.String(64), nullable=True))
    op.add_column("acts", sa.Column("outcome", sa.String(60), nullable=False, server_default=_DONE))
    op.create_index("ix_acts_outcome_id", "acts", ["outcome", "id"])
    op.add_column("accounts", sa.Column("closed_at", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("accounts", "closed_at")
    op.drop_index("ix_acts_outcome_id", "acts")
    for name in ("outcome", "request_id", "network"):
        op.drop_column("acts", name)
