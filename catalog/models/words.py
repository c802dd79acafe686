"""What music is like, and what is sung: genres, tags and lyrics."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class TrackGenre(Model):
    """A genre of a track, by its name in `catalog.genres`; `number` 0 is the first."""

    __tablename__ = "track_genres"
    __table_args__ = (Index(None, "genre", "track_id"),)

    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id"), primary_key=True)
    genre: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int]


class ReleaseGenre(Model):
    """A genre of a release; as of a track."""

    __tablename__ = "release_genres"
    __table_args__ = (Index(None, "genre", "release_id"),)

    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), primary_key=True)
    genre: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int]


class TrackTag(Model):
    """A word that anybody may choose for a track, folded so that it is found."""

    __tablename__ = "track_tags"
    __table_args__ = (Index(None, "tag", "track_id"),)

    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(60), primary_key=True)


class ReleaseTag(Model):
    """A word for a release; as for a track."""

    __tablename__ = "release_tags"
    __table_args__ = (Index(None, "tag", "release_id"),)

    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(60), primary_key=True)


class Lyrics(Model):
    """What is sung on a track: as text, and with times (LRC, see `ingest.lrc`) where it has any."""

    __tablename__ = "lyrics"

    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id"), primary_key=True)
    #: BCP 47.
    language: Mapped[str | None] = mapped_column(String(35))
    plain: Mapped[str] = mapped_column(Text)
    synced: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Instant)
