"""Pictures of artists and labels, and covers of single tracks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_TABLES = ("artists", "labels", "tracks")
#: What was sent before is shown with the picture that lies in its file.
_EMBEDDED = """
    UPDATE tracks SET artwork_id = (
        SELECT artwork_id FROM embedded_artworks
        WHERE embedded_artworks.master_id = tracks.master_id
    )
    WHERE state <> 'removed'
    AND master_id IN (SELECT master_id FROM embedded_artworks)
    AND id NOT IN (SELECT holder_id FROM track_versions WHERE holder_id IS NOT NULL)
"""


def upgrade() -> None:
    for table in _TABLES:
        name = f"fk_{table}_artwork_id_artworks"
        refers = sa.ForeignKey("artworks.id", name=name)
        # SQLite adds a column with what it refers to, and nothing that refers to later.
        op.add_column(
            table, sa.Column("artwork_id", sa.Uuid(), refers, nullable=True), inline_references=True
        )
        op.create_index(f"ix_{table}_artwork_id", table, ["artwork_id"])
    op.execute(_EMBEDDED)


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_index(f"ix_{table}_artwork_id", table)
        with op.batch_alter_table(table) as changed:
            changed.drop_column("artwork_id")
