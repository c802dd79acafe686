"""Where music may be had, when, and for what: which deal applies.

Without any deal a track is to be had everywhere, and paid for. As soon as there is one, only what
a deal allows is. Of several by hand the one that says more of a track is believed, and then what
began last; of what a partner's message says, all of one time, the one that allows least.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from base.local_days import days_at
from base.places import country_in, is_part, names, zones_of


class DealModel(StrEnum):
    """What a deal allows."""

    PAID = "paid"
    FREE = "free"
    UNAVAILABLE = "unavailable"


class DealUse(StrEnum):
    """What music is had for: heard, or kept."""

    STREAM = "stream"
    DOWNLOAD = "download"


class Subject(IntEnum):
    """What a deal is about: of several, the one that says more of a track is believed."""

    RELEASE = 1
    RECORDING = 2
    TRACK = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppliedDeal:
    """What a partner's message says; a day is one of where it holds, and an end includes it.

    `territories` and `excluded` are countries and parts of them; no list of them is the world.
    `uses` are both where there is no list.
    """

    subject: Subject
    subject_id: UUID
    model: DealModel
    territories: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()
    starts: date | datetime
    ends: date | datetime | None = None
    uses: frozenset[DealUse] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A deal; `territories` are those it is for, or all: countries, or parts of them (`US-CA`).

    `starts_on` and `ends_on` are days of where it holds, the last of which belongs to it; then the
    instants are those between which it may hold anywhere. It is for both uses, unless told; for
    none it says no more than that only what deals allow is to be had.
    """

    id: UUID
    subject: Subject
    model: DealModel
    territories: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()
    starts_at: datetime
    ends_at: datetime | None = None
    made_at: datetime
    starts_on: date | None = None
    ends_on: date | None = None
    uses: frozenset[DealUse] | None = None
    #: It is from a partner's message.
    is_supplied: bool = False

    def may_hold(self, at: datetime) -> bool:
        """Whether it is about an instant, on some day."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

    def holds_on(self, day: date) -> bool:
        """Whether it is about a day, where days are told."""
        is_begun = self.starts_on is None or self.starts_on <= day
        return is_begun and (self.ends_on is None or day <= self.ends_on)

    def covers(self, territory: str) -> bool:
        """Whether it is about a territory: one of its list, or of all, less what is excluded."""
        is_listed = self.territories is None or names(self.territories, territory)
        return is_listed and not names(self.excluded, territory)

    def is_about(self, use: DealUse) -> bool:
        """Whether it says anything of a use."""
        return self.uses is None or use in self.uses

    @property
    def named(self) -> frozenset[str]:
        """All territories that it names."""
        return (self.territories or frozenset()) | self.excluded


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """What may be done with a track, and which deal says so, if one does.

    Where another deal says that it may be kept, `download_id` is that one.
    """

    model: DealModel
    deal_id: UUID | None = None
    download_id: UUID | None = None

    @property
    def kept_by(self) -> UUID | None:
        """The deal by which it may be kept."""
        return self.download_id or self.deal_id


#: Where nobody said anything.
EVERYWHERE = Dealt(model=DealModel.PAID)
#: Where nothing that was said allows anything.
NOWHERE = Dealt(model=DealModel.UNAVAILABLE)
#: A territory that no deal names: all of these are alike.
_ELSEWHERE = ""
#: What is believed of who may be in several places: what allows least.
_ALLOWS = {DealModel.UNAVAILABLE: 0, DealModel.PAID: 1, DealModel.FREE: 2}


def deal_for(deals: Sequence[Deal], *, at: datetime, territory: str | None) -> Dealt:
    """Answer what applies to a track at an instant in a territory, of all its deals.

    Plays lead to owning here: a track is paid for only where it may be both heard and kept; for
    nothing it is heard where a deal says so, which needs no more. Who is nowhere that we know of
    may be anywhere, and may do what one may everywhere: so it comes to the same whether a country
    is excluded from what is allowed, or is told to be another matter.
    """
    if not deals:
        return EVERYWHERE
    found = (_streamed_to_own(one) for one in _cases(deals, at=at, territory=territory))
    return _least(found)


def availability(
    deals: Sequence[Deal], *, at: datetime, territory: str | None, use: DealUse
) -> Dealt:
    """Answer what applies to one use of a track, as `deal_for` does to hearing it until owned."""
    if not deals:
        return EVERYWHERE
    return _least(one.dealt(use) for one in _cases(deals, at=at, territory=territory))


def is_had_somewhere(deals: Sequence[Deal], *, at: datetime) -> bool:
    """Answer whether there is a place where a track may be heard at an instant."""
    if not deals:
        return True
    found = (_streamed_to_own(one) for one in _cases(deals, at=at, territory=None))
    return any(one.model is not DealModel.UNAVAILABLE for one in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """The deals that hold in one place on one day; whether a partner's message says what does."""

    deals: Sequence[Deal]
    is_supplied: bool

    def dealt(self, use: DealUse) -> Dealt:
        """Answer what applies to a use.

        What a partner's message offers may be taken away by hand, and what it does not offer is not
        given by hand.
        """
        apply = [one for one in self.deals if one.is_about(use)]
        by_hand = [one for one in apply if not one.is_supplied]
        found = [_newest(by_hand)] if by_hand or not self.is_supplied else []
        if self.is_supplied:
            found.append(_scantest([one for one in apply if one.is_supplied]))
        return _least(found)


def _cases(deals: Sequence[Deal], *, at: datetime, territory: str | None) -> Iterator[_Case]:
    """Answer all that may be so for somebody in a territory, or nowhere that we know of.

    Who is only known to be in a country may be in a part of it; and on one day or another, where
    its clocks are not alike.
    """
    held = [one for one in deals if one.may_hold(at)]
    is_supplied = any(one.is_supplied for one in deals)
    is_dated, any_day = _is_dated(held, at), (at.date(),)
    for place in _places(held, territory):
        there = [one for one in held if one.covers(place)]
        for day in days_at(at, zones_of(place)) if is_dated else any_day:
            on_day = [one for one in there if one.holds_on(day)]
            yield _Case(deals=on_day, is_supplied=is_supplied)


def _is_dated(held: Iterable[Deal], at: datetime) -> bool:
    """Answer whether it matters which day it is: not on most days, as deals go on for years."""
    dated = [one for one in held if one.starts_on or one.ends_on]
    days = days_at(at) if dated else ()
    return any(len({one.holds_on(day) for day in days}) > 1 for one in dated)


def _places(held: Iterable[Deal], territory: str | None) -> Iterator[str]:
    """Answer all places that are not alike, of those where somebody may be."""
    yield _ELSEWHERE if territory is None else territory
    if territory is not None and is_part(territory):
        return
    named: set[str] = set().union(*(one.named for one in held))
    for one in sorted(named):
        if territory is None or (is_part(one) and country_in(one) == territory):
            yield one


def _newest(apply: Sequence[Deal]) -> Dealt:
    if not apply:
        return NOWHERE
    best = max(apply, key=lambda one: (one.subject, one.starts_at, one.made_at, str(one.id)))
    return Dealt(model=best.model, deal_id=best.id)


def _scantest(apply: Sequence[Deal]) -> Dealt:
    if not apply:
        return NOWHERE
    subject = max(one.subject for one in apply)
    about = [one for one in apply if one.subject is subject]
    best = min(about, key=lambda one: (_ALLOWS[one.model], one.starts_at, str(one.id)))
    return Dealt(model=best.model, deal_id=best.id)


def _streamed_to_own(case: _Case) -> Dealt:
    heard = case.dealt(DealUse.STREAM)
    if heard.model is not DealModel.PAID:
        return heard
    kept = case.dealt(DealUse.DOWNLOAD)
    if kept.model is DealModel.UNAVAILABLE:
        return kept
    other = kept.deal_id if kept.deal_id != heard.deal_id else None
    return Dealt(model=heard.model, deal_id=heard.deal_id, download_id=other)


def _least(found: Iterable[Dealt]) -> Dealt:
    """Answer what allows least; where nothing does at all, the rest is not worked out."""
    least: Dealt | None = None
    for one in found:
        if one.model is DealModel.UNAVAILABLE:
            return one
        if least is None or _ALLOWS[one.model] < _ALLOWS[least.model]:
            least = one
    return least or NOWHERE
