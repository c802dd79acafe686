"""Which plays were settled, given back or bought since a time: what was counted of them is stale.

A transaction has its time before it is committed, so what is looked for reaches back by a while,
and is found more than once: who counts by this counts anew, and adds nothing to what there was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select, tuple_

from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import LedgerTxn
from catalog.models.plays import Play
from catalog.models.purchases import Purchase

#: No transaction takes longer, and no two clocks differ by more.
OVERLAP = timedelta(minutes=10)
_NOWHERE = UUID(int=0)
_PLAYS, _PURCHASES, _TXN = table_of(Play).c, table_of(Purchase).c, table_of(LedgerTxn).c
_HEARD = _PLAYS.recording_id, _PLAYS.listener_id, _PLAYS.occurred_at.label("at")
_BOUGHT = _PURCHASES.recording_id, _PURCHASES.listener_id, _PURCHASES.bought_at.label("at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a listener played or bought of a recording on a day is other than it was."""

    recording_id: UUID
    listener_id: UUID
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A play, in the order in which plays were settled."""

    settled_at: datetime
    play_id: UUID = _NOWHERE


async def settled_behind(
    session: Session, place: Place, *, limit: int
) -> tuple[list[Changed], Place | None]:
    """Answer what was settled behind a place, and where to go on if there may be more."""
    order = _PLAYS.settled_at, _PLAYS.id
    query = select(*_HEARD, *order)
    query = query.where(tuple_(*order) > (place.settled_at, place.play_id))
    rows = (await session.execute(query.order_by(*order).limit(limit))).all()
    last = Place(settled_at=rows[-1].settled_at, play_id=rows[-1].id) if rows else None
    return list(_changed(rows)), last if len(rows) == limit else None


async def given_back_since(session: Session, since: datetime) -> list[Changed]:
    """Answer what was given back since a time, of plays and of purchases."""
    found = []
    for what, txn in ((_HEARD, _PLAYS.txn_id), (_BOUGHT, _PURCHASES.txn_id)):
        query = select(*what).join(LedgerTxn, txn == _TXN.reverses).where(_TXN.reverses != 0)
        found += await _booked(session, query, since)
    return found


async def bought_since(session: Session, since: datetime) -> list[Changed]:
    """Answer what was bought since a time."""
    query = select(*_BOUGHT).join(LedgerTxn, _PURCHASES.txn_id == _TXN.id)
    return await _booked(session, query, since)


async def _booked(
    session: Session, query: Select[*tuple[Any, ...]], since: datetime
) -> list[Changed]:
    rows = await session.execute(query.where(_TXN.booked_at >= since))
    return list(_changed(rows.all()))


def _changed(rows: Iterable[Row[*tuple[Any, ...]]]) -> Iterator[Changed]:
    for row in rows:
        day = row.at.astimezone(UTC).date()
        yield Changed(recording_id=row.recording_id, listener_id=row.listener_id, day=day)
