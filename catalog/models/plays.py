"""What was heard: sessions, the evidence they leave, and the plays it proves."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model

#: A number the database gives; SQLite numbers only columns called INTEGER.
ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Grant(StrEnum):
    """What a session gives to hear."""

    FULL = "full"
    PREVIEW = "preview"
    OWNED = "owned"


class PlaySession(Model):
    """A listener was given the media of a track; whether it is a play, evidence tells."""

    __tablename__ = "play_sessions"
    __table_args__ = (Index(None, "listener_id", "opened_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id"), index=True)
    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"))
    master_id: Mapped[UUID] = mapped_column(ForeignKey("masters.id"))
    grant: Mapped[str] = mapped_column(String(20))
    duration_ms: Mapped[int]
    threshold_ms: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    active_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(200))
    #: Its address opens nothing from then on.
    revoked_at: Mapped[datetime | None] = mapped_column(Instant, index=True)


class Delivery(Model):
    """Audio whose bytes were served to a session, in milliseconds of the track."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("play_sessions.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    start_ms: Mapped[int]
    end_ms: Mapped[int]


class Heartbeat(Model):
    """What a player said: where it stands, and how long it has played by its own clock."""

    __tablename__ = "heartbeats"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("play_sessions.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    position_ms: Mapped[int]
    elapsed_ms: Mapped[int]


class Counter(Model):
    """How often a listener has paid for a recording, and since when it is theirs.

    The row that settlements of one listener and recording queue up on.
    """

    __tablename__ = "play_counters"
    __table_args__ = (CheckConstraint("plays >= 0", name="plays_not_negative"),)

    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    plays: Mapped[int] = mapped_column(default=0)
    owned_at: Mapped[datetime | None] = mapped_column(Instant)


class Play(Model):
    """A play that counts, once a session; `step` is 1 to 9, or 0 when nothing was due."""

    __tablename__ = "plays"
    __table_args__ = (Index(None, "recording_id", "occurred_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("play_sessions.id"), unique=True)
    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"))
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id"))
    payee_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    step: Mapped[int]
    price_millicredits: Mapped[int]
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime] = mapped_column(Instant)
