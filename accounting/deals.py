"""Where music may be had, when, and for what: which deal applies.

Without any deal a track is to be had everywhere, and paid for. As soon as there is one, only what
a deal allows is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID


class DealModel(StrEnum):
    """What a deal allows."""

    PAID = "paid"
    FREE = "free"
    UNAVAILABLE = "unavailable"


class Subject(IntEnum):
    """What a deal is about: of several, the one that says more of a track is believed."""

    RELEASE = 1
    RECORDING = 2
    TRACK = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A deal; `territories` are those it is for, or all; countries as ISO 3166-1 writes them."""

    id: UUID
    subject: Subject
    model: DealModel
    territories: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()
    starts_at: datetime
    ends_at: datetime | None = None
    made_at: datetime

    def holds(self, at: datetime) -> bool:
        """Whether it is about an instant."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

    def covers(self, territory: str) -> bool:
        """Whether it is about a territory: one of its list, or of all, less what is excluded."""
        is_listed = self.territories is None or territory in self.territories
        return is_listed and territory not in self.excluded


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """What may be done with a track, and which deal says so, if one does."""

    model: DealModel
    deal_id: UUID | None = None


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

    What is said of the track itself comes before what is said of its recording, and that before
    what is said of its release; of one subject, what began last. Who is nowhere that we know of may
    be anywhere, and may do what one may everywhere: so it comes to the same whether a country is
    excluded from what is allowed, or is told to be another matter.
    """
    if not deals:
        return EVERYWHERE
    held = [one for one in deals if one.holds(at)]
    if territory is not None:
        return _dealt(held, territory)
    named: set[str] = set().union(*((one.territories or set()) | one.excluded for one in held))
    found = [_dealt(held, one) for one in (_ELSEWHERE, *sorted(named))]
    return min(found, key=lambda one: _ALLOWS[one.model])


def _dealt(held: Sequence[Deal], territory: str) -> Dealt:
    apply = [one for one in held if one.covers(territory)]
    if not apply:
        return NOWHERE
    best = max(apply, key=lambda one: (one.subject, one.starts_at, one.made_at, str(one.id)))
    return Dealt(model=best.model, deal_id=best.id)
