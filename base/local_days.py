"""Days of the calendar where they are: when one begins and ends in a place, and which it is now.

A wide country has several times of day at once, and the world has more than a day's worth of them:
a day begins first at UTC+14 and last at UTC-12. Without zones a place is the world.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

_LAST = timezone(timedelta(hours=-12))
_FIRST = timezone(timedelta(hours=14))
_DAY = timedelta(days=1)
#: What has no beginning, and what has no end.
ALWAYS = datetime.min.replace(tzinfo=UTC)
EVER = datetime.max.replace(tzinfo=UTC)


def begins_somewhere(day: date, zones: Sequence[tzinfo] = ()) -> datetime:
    """Answer when a day begins where it does so first."""
    return min(_midnight(day, zone) for zone in zones or (_FIRST,))


def begins_everywhere(day: date, zones: Sequence[tzinfo] = ()) -> datetime:
    """Answer when a day has begun in all of a place."""
    return max(_midnight(day, zone) for zone in zones or (_LAST,))


def ends_somewhere(day: date, zones: Sequence[tzinfo] = ()) -> datetime:
    """Answer when a day ends where it does so first."""
    return EVER if day == date.max else begins_somewhere(day + _DAY, zones)


def ends_everywhere(day: date, zones: Sequence[tzinfo] = ()) -> datetime:
    """Answer when a day is over in all of a place."""
    return EVER if day == date.max else begins_everywhere(day + _DAY, zones)


def instant_somewhere(local: datetime, zones: Sequence[tzinfo] = ()) -> datetime:
    """Answer when clocks show a time of day where they do so first."""
    return min(_utc(local, zone) for zone in zones or (_FIRST,))


def instant_everywhere(local: datetime, zones: Sequence[tzinfo] = ()) -> datetime:
    """Answer when clocks have shown a time of day in all of a place."""
    return max(_utc(local, zone) for zone in zones or (_LAST,))


def days_at(at: datetime, zones: Sequence[tzinfo] = ()) -> list[date]:
    """Answer the days that it is at an instant, in one part of a place or another; two, mostly."""
    if zones:
        return sorted({at.astimezone(zone).date() for zone in zones})
    first, last = at.astimezone(_LAST).date(), at.astimezone(_FIRST).date()
    return [first + number * _DAY for number in range((last - first).days + 1)]


def _midnight(day: date, zone: tzinfo) -> datetime:
    return _utc(datetime.combine(day, time.min), zone)


def _utc(local: datetime, zone: tzinfo) -> datetime:
    try:
        return local.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:  # at an end of the calendar
        return ALWAYS if local.year == date.min.year else EVER
