"""What is put out together: releases, what their tracks are called there, and their artwork."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model
from catalog.states import HIDDEN


class Artwork(Model):
    """A picture as it came; the same bytes are the same artwork. Sizes in pixels, once known."""

    __tablename__ = "artworks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    storage_key: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(1000))
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Instant)


class ArtworkImage(Model):
    """One size of an artwork in one format; `size` is what its longer side may measure."""

    __tablename__ = "artwork_images"
    __table_args__ = (UniqueConstraint("artwork_id", "size", "form"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    artwork_id: Mapped[UUID] = mapped_column(ForeignKey("artworks.id"))
    size: Mapped[int]
    form: Mapped[str] = mapped_column(String(8))
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    storage_key: Mapped[str] = mapped_column(String(200), index=True)


class EmbeddedArtwork(Model):
    """The picture that lies in a master."""

    __tablename__ = "embedded_artworks"

    master_id: Mapped[UUID] = mapped_column(ForeignKey("masters.id"), primary_key=True)
    artwork_id: Mapped[UUID] = mapped_column(ForeignKey("artworks.id"), index=True)


class Release(Model):
    """Tracks that are put out together: a draft until its owner publishes it.

    `edited` names what the owner wrote: tags change it no more. `released_on` and `original_on` are
    dates as tags write them: `2026`, `2026-11` or `2026-11-24`.
    """

    __tablename__ = "releases"
    __table_args__ = (
        *(Index(None, "owner_id", "created_at"), Index(None, "state", "publish_at")),
        # Players list all that is out by their names, page by page.
        *(Index(None, "state", "title", "id"), Index(None, "state", "artist", "title", "id")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    title: Mapped[str] = mapped_column(String(400))
    artist: Mapped[str] = mapped_column(String(400))
    label: Mapped[str | None] = mapped_column(String(200))
    upc: Mapped[str | None] = mapped_column(String(14))
    released_on: Mapped[str | None] = mapped_column(String(10))
    artwork_id: Mapped[UUID | None] = mapped_column(ForeignKey("artworks.id"), index=True)
    edited: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20))
    changed_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    #: As in `catalog.release_types`; null: nobody has said.
    type: Mapped[str | None] = mapped_column(String(12))
    grid: Mapped[str | None] = mapped_column(String(18))
    catalogue_number: Mapped[str | None] = mapped_column(String(60))
    original_on: Mapped[str | None] = mapped_column(String(10))
    #: Of what is printed on it (BCP 47).
    language: Mapped[str | None] = mapped_column(String(35))
    #: The lines of the sound recording (P) and of the work around it (C).
    p_year: Mapped[int | None]
    p_owner: Mapped[str | None] = mapped_column(String(200))
    c_year: Mapped[int | None]
    c_owner: Mapped[str | None] = mapped_column(String(200))
    mbid: Mapped[UUID | None]
    group_mbid: Mapped[UUID | None]
    #: When it comes out, and the clock that its owner reads.
    publish_at: Mapped[datetime | None] = mapped_column(Instant)
    publish_zone: Mapped[str | None] = mapped_column(String(64))
    #: All may know of it before.
    is_announced: Mapped[bool] = mapped_column(default=False)
    #: Why it is what it is.
    reason: Mapped[str | None] = mapped_column(String(1000))

    @property
    def is_draft(self) -> bool:
        """Whether it is still to come out: only its owner may hear it."""
        return self.state in HIDDEN


class ReleaseTrack(Model):
    """Where a track stands on its release; a track is on one release or on none.

    `edited` as of a release.
    """

    __tablename__ = "release_tracks"

    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id"), primary_key=True)
    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), index=True)
    disc: Mapped[int]
    position: Mapped[int]
    edited: Mapped[list[str]] = mapped_column(JSON)


class Credit(Model):
    """Who did what on a track, in the order in which it is told.

    `role` is as it was said, and `kind` what it is one of, see `catalog.credit_roles`.
    """

    __tablename__ = "credits"

    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    ipi: Mapped[str | None] = mapped_column(String(11))
    isni: Mapped[str | None] = mapped_column(String(16))
    artist_id: Mapped[UUID | None] = mapped_column(ForeignKey("artists.id"), index=True)


class Archive(Model):
    """An archive whose files become tracks of a release; `findings` tells of those that do not."""

    __tablename__ = "archives"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), index=True)
    filename: Mapped[str] = mapped_column(String(400))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    storage_key: Mapped[str] = mapped_column(String(200), index=True)
    state: Mapped[str] = mapped_column(String(20))
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
