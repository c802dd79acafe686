"""The sums of sounds are kept, which archives of what somebody owns tell of each file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("renditions", sa.Column("sound_crc32", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("renditions") as table:
        table.drop_column("sound_crc32")
