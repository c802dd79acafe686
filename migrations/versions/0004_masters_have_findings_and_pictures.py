"""Masters have findings and pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("masters", schema=None) as batch_op:
        batch_op.add_column(sa.Column("findings", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("overview_key", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("spectrogram_key", sa.String(length=200), nullable=True))


def downgrade() -> None:
    # Not as a batch: SQLite would make the table anew, which rows that refer to it forbid.
    op.drop_column("masters", "spectrogram_key")
    op.drop_column("masters", "overview_key")
    op.drop_column("masters", "findings")
