"""Read the journal and its chain in blocks, to be recomputed: copied on PostgreSQL, else by rows.

What is no longer as its kind should be is read all the same, and will not agree with its hash; on
SQLite, where it may be anything, it is left out and told by itself, see `odd`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    Select,
    String,
    and_,
    cast,
    func,
    or_,
    select,
    type_coerce,
)

from accounting.contents import (
    ENTRY_COLUMNS,
    Head,
    copied_heads,
    entries_of,
    heads_of,
)
from accounting.copied import Irregular, array_of, body_of, rows_of
from accounting.discrepancy import Discrepancy
from accounting.ledger import micros_since_epoch
from accounting.links import LINK_COLUMNS, copied_links, joined_links, links_of
from base.bulk import copy_out, is_sqlite
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import ChainLink, LedgerAccount, LedgerEntry, LedgerTxn
from catalog.models.statements import StatementHead

#: Numbers above the first, and up to the second.
Bounds = tuple[int, int]

#: Rows of a block: more take more memory, and no less time.
_BLOCK = 25_000
#: How many times the links of a block the numbers between their transactions may be.
_SPREAD = 3
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
_TXN, _ENTRIES, _LINKS = table_of(LedgerTxn).c, table_of(LedgerEntry).c, table_of(ChainLink).c
_TEXT = _TXN.kind + "\n" + _TXN.key + "\n" + _TXN.facts
_HEAD_KINDS = {
    "integer": (_TXN.id, _TXN.reverses, _TXN.size),
    "text": (_TXN.kind, _TXN.key, _TXN.facts, _TXN.occurred_at, _TXN.booked_at),
    "blob": (_TXN.payload,),
}
_ENTRY_KINDS = {
    "integer": (
        *(_ENTRIES.txn_id, _ENTRIES.line, _ENTRIES.account_id),
        *(_ENTRIES.amount, _ENTRIES.lot, _ENTRIES.credits),
    ),
    "text": (_ENTRIES.currency,),
}
_LINK_KINDS = {
    "integer": (_LINKS.position, _LINKS.txn_id),
    "text": (_LINKS.chained_at,),
    "blob": (_LINKS.hash,),
}
_CURRENCY_BYTES = 3
#: Of odd rows no more are told.
_ODD = 500
_FORMAT = "%Y-%m-%d %H:%M:%S.%f"


async def blocks_of_transactions(session: Session, *, rows: int = _BLOCK) -> AsyncIterator[Bounds]:
    """Answer bounds of numbers that all transactions are within, and all entries."""
    async for bounds in _blocks(session, _TXN.id, rows=rows):
        yield bounds


async def blocks_of_links(session: Session) -> AsyncIterator[Bounds]:
    """Answer bounds of positions that all links are within."""
    async for bounds in _blocks(session, _LINKS.position, rows=_BLOCK):
        yield bounds


async def _blocks(
    session: Session, column: ColumnElement[int], *, rows: int
) -> AsyncIterator[Bounds]:
    low: int | None = _LOWEST
    while low is not None:
        query = select(column).where(column > low).order_by(column).offset(rows - 1).limit(1)
        high: int | None = await session.scalar(query)
        yield low, _HIGHEST if high is None else high
        low = high


async def heads(session: Session, bounds: Bounds) -> Iterable[Head]:
    """Answer the transactions within bounds."""
    at = _time(session, _TXN.occurred_at)
    query = select(_TXN.id, at, _TXN.reverses, _TXN.size, _TXN.payload, _TEXT)
    query = query.where(within(_TXN.id, bounds)).order_by(_TXN.id)
    if is_sqlite(session):
        columns = (*query.selected_columns[:-1], type_coerce(cast(_TEXT, LargeBinary), LargeBinary))
        rows = await session.execute(query.with_only_columns(*columns).where(~_is_odd(_HEAD_KINDS)))
        return heads_of(
            (number, _micros(at) or 0, reverses, size, payload, text)
            for number, at, reverses, size, payload, text in rows
        )
    return copied_heads(bytes(body_of(await copy_out(session, query))))


async def entries(session: Session, bounds: Bounds) -> NDArray[np.void]:
    """Answer all entries of transactions whose numbers are within bounds, sorted."""
    columns = (_ENTRIES.txn_id, _ENTRIES.line, _ENTRIES.account_id, _ENTRIES.currency)
    query = select(*columns, _ENTRIES.amount, _ENTRIES.lot, _ENTRIES.credits)
    query = query.where(within(_ENTRIES.txn_id, bounds))
    ordered = query.order_by(_ENTRIES.txn_id, _ENTRIES.line)
    if is_sqlite(session):
        rows = await session.execute(ordered.where(~_is_odd(_ENTRY_KINDS)))
        return entries_of((*row[:3], row[3].encode(), *row[4:]) for row in rows)
    body = body_of(await copy_out(session, ordered))
    try:
        return array_of(body, ENTRY_COLUMNS)
    except Irregular:
        return entries_of(rows_of(body, ENTRY_COLUMNS))


async def links(session: Session, bounds: Bounds) -> NDArray[np.void]:
    """Answer the links within bounds, with what their transactions say."""
    chained, booked = _time(session, _LINKS.chained_at), _time(session, _TXN.booked_at)
    query = (
        select(_LINKS.position, _LINKS.txn_id, _LINKS.hash, chained, booked, _TXN.payload)
        .outerjoin_from(table_of(ChainLink), table_of(LedgerTxn), _TXN.id == _LINKS.txn_id)
        .where(within(_LINKS.position, bounds))
        .order_by(_LINKS.position)
    )
    if not is_sqlite(session):
        return await _copied_links(session, bounds, query)
    rows = await session.execute(query.where(~_is_odd(_LINK_KINDS)))
    return links_of(
        (position, number, hash_, _micros(chained) or 0, _micros(booked), payload)
        for position, number, hash_, chained, booked, payload in rows
    )


async def _copied_links(session: Session, bounds: Bounds, query: Select[Any]) -> NDArray[np.void]:
    """Answer the same, from both tables one after the other where links are as transactions are.

    A join looks each transaction up by itself, which takes the database three times as long.
    """
    alone = select(_LINKS.position, _LINKS.txn_id, _LINKS.hash, _LINKS.chained_at)
    alone = alone.where(within(_LINKS.position, bounds)).order_by(_LINKS.position)
    try:
        found = array_of(body_of(await copy_out(session, alone)), LINK_COLUMNS[:4])
        low, high = _span(found["txn"].astype(np.int64))
        said = select(_TXN.id, _TXN.booked_at, _TXN.payload).order_by(_TXN.id)
        body = body_of(await copy_out(session, said.where(within(_TXN.id, (low - 1, high)))))
        return joined_links(found, array_of(body, (("txn", ">i8"), *LINK_COLUMNS[4:])))
    except Irregular:
        return copied_links(body_of(await copy_out(session, query)))


def _span(numbers: NDArray[np.int64]) -> Bounds:
    """Answer the lowest number and the highest.

    Raises:
        Irregular: some were chained much later than others, and most between are of no use.

    """
    if not len(numbers):
        return 0, 0
    low, high = int(numbers.min()), int(numbers.max())
    if high - low >= _SPREAD * len(numbers):
        raise Irregular
    return low, high


async def odd(session: Session) -> list[Discrepancy]:
    """Find rows that hold what is of another kind than their columns, which SQLite lets anybody do.

    They are left out of all that is read here: what is no number cannot be added up.
    """
    if not is_sqlite(session):
        return []
    found = []
    for number, kinds in ((_TXN.id, _HEAD_KINDS), (_ENTRIES.txn_id, _ENTRY_KINDS)):
        text = cast(type_coerce(number, String), String)
        for one in set(await session.scalars(select(text).where(_is_odd(kinds)).limit(_ODD))):
            sentence = f"Transaction {one} has a value that is not of the kind of its column."
            found.append(Discrepancy(code="odd", subject=f"transaction:{one}", sentence=sentence))
    text = cast(type_coerce(_LINKS.position, String), String)
    for one in await session.scalars(select(text).where(_is_odd(_LINK_KINDS)).limit(_ODD)):
        sentence = f"Link {one} has a value that is not of the kind of its column."
        found.append(Discrepancy(code="odd", subject=f"link:{one}", sentence=sentence))
    return found


def _is_odd(kinds: Mapping[str, Sequence[ColumnElement[Any]]]) -> ColumnElement[bool]:
    each = [func.typeof(one) != kind for kind, columns in kinds.items() for one in columns]
    if kinds is _ENTRY_KINDS:
        each.append(func.length(cast(_ENTRIES.currency, LargeBinary)) != _CURRENCY_BYTES)
    return or_(*each)


async def unchained(session: Session) -> list[tuple[int, datetime]]:
    """Answer transactions that are not in the chain, and when they were booked."""
    missing = _LINKS.txn_id.is_(None)
    query = select(_TXN.id, _TXN.booked_at).outerjoin(table_of(ChainLink), _LINKS.txn_id == _TXN.id)
    return [(number, at) for number, at in await session.execute(query.where(missing))]


async def links_after(session: Session, at: datetime) -> tuple[int, int | None]:
    """Answer how many links were chained after a time, and which of them is the first."""
    query = select(func.count(), func.min(_LINKS.position)).where(_LINKS.chained_at > at)
    number, first = (await session.execute(query)).one()
    return number, first


async def accounts(session: Session) -> AsyncIterator[tuple[int, str]]:
    """Answer all accounts: number and name."""
    columns = table_of(LedgerAccount).c
    found = await session.stream(select(columns.id, columns.name).order_by(columns.id))
    async for number, name in found:
        yield number, name


async def accounts_told(session: Session) -> set[int]:
    """Answer the accounts of payees who were told how they stand, though nothing be theirs yet."""
    return set(await session.scalars(select(StatementHead.account_id).distinct()))


def within(column: ColumnElement[int], bounds: Bounds) -> ColumnElement[bool]:
    """Answer that a number is within bounds."""
    low, high = bounds
    return and_(column > low, column <= high)


def _time(session: Session, column: ColumnElement[datetime]) -> ColumnElement[Any]:
    """Answer a time as it is kept, and not as SQLAlchemy would understand it."""
    return type_coerce(column, String) if is_sqlite(session) else column


def _micros(text: str | None) -> int | None:
    """Answer a time of SQLite's in microseconds since 1970; nothing, where it is not as written."""
    try:
        at = datetime.strptime(text or "", _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return micros_since_epoch(at) if f"{at:{_FORMAT}}" == text else None
