"""The root of each day of the chain (UTC): a tree over the leaves of what was chained on it.

It is made once the day is over, and is never changed; days on which nothing was chained have none.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, date, datetime

from sqlalchemy import func, insert, select

from accounting.chain import SEALING, day_after
from accounting.ledger import leaf_of, micros_since_epoch
from accounting.links import Root
from accounting.merkle import Growing
from base.database import Session
from base.locks import lock_alone
from catalog.models.base import table_of
from catalog.models.ledger import ChainLink, DayRoot, LedgerTxn

_LINKS, _TXN, _ROOTS = table_of(ChainLink).c, table_of(LedgerTxn).c, table_of(DayRoot).c
_AT_ONCE = 20_000


async def roots(session: Session) -> list[Root]:
    """Answer the roots of all days, the earliest first."""
    rows = await session.execute(select(table_of(DayRoot)).order_by(_ROOTS.day))
    return [_root(*row) for row in rows]


async def roots_between(session: Session, first: date, last: date) -> list[Root]:
    """Answer the roots of the days of a time, the earliest first."""
    some = select(table_of(DayRoot)).where(_ROOTS.day.between(first, last))
    return [_root(*row) for row in await session.execute(some.order_by(_ROOTS.day))]


async def root_of_day(session: Session, day: date) -> Root | None:
    """Answer the root of a day, if it has one."""
    row = (await session.execute(select(table_of(DayRoot)).where(_ROOTS.day == day))).one_or_none()
    return None if row is None else _root(*row)


async def root_over(session: Session, position: int) -> Root | None:
    """Answer the root that covers a link, if there is one yet."""
    query = select(table_of(DayRoot)).where(_ROOTS.first <= position)
    row = (await session.execute(query.order_by(_ROOTS.first.desc()).limit(1))).one_or_none()
    found = None if row is None else _root(*row)
    return found if found is not None and position < found.first + found.size else None


def _root(*row: object) -> Root:
    names = ("day", "first", "size", "root", "head")
    return Root(**dict(zip(names, row, strict=True)))  # type: ignore[arg-type]  # the table's own


async def next_root(session: Session, *, now: datetime) -> Root | None:
    """Answer the root of the earliest day that is over and has none."""
    start = select(func.coalesce(func.max(_ROOTS.first + _ROOTS.size), 1))
    first = await session.scalar(start) or 1
    at = await session.scalar(select(_LINKS.chained_at).where(_LINKS.position == first))
    if at is None or at.astimezone(UTC).date() >= now.astimezone(UTC).date():
        return None
    day, tree = at.astimezone(UTC).date(), Growing()
    size = await _size(session, first, day)
    async for leaves in leaves_of(session, first=first, size=size):
        await asyncio.to_thread(tree.add, leaves)
    last = select(_LINKS.hash).where(_LINKS.position == first + size - 1)
    head = (await session.execute(last)).scalar_one()
    return Root(day=day, first=first, size=size, root=tree.root, head=head)


async def write_root(session: Session, root: Root) -> bool:
    """Write a root, unless links came to its day meanwhile, or somebody else wrote one."""
    await lock_alone(session, SEALING)
    is_known = await root_of_day(session, root.day) is not None
    if is_known or await _size(session, root.first, root.day) != root.size:
        return False
    await session.execute(insert(table_of(DayRoot)).values(asdict(root)))
    return True


async def leaves_of(session: Session, *, first: int, size: int) -> AsyncIterator[bytes]:
    """Answer the leaves of links one after another, many at a time."""
    query = select(_TXN.id, _TXN.booked_at, _TXN.payload)
    query = query.join(table_of(ChainLink), _LINKS.txn_id == _TXN.id)
    for at in range(first, first + size, _AT_ONCE):
        until = min(at + _AT_ONCE, first + size)
        some = query.where(_LINKS.position >= at, _LINKS.position < until)
        yield b"".join(
            leaf_of(txn_id=number, booked_us=micros_since_epoch(booked), payload=payload)
            for number, booked, payload in await session.execute(some.order_by(_LINKS.position))
        )


async def _size(session: Session, first: int, day: date) -> int:
    query = select(func.count()).where(_LINKS.position >= first, _LINKS.chained_at < day_after(day))
    return await session.scalar(query) or 0
