"""Histories of listening that others keep: what they are told of ours, and what we of theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class ScrobbleLink(Model):
    """An account elsewhere that is told what its owner listens to; what opens it is `sealed`.

    `server` is the address that is spoken to. Nothing that was opened before `connected_at` is
    told. `failures` are attempts in a row that came to nothing, and `held_until` is when the next
    one is made.
    """

    __tablename__ = "scrobble_links"
    __table_args__ = (UniqueConstraint("account_id", "service", "server"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    service: Mapped[str] = mapped_column(String(20))
    server: Mapped[str] = mapped_column(String(400))
    username: Mapped[str | None] = mapped_column(String(200))
    sealed: Mapped[str | None] = mapped_column(String(2000))
    #: What its owner has still to allow at the service, sealed.
    asked: Mapped[str | None] = mapped_column(String(2000))
    state: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime] = mapped_column(Instant)
    connected_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    #: What went wrong last; empty again once something was taken.
    trouble: Mapped[str | None] = mapped_column(String(1000))
    failures: Mapped[int]
    held_until: Mapped[datetime | None] = mapped_column(Instant)


class Scrobble(Model):
    """A session as it is told to one account elsewhere: once, whatever happens.

    `listened_at` is when it began to sound; `reason` is why it will never be taken.
    """

    __tablename__ = "scrobbles"
    __table_args__ = (
        Index(None, "link_id", "state", "listened_at"),
        Index(None, "session_id"),
        Index(None, "changed_at"),
    )

    link_id: Mapped[UUID] = mapped_column(
        ForeignKey("scrobble_links.id", ondelete="CASCADE"), primary_key=True
    )
    session_id: Mapped[UUID] = mapped_column(ForeignKey("play_sessions.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    listened_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(String(1000))


class HeardElsewhere(Model):
    """What a listener listened to elsewhere, as a program of theirs said: it counts for nobody.

    `number` is made of the names; `info` is what else was told. `track_id` is the track of ours
    that it is, if we have it: no foreign key, as what is gone leaves its names.
    """

    __tablename__ = "heard_elsewhere"
    __table_args__ = (
        UniqueConstraint("account_id", "listened_at", "number"),
        Index(None, "account_id", "listened_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    listened_at: Mapped[datetime] = mapped_column(Instant)
    number: Mapped[UUID]
    track: Mapped[str] = mapped_column(String(2000))
    artist: Mapped[str] = mapped_column(String(2000))
    release: Mapped[str | None] = mapped_column(String(2000))
    info: Mapped[dict[str, Any]] = mapped_column(JSON)
    track_id: Mapped[UUID | None]
    told_at: Mapped[datetime] = mapped_column(Instant)
