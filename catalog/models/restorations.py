"""Moments at which rows of an earlier one took the place of the house's own, and where rows are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class Restoration(Model):
    """Rows that are of an earlier moment; money is held until somebody says what was compared.

    `backup` and `rows_at` name what they came from; where PostgreSQL went back by its own log,
    failed over or is another there is neither. `finished_at` is when the tables were brought to
    this version after it.
    """

    __tablename__ = "restorations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    backup: Mapped[str | None] = mapped_column(String(40))
    rows_at: Mapped[datetime | None] = mapped_column(Instant)
    restored_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    compared: Mapped[str | None] = mapped_column(String(500))
    resumed_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    resumed_at: Mapped[datetime | None] = mapped_column(Instant)


class TrustedCluster(Model):
    """A cluster of PostgreSQL, on a timeline, in which nothing is known to be missing.

    Rows that are in another went back or were moved, a standby took over, or it tells other than it
    did; `cluster` is as `base.clusters` tells it.
    """

    __tablename__ = "trusted_clusters"

    cluster: Mapped[str] = mapped_column(String(40), primary_key=True)
    trusted_at: Mapped[datetime] = mapped_column(Instant)
