"""What was found when the store was looked over: one row for each time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class StoreCheck(Model):
    """One run of fsck: how much it looked at, and what was wrong.

    `codes` counts all that was found by its code; `flaws` are the first of them, as documents with
    `code`, `subject`, `sentence`, `advice`, `is_loss` and `is_mended`. `kinds` has how many objects
    of each kind there were, and their bytes; checks of earlier versions did not count them.
    """

    __tablename__ = "store_checks"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime] = mapped_column(Instant, index=True)
    objects: Mapped[int]
    #: Objects that were read to their end, and renditions that were decoded.
    read: Mapped[int]
    decoded: Mapped[int]
    masters: Mapped[int]
    losses: Mapped[int]
    mended: Mapped[int]
    codes: Mapped[dict[str, int]] = mapped_column(JSON)
    flaws: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    kinds: Mapped[dict[str, list[int]] | None] = mapped_column(JSON(none_as_null=True))
