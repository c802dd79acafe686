"""What charts there are, of which days, and who is let in: rules, without a count of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID


class Chart(StrEnum):
    """What is told in order, for all."""

    NEW = "new"
    TRENDING = "trending"
    MOST_PLAYED = "most-played"
    UP_FOR_OWNERSHIP = "up-for-ownership"
    #: New music that few have heard: what recommendations explore.
    UNDISCOVERED = "undiscovered"


class Span(StrEnum):
    """Of how many days."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


#: Of charts that are of no days but of now.
NOW = "now"
DAYS = {Span.DAY: 1, Span.WEEK: 7, Span.MONTH: 30}
SPANS: Mapping[Chart, Sequence[str]] = {
    Chart.NEW: tuple(Span),
    Chart.TRENDING: (NOW,),
    Chart.MOST_PLAYED: tuple(Span),
    Chart.UP_FOR_OWNERSHIP: (NOW,),
    Chart.UNDISCOVERED: (NOW,),
}
#: How each comes about, in a sentence for whoever reads it.
FORMULAS: Mapping[Chart, str] = {
    Chart.NEW: "What could first be heard in these days, the newest first.",
    Chart.TRENDING: "The people who heard it each day, added up; a day counts for half as much "
    "every three days.",
    Chart.MOST_PLAYED: "Plays of these whole days, of each listener at most four a day.",
    Chart.UP_FOR_OWNERSHIP: "How many listeners are one or two plays away from owning it.",
    Chart.UNDISCOVERED: "The newest music of artists who are in no other chart, and that few have "
    "heard in thirty days; one track of each artist.",
}
#: How long a chart is, and how often the slower ones are counted.
LONGEST = 500
EVERY = {Chart.NEW: timedelta(0), Chart.TRENDING: timedelta(0)}
_EVERY = timedelta(hours=1)
#: Of these days people are counted, so that none is recognised; and artists are new.
_TRENDING_DAYS, _NEW_DAYS = 14, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days from one on and before another (UTC)."""

    since: date
    until: date

    @property
    def last(self) -> date:
        """The last of them."""
        return self.until - timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A recording that may have a place in a chart."""

    recording_id: UUID
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a chart, and the track that is heard for it."""

    recording_id: UUID
    track_id: UUID
    score: float
    listeners: int


def days_of(chart: Chart, span: str, now: datetime) -> Days:
    """Answer the days of a chart; of most played ones they are whole, and so end with yesterday."""
    today = now.date()
    if chart is Chart.MOST_PLAYED:
        return Days(since=today - timedelta(days=DAYS[Span(span)]), until=today)
    tomorrow = today + timedelta(days=1)
    if chart is Chart.NEW:
        return Days(since=today - timedelta(days=DAYS[Span(span)]), until=tomorrow)
    back = _TRENDING_DAYS if chart is Chart.TRENDING else _NEW_DAYS
    return Days(since=today - timedelta(days=back), until=tomorrow)


def is_due(chart: Chart, counted_at: datetime | None, now: datetime) -> bool:
    """Whether a chart is to be counted again: some each time, others every hour and each day."""
    if counted_at is None or counted_at.date() != now.date():
        return True
    return now - counted_at >= EVERY.get(chart, _EVERY)


def placed(
    candidates: Sequence[Candidate],
    *,
    listeners: Mapping[UUID, int],
    tracks: Mapping[UUID, UUID],
    least: int,
) -> list[Place]:
    """Give places to those that can be heard, and that enough people have heard.

    Of fewer than `least` one might see who they are.
    """
    found = [
        Place(
            recording_id=one.recording_id,
            track_id=tracks[one.recording_id],
            score=one.score,
            listeners=listeners.get(one.recording_id, 0),
        )
        for one in candidates
        if one.recording_id in tracks and listeners.get(one.recording_id, 0) >= least
    ]
    return found[:LONGEST]
