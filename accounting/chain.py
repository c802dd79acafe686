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
from base.bulk import insert_many, is_sqlite
from base.database import Session
from base.errors import Unavailable
from base.locks import try_alone
from catalog.models.base import table_of
from catalog.models.ledger import ChainLink, DayRoot, LedgerTxn

#: Held by who adds links, or closes a day of them.
SEALING = "ledger sealing"
#: What clocks of computers may differ by that have the right time.
APART = timedelta(minutes=1)
#: How far back is looked for what was committed late: each time, now and then.
NEAR, FAR = timedelta(seconds=10), timedelta(minutes=10)
AT_ONCE = 10_000

_LINKS, _TXN, _ROOTS = table_of(ChainLink).c, table_of(LedgerTxn).c, table_of(DayRoot).c
_COLUMNS = ("position", "txn_id", "hash", "chained_at")
#: Of so many of the latest links the highest number is looked for: they come about in order.
_LATEST = 1_000
_LOWEST = -(2**63)


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


async def require_clock(session: Session, *, now: datetime) -> None:
    """Require that a clock is not ahead of that of the database, which all have.

    A link from the future would keep all days until then from having a root. On SQLite there is
    but one clock, that of the computer.

    Raises:
        Unavailable: `clock-ahead`: whoever else chains has the right time.

    """
    if is_sqlite(session):
        return
    there = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    if now > there + APART:
        raise Unavailable("clock-ahead", f"Our clock says {now}, that of the database {there}.")


async def floor(session: Session, *, now: datetime, reach: timedelta | None) -> int:
    """Answer a number up to which all is chained that was committed longer than `reach` ago.

    Without `reach` nothing is taken to be.
    """
    if reach is None:
        return _LOWEST
    latest = select(_LINKS.txn_id).where(_LINKS.chained_at < now - reach)
    some = latest.order_by(_LINKS.chained_at.desc()).limit(_LATEST).subquery()
    return await session.scalar(select(func.max(some.c.txn_id))) or _LOWEST


async def is_any_unchained(session: Session, *, above: int) -> bool:
    """Answer whether there is anything to chain above a number, without a writer's turn."""
    return (await session.execute(_unchained(above, limit=1))).first() is not None


async def seal(session: Session, *, now: datetime, above: int, limit: int = AT_ONCE) -> list[int]:
    """Chain what is not chained yet, the lowest numbers first; answer their numbers.

    They are above a number, see `floor`. Nothing is done where somebody else is at it.
    """
    if not await try_alone(session, SEALING):
        return []
    found = (await session.execute(_unchained(above, limit=limit))).all()
    if not found:
        return []
    head = await head_of(session)
    # Clocks differ: none brings a link before another, or into a day that is closed.
    at = max(now, head.chained_at, await _open_since(session))
    leaves = (
        leaf_of(txn_id=one.id, booked_us=micros_since_epoch(one.booked_at), payload=one.payload)
        for one in found
    )
    numbers = [one.id for one in found]
    links = _linked(head, zip(numbers, leaves, strict=True), at)
    await insert_many(session, table_of(ChainLink), _COLUMNS, links)
    return numbers


def _linked(
    head: Head, leaves: Iterable[tuple[int, bytes]], at: datetime
) -> list[tuple[int, int, bytes, datetime]]:
    links, before, chained_us = [], head.hash, micros_since_epoch(at)
    for position, (number, leaf) in enumerate(leaves, start=head.position + 1):
        before = link_hash(before, leaf=leaf, chained_us=chained_us)
        links.append((position, number, before, at))
    return links


def _unchained(above: int, *, limit: int) -> Select[int, datetime, bytes]:
    is_chained = exists().where(_LINKS.txn_id == _TXN.id)
    query = select(_TXN.id, _TXN.booked_at, _TXN.payload)
    return query.where(_TXN.id > above, ~is_chained).order_by(_TXN.id).limit(limit)


async def _open_since(session: Session) -> datetime:
    closed = await session.scalar(select(func.max(_ROOTS.day)))
    return day_after(closed or date(1969, 12, 31))


def day_after(day: date) -> datetime:
    """Answer when a day is over, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)
