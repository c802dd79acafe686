"""What plays come to for all: sums by day, charts, and what is heard by the same people."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Date, Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model


class DayOfPlays(Model):
    """What a recording's plays of a day (UTC) come to, see accounting.rollups.

    Artists' plays of their own are not among them, nor what was given back. `paid` are those that
    cost something; `counted` takes of each listener no more than a few.
    """

    __tablename__ = "plays_by_day"
    __table_args__ = (Index(None, "day", "recording_id"),)

    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    plays: Mapped[int]
    listeners: Mapped[int]
    paid: Mapped[int]
    counted: Mapped[int]


class RollupMark(Model):
    """How far plays were counted: all that was settled by then and could be seen.

    What the books come to is counted by the place in their chain.
    """

    __tablename__ = "rollup_marks"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    position: Mapped[int | None] = mapped_column(BigInteger)


class Nearing(Model):
    """A listener who is a step or two away from owning a recording."""

    __tablename__ = "nearing"

    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)


class Trend(Model):
    """How hot a recording is, on a scale on which it need not be written again as it cools."""

    __tablename__ = "trends"

    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    heat: Mapped[float] = mapped_column(Float, index=True)


class ChartRun(Model):
    """When a chart was counted, and of which days: from `since` on, before `until`."""

    __tablename__ = "chart_runs"

    chart: Mapped[str] = mapped_column(String(20), primary_key=True)
    span: Mapped[str] = mapped_column(String(10), primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(Instant)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)


class ChartEntry(Model):
    """A place in a chart. What `score` is, docs/listening.md says for each."""

    __tablename__ = "chart_entries"

    chart: Mapped[str] = mapped_column(String(20), primary_key=True)
    span: Mapped[str] = mapped_column(String(10), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"))
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id"))
    score: Mapped[float] = mapped_column(Float)
    listeners: Mapped[int]


class Neighbour(Model):
    """A recording that is heard by the same people as another, the nearest first.

    `together` is how many hear both, and `owners` how many of them own the one.
    """

    __tablename__ = "neighbours"
    __table_args__ = (Index(None, "neighbour_id"),)

    recording_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    neighbour_id: Mapped[UUID] = mapped_column(ForeignKey("recordings.id"))
    score: Mapped[float] = mapped_column(Float)
    together: Mapped[int]
    owners: Mapped[int]
