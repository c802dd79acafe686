"""What happened to somebody's music, in order, and who else wants to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class Event(Model):
    """One thing that happened, numbered from 1 without a gap for each owner.

    It is no foreign key that names the track: what was removed is still told of.
    """

    __tablename__ = "events"
    __table_args__ = (Index(None, "track_id"), Index(None, "at"))

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    track_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Instant)


class Webhook(Model):
    """An address that is told of an owner's events; of those of `kinds`, or of all.

    The secret is kept as it is, since every delivery is signed with it.
    """

    __tablename__ = "webhooks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    url: Mapped[str] = mapped_column(String(2000))
    secret: Mapped[str] = mapped_column(String(100))
    kinds: Mapped[list[str] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    #: What went wrong last; empty again after a delivery.
    trouble: Mapped[str | None] = mapped_column(String(1000))
    #: How many deliveries failed in a row, and until when no other is tried.
    failures: Mapped[int]
    held_until: Mapped[datetime | None] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
