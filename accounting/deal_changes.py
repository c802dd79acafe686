"""When what deals allow may change somewhere: what whoever waits for it looks for next."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounting.deals import Deal, is_had_somewhere
from base.local_days import begins_everywhere, begins_somewhere
from base.places import zones_of

_DAY = timedelta(days=1)


def next_change(deals: Collection[Deal], *, after: datetime) -> datetime | None:
    """Answer the first instant after another at which a deal begins or ends anywhere."""
    return min((one for one in _changes(deals) if one > after), default=None)


def next_had(deals: Sequence[Deal], *, after: datetime) -> datetime | None:
    """Answer the first instant after another at which a track may be heard anywhere, if any."""
    later = sorted({one for one in _changes(deals) if one > after})
    return next((one for one in later if is_had_somewhere(deals, at=one)), None)


def _changes(deals: Collection[Deal]) -> Iterator[datetime]:
    """Answer all instants at which a deal may begin or end where any of them may hold."""
    places: set[str] = set().union(*(one.named for one in deals))
    zones = {zone for place in places for zone in zones_of(place)}
    for one in deals:
        yield one.starts_at
        if one.ends_at is not None:
            yield one.ends_at
        if one.starts_on is not None:
            yield from _midnights(one.starts_on, zones)
        if one.ends_on is not None and one.ends_on < date.max:
            yield from _midnights(one.ends_on + _DAY, zones)


def _midnights(day: date, zones: Collection[ZoneInfo]) -> Iterator[datetime]:
    """Answer when a day begins in some zones, and where it does so first and last in the world."""
    yield begins_somewhere(day)
    yield begins_everywhere(day)
    yield from (begins_somewhere(day, (zone,)) for zone in zones)
