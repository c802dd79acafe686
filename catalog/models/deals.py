"""Where music may be had, and for what; see accounting.deals."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class Deal(Model):
    """A track, a recording or a release may be had in territories from a time on, or may not.

    `territories` are those allowed, and all where there is no list. Nothing of it is changed but
    that it ends. What a partner's message said has its `supplied_id`, and the days that it named:
    those of the calendar where it holds, while `starts_at` and `ends_at` are the instants between
    which it may hold anywhere.
    """

    __tablename__ = "deals"
    __table_args__ = (
        CheckConstraint(
            "(track_id IS NOT NULL AND recording_id IS NULL AND release_id IS NULL) OR "
            "(track_id IS NULL AND recording_id IS NOT NULL AND release_id IS NULL) OR "
            "(track_id IS NULL AND recording_id IS NULL AND release_id IS NOT NULL)",
            name="one_subject",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    track_id: Mapped[UUID | None] = mapped_column(ForeignKey("tracks.id"), index=True)
    recording_id: Mapped[UUID | None] = mapped_column(ForeignKey("recordings.id"), index=True)
    release_id: Mapped[UUID | None] = mapped_column(ForeignKey("releases.id"), index=True)
    model: Mapped[str] = mapped_column(String(12))
    territories: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    excluded: Mapped[list[str]] = mapped_column(JSON)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    starts_on: Mapped[date | None]
    #: Its last day, which belongs to it.
    ends_on: Mapped[date | None]
    #: What it is for, `stream` or `download`; both, where there is no list.
    uses: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    supplied_id: Mapped[UUID | None] = mapped_column(ForeignKey("ddex_releases.id"), index=True)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    #: It is made once: whoever says so again with the same key finds the same.
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
