"""What is suspected of plays, by which limits, and what people decided."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model
from catalog.models.plays import ROW_NUMBER


class SuspicionLimits(Model):
    """How much of each figure is too much from a time on; never edited."""

    __tablename__ = "suspicion_limits"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(Instant, unique=True)
    limits: Mapped[dict[str, int]] = mapped_column(JSON)
    #: Who set them, and why.
    by_name: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(String(500))


class PlaySuspicion(Model):
    """The figures that a play was weighed by, and the verdict: made again from the limits.

    `features` is JSON, see accounting.suspicion; `reason` is empty for a play that passed. Nothing
    refers to another table: each reference would be looked up, and locked, for every play.
    """

    __tablename__ = "play_suspicions"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    weighed_at: Mapped[datetime] = mapped_column(Instant)
    #: The row of `suspicion_limits`.
    limits_id: Mapped[int] = mapped_column(ROW_NUMBER)
    reason: Mapped[str] = mapped_column(String(40))
    features: Mapped[str] = mapped_column(Text)


class HoldDecision(Model):
    """What a person did about a play that was held, or settled: who, when and why."""

    __tablename__ = "hold_decisions"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("play_sessions.id"), index=True)
    decision: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(Instant)
    #: No account, where it was done from the command line.
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(String(500))
