"""What renditions should be made by, and whether what was made elsewhere comes out the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class Reencoding(Model):
    """What workers make renditions by: an encoder and recipes by rung, since a worker came with it.

    Once it is started the catalogue is made anew by it, `throttle` times as fast as is usual; also
    what nobody knows how it was made, where it is `with_unknown`.
    """

    __tablename__ = "reencodings"

    target: Mapped[str] = mapped_column(String(40), primary_key=True)
    encoder: Mapped[str] = mapped_column(String(100))
    recipes: Mapped[dict[str, str]] = mapped_column(JSON)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    paused_at: Mapped[datetime | None] = mapped_column(Instant)
    throttle: Mapped[float] = mapped_column(default=1.0)
    with_unknown: Mapped[bool] = mapped_column(default=False)


class Recheck(Model):
    """A rendition, made again by another worker, and how the two compare."""

    __tablename__ = "rechecks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    master_id: Mapped[UUID] = mapped_column(ForeignKey("masters.id"))
    rung: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str | None] = mapped_column(String(200))
    checked_by: Mapped[str | None] = mapped_column(String(200))
    encoder: Mapped[str] = mapped_column(String(100))
    verdict: Mapped[str] = mapped_column(String(20), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Instant)
