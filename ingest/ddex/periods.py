"""When a deal holds. A day is one of the calendar where it holds; an instant is one everywhere.

A wide country has several times of day at once: what holds from a day on holds when that day has
begun in all of the place, and ends when its last day has ended anywhere in it, as nothing is to be
had a minute too long. Without a zone it is the world's: a day begins last at UTC-12, and first at
UTC+14.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from ingest.ddex.canonical import Period

_LAST = timezone(timedelta(hours=-12))
_FIRST = timezone(timedelta(hours=14))
_DAY = timedelta(days=1)
EVER = datetime.max.replace(tzinfo=UTC)


def begins_at(period: Period, zones: Sequence[ZoneInfo] = ()) -> datetime | None:
    """Answer from which instant a period holds in a place of some time zones; None: from none.

    A period that does not say when it starts never does: it is not known when, and DDEX has made it
    say so from 4.2 on.
    """
    starts = period.starts
    if starts is None or isinstance(starts, datetime):
        return starts
    return max(_midnight(starts, zone) for zone in zones or (_LAST,))


def ends_at(period: Period, zones: Sequence[ZoneInfo] = ()) -> datetime:
    """Answer from which instant on a period holds no more; its last day belongs to it."""
    ends = period.ends
    if ends is None or ends == date.max:
        return EVER
    if isinstance(ends, datetime):
        return ends
    return min(_midnight(ends + _DAY, zone) for zone in zones or (_FIRST,))


def is_backwards(period: Period) -> bool:
    """Answer whether it ends before it starts."""
    starts = begins_at(period, (ZoneInfo("UTC"),))
    return starts is not None and ends_at(period, (ZoneInfo("UTC"),)) <= starts


def _midnight(day: date, zone: ZoneInfo | timezone) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
