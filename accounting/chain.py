"""Chain what was booked: each link covers a transaction and, by the link before it, all before.

See `accounting.links`. Who books waits for none of this. A transaction has its number before it is
committed, so that a lower one may come later: whoever chains looks back by a while.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Select, exists, func, select

from accounting.ledger import leaf_of, micros_since_epoch
from accounting.links import BEGINNING, link_hash
from base.bulk import insert_many
from base.database import Session
from base.locks import try_alone
from catalog.models.base import table_of
from catalog.models.ledger import ChainLink, DayRoot, LedgerTxn

#: Held by who adds links, or closes a day of them.
SEALING = "ledger sealing"
#: How far back is looked for what was committed late: each time, now and then.
NEAR, FAR = timedelta(seconds=10), timedelta(minutes=10)
AT_ONCE = 10_000

_LINKS, _TXN, _ROOTS = table_of(ChainLink).c, table_of(LedgerTxn).c, table_of(DayRoot).c
_COLUMNS = ("position", "txn_id", "hash", "chained_at")
#: Of so many of the latest links the highest number is looked for: they come about in order.
_LATEST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of the chain: how long it is, its last hash, and when that was made."""

    position: int = 0
    hash: bytes = BEGINNING
    chained_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)


async def head_of(session: Session) -> Head:
    """Answer the end of the chain."""
    query = select(_LINKS.position, _LINKS.hash, _LINKS.chained_at)
    found = (await session.execute(query.order_by(_LINKS.position.desc()).limit(1))).one_or_none()
    if found is None:
        return Head()
    return Head(position=found.position, hash=found.hash, chained_at=found.chained_at)


async def is_any_unchained(session: Session, *, now: datetime, reach: timedelta | None) -> bool:
    """Answer whether there is anything to chain, without a writer's turn."""
    query = await _unchained(session, now=now, reach=reach, limit=1)
    return (await session.execute(query)).first() is not None


async def seal(
    session: Session, *, now: datetime, reach: timedelta | None, limit: int = AT_ONCE
) -> int:
    """Chain what is not chained yet, the lowest numbers first; answer how many there were.

    What was booked is looked for as far back as `reach`, or from the beginning. Nothing is done
    where somebody else is at it.
    """
    if not await try_alone(session, SEALING):
        return 0
    query = await _unchained(session, now=now, reach=reach, limit=limit)
    found = (await session.execute(query)).all()
    if not found:
        return 0
    head = await head_of(session)
    # Clocks differ: none brings a link before another, or into a day that is closed.
    at = max(now, head.chained_at, await _open_since(session))
    leaves = (
        (
            one.id,
            leaf_of(
                txn_id=one.id, booked_us=micros_since_epoch(one.booked_at), payload=one.payload
            ),
        )
        for one in found
    )
    links = _linked(head, leaves, at)
    await insert_many(session, table_of(ChainLink), _COLUMNS, links)
    return len(links)


def _linked(
    head: Head, leaves: Iterable[tuple[int, bytes]], at: datetime
) -> list[tuple[int, int, bytes, datetime]]:
    links, before, chained_us = [], head.hash, micros_since_epoch(at)
    for position, (number, leaf) in enumerate(leaves, start=head.position + 1):
        before = link_hash(before, leaf=leaf, chained_us=chained_us)
        links.append((position, number, before, at))
    return links


async def _unchained(
    session: Session, *, now: datetime, reach: timedelta | None, limit: int
) -> Select[tuple[int, datetime, bytes]]:
    is_chained = exists().where(_LINKS.txn_id == _TXN.id)
    query = select(_TXN.id, _TXN.booked_at, _TXN.payload).where(~is_chained)
    if reach is not None:
        query = query.where(_TXN.id > await _floor(session, before=now - reach))
    return query.order_by(_TXN.id).limit(limit)


async def _floor(session: Session, *, before: datetime) -> int:
    """Answer a number up to which all is chained that was committed before a time."""
    latest = select(_LINKS.txn_id).where(_LINKS.chained_at < before)
    some = latest.order_by(_LINKS.chained_at.desc()).limit(_LATEST).subquery()
    return await session.scalar(select(func.max(some.c.txn_id))) or 0


async def _open_since(session: Session) -> datetime:
    closed = await session.scalar(select(func.max(_ROOTS.day)))
    return day_after(closed or date(1969, 12, 31))


def day_after(day: date) -> datetime:
    """Answer when a day is over, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)
