"""Read who hears what for catalog.colistening, and keep what it finds."""

from __future__ import annotations

from array import array
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Row, Select, delete, exists, func, or_, select

from base.bulk import insert_many
from base.database import Session
from catalog.colistening import Heard, Near
from catalog.insiders import acts_for_its_owner
from catalog.models.base import table_of
from catalog.models.charts import Neighbour
from catalog.models.listening import HistoryChoice
from catalog.models.people import Account
from catalog.models.plays import Counter

#: Of one listener so many are looked at, those first that are owned or were heard most.
MOST_OF_ONE = 200
#: Of more, only some listeners are looked at, by chance of their number: memory is bounded.
MOST_ENTRIES = 3_000_000
#: What was paid for once may have been a try.
_LIKED = 2
_CHANCES = 1_000
_COUNTERS, _NEIGHBOURS = table_of(Counter).c, table_of(Neighbour)
_COLUMNS = ("recording_id", "place", "neighbour_id", "score", "together", "owners")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """Who hears what, and which recordings those are, by number."""

    heard: Heard
    recordings: Sequence[UUID]


async def ears(session: Session, *, most: int = MOST_ENTRIES) -> Ears:
    """Answer what people heard more than once, but those who do not want to be counted."""
    entries = await session.scalar(select(func.count()).select_from(_liked().subquery())) or 0
    chances = _CHANCES if entries <= most else max(1, _CHANCES * most // entries)
    numbers: dict[UUID, int] = {}
    listeners, recordings, owned = array("i"), array("i"), array("b")
    number = -1
    async for basket in _baskets(session, chances):
        number += 1
        for row in basket:
            listeners.append(number)
            recordings.append(numbers.setdefault(row.recording_id, len(numbers)))
            owned.append(row.owned_at is not None)
    heard = Heard(
        listeners=np.frombuffer(listeners, dtype=np.int32),
        recordings=np.frombuffer(recordings, dtype=np.int32),
        owned=np.frombuffer(owned, dtype=np.bool_),
    )
    return Ears(heard=heard, recordings=list(numbers))


async def _baskets(session: Session, chances: int) -> AsyncIterator[list[Row[Any]]]:
    whose: UUID | None = None
    basket: list[Row[Any]] = []
    rows = await session.stream(_liked().order_by(_COUNTERS.listener_id, _COUNTERS.recording_id))
    async for row in rows:
        if row.listener_id != whose:
            if basket:
                yield _most_liked(basket)
            whose, basket = row.listener_id, []
        if row.listener_id.int % _CHANCES < chances:
            basket.append(row)
    if basket:
        yield _most_liked(basket)


def _most_liked(basket: list[Row[Any]]) -> list[Row[Any]]:
    order = sorted(basket, key=lambda row: (row.owned_at is None, -row.plays, row.recording_id))
    return order[:MOST_OF_ONE]


def _liked() -> Select[*tuple[Any, ...]]:
    is_shy = exists().where(
        HistoryChoice.account_id == _COUNTERS.listener_id, HistoryChoice.is_counted.is_(False)
    )
    is_gone = exists().where(Account.id == _COUNTERS.listener_id, Account.erased_at.is_not(None))
    is_inside = acts_for_its_owner(_COUNTERS.listener_id, _COUNTERS.recording_id)
    query = select(
        _COUNTERS.listener_id, _COUNTERS.recording_id, _COUNTERS.plays, _COUNTERS.owned_at
    )
    is_liked = or_(_COUNTERS.plays >= _LIKED, _COUNTERS.owned_at.is_not(None))
    return query.where(is_liked, ~is_shy, ~is_gone, ~is_inside)


async def write_neighbours(
    session: Session,
    found: Iterable[tuple[UUID, Sequence[tuple[UUID, Near]]]],
    *,
    above: UUID | None,
    upto: UUID | None,
) -> None:
    """Let recordings between two numbers have these neighbours, and no others."""
    gone = delete(_NEIGHBOURS)
    if above is not None:
        gone = gone.where(_NEIGHBOURS.c.recording_id > above)
    if upto is not None:
        gone = gone.where(_NEIGHBOURS.c.recording_id <= upto)
    await session.execute(gone)
    rows = [
        (recording, place, other, near.score, near.together, near.owners)
        for recording, some in found
        for place, (other, near) in enumerate(some, start=1)
    ]
    await insert_many(session, _NEIGHBOURS, _COLUMNS, rows)
