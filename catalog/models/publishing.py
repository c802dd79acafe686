"""How releases come out: what was decided of them, who waits for them, and new masters."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class ReleaseMove(Model):
    """What happened to a release, in order: by whom, why, and what its state was after it.

    `tracks` are those that went with it: whoever reinstates a release reinstates them.
    """

    __tablename__ = "release_moves"

    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    #: Nobody: it was time.
    by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    #: By somebody who looks after all releases, and not only their own.
    is_overseen: Mapped[bool]
    note: Mapped[str | None] = mapped_column(String(1000))
    tracks: Mapped[list[str]] = mapped_column(JSON)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Instant)


class PreSave(Model):
    """A listener wants a release before it is out; then it is theirs to find: `fulfilled_at`."""

    __tablename__ = "pre_saves"
    __table_args__ = (Index(None, "listener_id", "at"),)

    release_id: Mapped[UUID] = mapped_column(ForeignKey("releases.id"), primary_key=True)
    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    fulfilled_at: Mapped[datetime | None] = mapped_column(Instant)


class TrackVersion(Model):
    """A master of a track: the one that is heard, one that was, or one that is on its way.

    `holder_id` is a track that nobody hears, by which the master is examined and kept while it is
    not the one that is heard.
    """

    __tablename__ = "track_versions"
    __table_args__ = (
        # Those that wait to be looked at, which are few.
        Index(
            None,
            *("made_at", "track_id", "number"),
            postgresql_where=text("state = 'ready'"),
            sqlite_where=text("state = 'ready'"),
        ),
    )

    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    master_id: Mapped[UUID] = mapped_column(ForeignKey("masters.id"), index=True)
    holder_id: Mapped[UUID | None] = mapped_column(ForeignKey("tracks.id"), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(1000))
    note: Mapped[str | None] = mapped_column(String(1000))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    #: When it was last put in the place of another.
    used_at: Mapped[datetime | None] = mapped_column(Instant)
