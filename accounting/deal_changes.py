"""When what deals allow may change somewhere: what whoever waits for it looks for next."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from accounting.deals import Deal, is_had_somewhere
from base.local_days import EVER, begins_somewhere, ends_somewhere
from base.places import zones_of


def next_change(deals: Collection[Deal], *, after: datetime) -> datetime | None:
    """Answer the first instant after another at which a deal begins or ends anywhere."""
    return min((one for one in _changes(deals) if one > after), default=None)


def next_had(deals: Sequence[Deal], *, after: datetime) -> datetime | None:
    """Answer the first instant after another at which a track may be heard anywhere, if any."""
    later = sorted({one for one in _changes(deals) if one > after})
    return next((one for one in later if is_had_somewhere(deals, at=one)), None)


def _changes(deals: Collection[Deal]) -> Iterator[datetime]:
    for one in deals:
        yield one.starts_at
        if one.ends_at is not None:
            yield one.ends_at
        # Of what holds all over the world the first and the last place are told by its instants.
        for place in one.named if one.starts_on or one.ends_on else ():
            yield from _midnights(one, place)


def _midnights(deal: Deal, place: str) -> Iterator[datetime]:
    for zone in zones_of(place):
        if deal.starts_on is not None and deal.starts_on > date.min:
            yield begins_somewhere(deal.starts_on, (zone,))
        if deal.ends_on is not None and (end := ends_somewhere(deal.ends_on, (zone,))) < EVER:
            yield end
