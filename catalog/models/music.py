"""What is heard: recordings, and the tracks that publish them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model

_AUDIBLE = "state IN ('playable', 'complete')"


class Recording(Model):
    """One performance, however many tracks publish it: what plays are counted on."""

    __tablename__ = "recordings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    isrc: Mapped[str | None] = mapped_column(String(12), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Track(Model):
    """A recording as it is published, with its own state, reason and time of change.

    `edited` names what its owner wrote while it was on no release: tags change it no more.
    """

    __tablename__ = "tracks"
    __table_args__ = (
        Index(None, "state", "created_at"),
        # What was heard elsewhere is found again by its name.
        Index(None, "title"),
        # What there is to hear, the newest first.
        Index(
            "ix_tracks_audible",
            "created_at",
            "id",
            postgresql_where=text(_AUDIBLE),
            sqlite_where=text(_AUDIBLE),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), index=True)
    master_id: Mapped[UUID] = mapped_column(ForeignKey("masters.id"), index=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    title: Mapped[str] = mapped_column(String(400))
    artist: Mapped[str] = mapped_column(String(400))
    #: What its owner's file was called, folders and all: a name to read, never one to open.
    path: Mapped[str | None] = mapped_column(String(1000))
    edited: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: Its own cover; where its release has one, that is shown before it.
    artwork_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("artworks.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(1000))
    changed_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    playable_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    completed_at: Mapped[datetime | None] = mapped_column(Instant)
    request_id: Mapped[str] = mapped_column(String(64))
    #: Nobody pays for a play of it, as its owner wants.
    is_free: Mapped[bool] = mapped_column(default=False)
    #: Of what is sung (BCP 47); `zxx` is nothing.
    language: Mapped[str | None] = mapped_column(String(35))
    #: As in `catalog.words`.
    explicit: Mapped[str] = mapped_column(String(8), default="unknown")
    #: The work that is played.
    iswc: Mapped[str | None] = mapped_column(String(11))
    #: MusicBrainz' recording.
    mbid: Mapped[UUID | None] = mapped_column(index=True)
    p_year: Mapped[int | None]
    p_owner: Mapped[str | None] = mapped_column(String(200))
