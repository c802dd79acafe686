"""Which two deals of a message say something of one use of a release, at one place and time.

A message may have as many deals as its sender wants, all alike: what is looked at has a bound, and
after some of a kind no more is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

from ingest.ddex.canonical import DealTerms, Message, Standing
from ingest.ddex.periods import begins_at, ends_at

#: As many as are worth telling of: a message may have thousands of deals, each wrong alike.
_MOST_ALIKE = 20
#: Of places and times that are put side by side; a message of a large album has some thousands.
_MOST_PLACED, _MOST_COMPARED = 1_000_000, 2_000_000
#: Of the periods of one deal the first are looked at.
_MOST_PERIODS = 50
_ONE_CLOCK = (ZoneInfo("UTC"),)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Offer:
    """What one deal offers: when, and in which countries or parts of them; none: in most."""

    terms: DealTerms
    spans: tuple[tuple[datetime, datetime], ...]
    countries: frozenset[str]

    @property
    def size(self) -> int:
        """How much there is to look at."""
        return 1 + len(self.spans) + len(self.terms.territories.codes)

    def meets(self, other: _Offer) -> bool:
        """Answer whether both hold at one time and place."""
        both = product(self.spans, other.spans)
        return any(
            one[0] < another[1] and another[0] < one[1] for one, another in both
        ) and self.terms.territories.meets(other.terms.territories)


def conflicts(message: Message) -> Iterator[tuple[str, str, DealTerms, DealTerms]]:
    """Answer some pairs of deals, each once: a release, a use, the earlier and the later."""
    told, compared = set[frozenset[int]](), 0
    for (release, used), offers in _by_use(message).items():
        tried = set[frozenset[int]]()
        for one, other in _at_one_time(offers):
            pair = frozenset((id(one), id(other)))
            compared += 1
            if pair not in tried and pair not in told:
                compared += one.size + other.size + len(one.spans) * len(other.spans)
                tried.add(pair)
                if one.meets(other):
                    told.add(pair)
                    yield release, used, one.terms, other.terms
            if len(told) >= _MOST_ALIKE or compared >= _MOST_COMPARED:
                return


def _by_use(message: Message) -> dict[tuple[str, str], list[_Offer]]:
    found, placed = defaultdict[tuple[str, str], list[_Offer]](list), 0
    for deal in message.deals:
        releases = dict.fromkeys(deal.releases)
        for offer in map(_offer, deal.terms):
            uses = dict.fromkeys(one.value for one in offer.terms.uses)
            if offer.terms.standing is not Standing.OFFERED or offer.terms.is_pre_order:
                continue
            for key in ((release, use) for release in releases for use in uses):
                found[key].append(offer)
                placed += offer.size
                if placed >= _MOST_PLACED:
                    return found
    return found


def _offer(terms: DealTerms) -> _Offer:
    where = terms.territories
    periods = terms.periods[:_MOST_PERIODS]
    spans = ((begins_at(one, _ONE_CLOCK), ends_at(one, _ONE_CLOCK)) for one in periods)
    return _Offer(
        terms=terms,
        spans=tuple((begins, ends) for begins, ends in spans if begins and begins < ends),
        countries=frozenset(
            () if where.is_all_but else (one.partition("-")[0] for one in where.codes)
        ),
    )


def _at_one_time(offers: Iterable[_Offer]) -> Iterator[tuple[_Offer, _Offer]]:
    """Answer pairs of one time and country, and all of which one holds in most; some twice."""
    by_country, wide = defaultdict[str, list[_Offer]](list), list[_Offer]()
    for offer in offers:
        if offer.terms.territories.is_all_but:
            wide.append(offer)
        for country in offer.countries:
            by_country[country].append(offer)
    for few in (wide, *by_country.values()):
        yield from _swept(few)
    for one in wide:
        for few in by_country.values():
            for other in few:
                yield one, other


def _swept(offers: Iterable[_Offer]) -> Iterator[tuple[_Offer, _Offer]]:
    """Answer pairs that hold at one time, from the earliest on."""
    spans = [(begins, ends, offer) for offer in offers for begins, ends in offer.spans]
    living = list[tuple[datetime, _Offer]]()
    for begins, ends, offer in sorted(spans, key=lambda one: one[0]):
        living = [one for one in living if one[0] > begins]
        for _, before in living:
            if before is not offer:
                yield before, offer
        living.append((ends, offer))
