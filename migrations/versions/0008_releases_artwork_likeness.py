"""Releases, artwork, likeness."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from base.database import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "artworks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artworks")),
        sa.UniqueConstraint("sha256", name=op.f("uq_artworks_sha256")),
    )
    op.create_table(
        "holds",
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("storage_key", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_until"), "holds", ["until"])

    op.create_table(
        "artwork_images",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("artwork_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["artwork_id"], ["artworks.id"], name=op.f("fk_artwork_images_artwork_id_artworks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artwork_images")),
        sa.UniqueConstraint(
            "artwork_id", "size", "form", name=op.f("uq_artwork_images_artwork_id_size_form")
        ),
    )
    op.create_index(op.f("ix_artwork_images_storage_key"), "artwork_images", ["storage_key"])

    op.create_table(
        "releases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("artist", sa.String(length=400), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=True),
        sa.Column("upc", sa.String(length=14), nullable=True),
        sa.Column("released_on", sa.String(length=10), nullable=True),
        sa.Column("artwork_id", sa.Uuid(), nullable=True),
        sa.Column("edited", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("published_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["artwork_id"], ["artworks.id"], name=op.f("fk_releases_artwork_id_artworks")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["accounts.id"], name=op.f("fk_releases_owner_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
    )
    op.create_index(op.f("ix_releases_artwork_id"), "releases", ["artwork_id"])
    op.create_index(op.f("ix_releases_owner_id_created_at"), "releases", ["owner_id", "created_at"])

    op.create_table(
        "embedded_artworks",
        sa.Column("master_id", sa.Uuid(), nullable=False),
        sa.Column("artwork_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["artwork_id"], ["artworks.id"], name=op.f("fk_embedded_artworks_artwork_id_artworks")
        ),
        sa.ForeignKeyConstraint(
            ["master_id"], ["masters.id"], name=op.f("fk_embedded_artworks_master_id_masters")
        ),
        sa.PrimaryKeyConstraint("master_id", name=op.f("pk_embedded_artworks")),
    )
    op.create_index(op.f("ix_embedded_artworks_artwork_id"), "embedded_artworks", ["artwork_id"])
    op.create_table(
        "archives",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("filename", sa.String(length=400), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_archives_release_id_releases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archives")),
    )
    op.create_index(op.f("ix_archives_release_id"), "archives", ["release_id"])
    op.create_index(op.f("ix_archives_storage_key"), "archives", ["storage_key"])

    op.create_table(
        "fingerprint_terms",
        sa.Column("term", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("master_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id"], ["masters.id"], name=op.f("fk_fingerprint_terms_master_id_masters")
        ),
        sa.PrimaryKeyConstraint("term", "master_id", name=op.f("pk_fingerprint_terms")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_fingerprint_terms_master_id"), "fingerprint_terms", ["master_id"])

    op.create_table(
        "likenesses",
        sa.Column("master_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("errors", sa.Double(), nullable=False),
        sa.Column("offset_s", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id"], ["masters.id"], name=op.f("fk_likenesses_master_id_masters")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["masters.id"], name=op.f("fk_likenesses_other_id_masters")
        ),
        sa.PrimaryKeyConstraint("master_id", "other_id", name=op.f("pk_likenesses")),
    )
    op.create_index(op.f("ix_likenesses_other_id"), "likenesses", ["other_id"])

    op.create_table(
        "credits",
        sa.Column("track_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_credits_track_id_tracks")
        ),
        sa.PrimaryKeyConstraint("track_id", "number", name=op.f("pk_credits")),
    )
    op.create_table(
        "release_tracks",
        sa.Column("track_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("disc", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("edited", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_release_tracks_release_id_releases")
        ),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_release_tracks_track_id_tracks")
        ),
        sa.PrimaryKeyConstraint("track_id", name=op.f("pk_release_tracks")),
    )
    op.create_index(op.f("ix_release_tracks_release_id"), "release_tracks", ["release_id"])

    op.add_column("masters", sa.Column("tags", sa.JSON(), nullable=True))
    op.create_index(op.f("ix_masters_pcm_sha256"), "masters", ["pcm_sha256"])
    op.add_column("tracks", sa.Column("path", sa.String(length=1000), nullable=True))

    op.add_column("uploads", sa.Column("release_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_renditions_storage_key"), "renditions", ["storage_key"])


def downgrade() -> None:
    # The code of before would let everybody hear drafts, and knows nothing of removed tracks.
    op.execute(
        sa.text(
            "UPDATE tracks SET state = 'withdrawn' WHERE state <> 'rejected' AND id IN ("
            "SELECT track_id FROM release_tracks JOIN releases ON releases.id = release_id "
            "WHERE releases.state = 'draft')"
        )
    )
    op.execute(
        sa.text(
            "UPDATE tracks SET state = 'rejected', reason = 'It was deleted.' "
            "WHERE state = 'removed'"
        )
    )
    op.drop_index(op.f("ix_renditions_storage_key"), "renditions")
    op.drop_column("uploads", "release_id")

    op.drop_column("tracks", "path")
    op.drop_index(op.f("ix_masters_pcm_sha256"), "masters")
    op.drop_column("masters", "tags")

    op.drop_table("release_tracks")
    op.drop_table("credits")
    op.drop_table("likenesses")
    op.drop_table("fingerprint_terms")
    op.drop_table("archives")
    op.drop_table("releases")
    op.drop_table("embedded_artworks")
    op.drop_table("artwork_images")
    op.drop_table("holds")
    op.drop_table("artworks")
