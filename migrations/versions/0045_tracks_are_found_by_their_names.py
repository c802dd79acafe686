"""Tracks are found by title and by MusicBrainz' id, as what is heard elsewhere names them."""

from __future__ import annotations

from migrations.beside import create_index, drop_index

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_INDEXES = {"ix_tracks_title": ["title"], "ix_tracks_mbid": ["mbid"]}


def upgrade() -> None:
    for name, columns in _INDEXES.items():
        create_index(name, "tracks", columns)


def downgrade() -> None:
    for name in _INDEXES:
        drop_index(name, "tracks")
