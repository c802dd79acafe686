"""Pictures of artists and labels, covers of single tracks; masters that wait are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_WAITING = "ix_track_versions_made_at_track_id_number"
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
    uuid = sa.Uuid().compile(dialect=op.get_bind().dialect)
    for table in _TABLES:
        name = f"fk_{table}_artwork_id_artworks"
        # SQLite adds a column with what it refers to, and nothing that refers to later. Versions
        # before this one forget a picture without asking who shows it.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN artwork_id {uuid} "
            f"CONSTRAINT {name} REFERENCES artworks (id) ON DELETE SET NULL"
        )
        op.create_index(f"ix_{table}_artwork_id", table, ["artwork_id"])
    op.execute(_EMBEDDED)
    ready = sa.text("state = 'ready'")
    op.create_index(
        _WAITING,
        "track_versions",
        ["made_at", "track_id", "number"],
        postgresql_where=ready,
        sqlite_where=ready,
    )


def downgrade() -> None:
    op.drop_index(_WAITING, "track_versions")
    for table in reversed(_TABLES):
        op.drop_index(f"ix_{table}_artwork_id", table)
        # Not by making the table anew, which forgets what is done as its rows change.
        op.drop_column(table, "artwork_id")
