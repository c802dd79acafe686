"""Players of OpenSubsonic show that they know a password, which is kept sealed, and list albums."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_releases_state_title_id": ["state", "title", "id"],
    "ix_releases_state_artist_title_id": ["state", "artist", "title", "id"],
}


def upgrade() -> None:
    op.add_column("tokens", sa.Column("sealed", sa.String(400), nullable=True))
    for name, columns in _INDEXES.items():
        op.create_index(op.f(name), "releases", columns)


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(op.f(name), table_name="releases")
    with op.batch_alter_table("tokens") as table:
        table.drop_column("sealed")
