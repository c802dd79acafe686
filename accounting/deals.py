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

    def covers(self, at: datetime, territory: str | None) -> bool:
        """Whether it is about an instant and a territory.

        Who is nowhere that we know of is in no list, and may be where something is excluded.
        """
        if at < self.starts_at or (self.ends_at is not None and self.ends_at <= at):
            return False
        if territory is None:
            return self.territories is None and not self.excluded
        is_listed = self.territories is None or territory in self.territories
        return is_listed and territory not in self.excluded


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """What may be done with a track, and which deal says so, if one does."""

    model: DealModel
    deal_id: UUID | None = None


#: Where nobody said anything.
EVERYWHERE = Dealt(model=DealModel.PAID)


def deal_for(deals: Sequence[Deal], *, at: datetime, territory: str | None) -> Dealt:
    """Answer what applies to a track at an instant in a territory, of all its deals.

    What is said of the track itself comes before what is said of its recording, and that before
    what is said of its release; of one subject, what was said last.
    """
    if not deals:
        return EVERYWHERE
    apply = [one for one in deals if one.covers(at, territory)]
    if not apply:
        return Dealt(model=DealModel.UNAVAILABLE)
    best = max(apply, key=lambda one: (one.subject, one.starts_at, one.made_at, str(one.id)))
    return Dealt(model=best.model, deal_id=best.id)
