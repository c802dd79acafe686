"""What was heard: sessions, the evidence they leave, and the plays it proves."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
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
    #: Nobody pays for it.
    FREE = "free"


class PlaySession(Model):
    """A listener was given the media of a track; whether it is a play, evidence tells.

    `delivered` is all audio whose bytes were served to it, as disjoint intervals in milliseconds
    of the track; `told` is what its heartbeats come to, see accounting.reports.
    """

    __tablename__ = "play_sessions"
    __table_args__ = (
        Index(None, "listener_id", "opened_at"),
        # Few at a time: those that wait to be settled.
        Index(
            "ix_play_sessions_due",
            "active_at",
            postgresql_where=text("state = 'qualified'"),
            sqlite_where=text("state = 'qualified'"),
        ),
        # And those that a person must look at.
        Index(
            "ix_play_sessions_held",
            "active_at",
            postgresql_where=text("state = 'held'"),
            sqlite_where=text("state = 'held'"),
        ),
    )

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
    delivered: Mapped[list[list[int]] | None] = mapped_column(JSON(none_as_null=True))
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    #: The country that it was heard in, as far as we know (ISO 3166-1).
    territory: Mapped[str | None] = mapped_column(String(2))


class EvidenceMark(Model):
    """Which notes of a producer of evidence are written: disjoint intervals of their numbers."""

    __tablename__ = "evidence_marks"

    producer: Mapped[UUID] = mapped_column(primary_key=True)
    written: Mapped[list[list[int]]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class Heartbeat(Model):
    """What a player said: where it stands, and how long it has played by its own clock."""

    __tablename__ = "heartbeats"
    # One that comes twice says nothing new.
    __table_args__ = (UniqueConstraint("session_id", "elapsed_ms", "position_ms"),)

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("play_sessions.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    position_ms: Mapped[int]
    elapsed_ms: Mapped[int]


class Counter(Model):
    """How often a listener has paid for a recording, and since when it is theirs.

    The row that settlements of one listener and recording queue up on.
    """

    __tablename__ = "play_counters"
    __table_args__ = (
        CheckConstraint("plays >= 0", name="plays_not_negative"),
        # A library opens from it alone; what is not owned changes too often to be in it.
        Index(
            "ix_play_counters_owned",
            "listener_id",
            "owned_at",
            "recording_id",
            postgresql_where=text("owned_at IS NOT NULL"),
            sqlite_where=text("owned_at IS NOT NULL"),
        ),
    )

    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    plays: Mapped[int] = mapped_column(default=0)
    owned_at: Mapped[datetime | None] = mapped_column(Instant)
    #: When a file of it was first fetched to keep.
    downloaded_at: Mapped[datetime | None] = mapped_column(Instant)


class Play(Model):
    """A play that counts, once a session; `step` is 1 to 9, or 0 when nothing was due.

    Never edited. One that was paid for names its transaction in the journal; it was refunded if
    that was reversed.
    """

    __tablename__ = "plays"
    __table_args__ = (
        Index(None, "recording_id", "occurred_at"),
        Index(None, "listener_id", "occurred_at"),
        # What is counted by the day looks at those first that came last.
        Index(None, "settled_at", "id"),
        Index(
            "ix_plays_promo",
            "payee_id",
            "occurred_at",
            postgresql_where=text("kind = 'promo'"),
            sqlite_where=text("kind = 'promo'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("play_sessions.id"), unique=True)
    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"))
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id"))
    payee_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    step: Mapped[int]
    price_millicredits: Mapped[int]
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime] = mapped_column(Instant)
    txn_id: Mapped[int | None] = mapped_column(
        ForeignKey("ledger_txn.id", deferrable=True, initially="DEFERRED"), unique=True
    )
    terms_id: Mapped[int | None] = mapped_column(ForeignKey("terms.id"))
    #: Where it was heard, and by which deal it was allowed there.
    territory: Mapped[str | None] = mapped_column(String(2))
    deal_id: Mapped[UUID | None]
