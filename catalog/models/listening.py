"""What listeners keep for themselves: favourites, ratings, whom they follow, their queue."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class Favourite(Model):
    """Something that somebody likes; it is no foreign key: what is gone leaves a gap to read."""

    __tablename__ = "favourites"
    __table_args__ = (
        Index(None, "account_id", "kind", "since", "subject_id"),
        Index(None, "kind", "subject_id"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(Instant)


class Rating(Model):
    """How many stars of five somebody gives something; nobody else is told."""

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        Index(None, "account_id", "kind", "rated_at", "subject_id"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    stars: Mapped[int] = mapped_column(SmallInteger)
    rated_at: Mapped[datetime] = mapped_column(Instant)


class Follow(Model):
    """Somebody wants to hear of what an artist or a label puts out, or a person lists."""

    __tablename__ = "follows"
    __table_args__ = (
        Index(None, "account_id", "since", "subject_id"),
        Index(None, "kind", "subject_id"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(Instant)


class PlayQueue(Model):
    """What somebody hears next, wherever they go on: `tracks` in order, and where they are.

    `current` counts from 0; there is none of an empty queue. `version` counts its changes, and
    `changed_by` is what the device that made the last one calls itself.
    """

    __tablename__ = "play_queues"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    tracks: Mapped[list[str]] = mapped_column(JSON)
    current: Mapped[int | None]
    position_ms: Mapped[int]
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str] = mapped_column(String(100))


class HistoryChoice(Model):
    """What somebody wants of what they heard: to forget all before a time, not to be counted.

    The books keep what was paid. Who is not `is_counted` is in nobody's recommendations.
    """

    __tablename__ = "history_choices"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    forgotten_before: Mapped[datetime | None] = mapped_column(Instant)
    is_counted: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class ForgottenSession(Model):
    """One session that its listener took out of their history."""

    __tablename__ = "forgotten_sessions"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("play_sessions.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
