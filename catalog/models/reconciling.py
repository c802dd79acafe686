"""What was found when the books were reconciled: one row for each time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class Reconciliation(Model):
    """One comparison of all that must agree.

    `codes` counts what differs; `differences` are the first of them, as documents with `code`,
    `subject`, `expected`, `found` and `sentence`; `figures` is how much was compared.
    """

    __tablename__ = "reconciliations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime] = mapped_column(Instant, index=True)
    codes: Mapped[dict[str, int]] = mapped_column(JSON)
    differences: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    figures: Mapped[dict[str, int]] = mapped_column(JSON)
