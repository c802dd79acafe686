"""Rows know in which clusters of PostgreSQL money could leave.

It is filled in by the hour's work (`catalog.restorations.note_first_cluster`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trusted_clusters",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("trusted_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("cluster", name=op.f("pk_trusted_clusters")),
    )


def downgrade() -> None:
    op.drop_table("trusted_clusters")
