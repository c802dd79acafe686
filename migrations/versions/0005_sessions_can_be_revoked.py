"""Play sessions can be revoked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("play_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revoked_at", Instant(), nullable=True))
        batch_op.create_index(batch_op.f("ix_play_sessions_revoked_at"), ["revoked_at"])


def downgrade() -> None:
    with op.batch_alter_table("play_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_play_sessions_revoked_at"))
        batch_op.drop_column("revoked_at")
