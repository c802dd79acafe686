"""What the books have of a month beside what a report tells of it: asked otherwise, to be compared.

The journal is summed up by kinds of transactions, and never by plays, so that one that a report
left out is missed.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, or_, select

from accounting.dsr.usage import Books
from accounting.dsr.using import Closed, payable_to, within
from accounting.ledger import Account, AccountKind, TxnKind
from accounting.statements import Section
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import LedgerEntry, LedgerTxn
from catalog.models.plays import Play
from catalog.models.purchases import Purchase
from catalog.models.statements import StatementLine

_TXN, _ENTRIES, _LINES = table_of(LedgerTxn), table_of(LedgerEntry), table_of(StatementLine)
_PLAYS, _PURCHASES = table_of(Play), table_of(Purchase)
_UNDONE = _TXN.alias("undone")
_COOP = Account(AccountKind.COOP_SHARE).id
_KIND = func.coalesce(_UNDONE.c.kind, _TXN.c.kind)
_SALE = func.coalesce(_UNDONE.c.id, _TXN.c.id)
_SALES = (TxnKind.PLAY, TxnKind.PURCHASE, TxnKind.GIFT)
#: What payees give back of it without a sale that is undone.
_TAKEN = (TxnKind.REFUND, TxnKind.CHARGEBACK)
_TOLD = (Section.PLAYS, Section.PURCHASES, Section.REFUNDS)


async def books_of(session: Session, month: Closed, account_id: UUID | None) -> dict[str, Books]:
    """Answer what the books have of a month, of an account or of all, by currency."""
    if account_id is None:
        return await _of_all(session, month)
    booked = await _sums(session, _entries(month, account_id).where(_KIND.in_(_SALES)))
    elsewhere = await _elsewhere(session, month, account_id)
    is_taken = or_(_KIND.in_(_TAKEN), and_(_KIND == TxnKind.RELEASE, _ENTRIES.c.amount > 0))
    taken = await _sums(session, _entries(month, account_id).where(is_taken))
    told = await _told(session, month, account_id)
    return {
        currency: Books(
            booked=booked.get(currency, 0),
            elsewhere=elsewhere.get(currency, 0),
            taken=taken.get(currency, 0),
            told=told.get(currency, 0),
        )
        for currency in sorted({*booked, *elsewhere, *taken, *told})
    }


async def _of_all(session: Session, month: Closed) -> dict[str, Books]:
    is_coop = _ENTRIES.c.account_id == _COOP
    parts = [
        cast(-func.sum(case((which, _ENTRIES.c.amount), else_=0)), BigInteger)
        for which in (is_coop, ~is_coop)
    ]
    query = _joined(select(_ENTRIES.c.currency, *parts)).where(
        within(month, _TXN.c.booked_at), _KIND.in_(_SALES), _ENTRIES.c.lot == 0
    )
    rows = await session.execute(query.group_by(_ENTRIES.c.currency))
    return {currency: Books(booked=artists, coop=coop) for currency, coop, artists in rows}


async def _elsewhere(session: Session, month: Closed, account_id: UUID) -> dict[str, int]:
    """Answer what came to an account of music that is another's: shares that it has in it."""
    found: dict[str, int] = defaultdict(int)
    for of in (_PLAYS, _PURCHASES):
        query = _entries(month, account_id).join(of, of.c.txn_id == _SALE)
        for currency, amount in (
            await _sums(session, query.where(_KIND.in_(_SALES), of.c.payee_id != account_id))
        ).items():
            found[currency] += amount
    return found


async def _told(session: Session, month: Closed, account_id: UUID) -> dict[str, int]:
    query = select(_LINES.c.currency, cast(func.sum(_LINES.c.amount), BigInteger)).where(
        _LINES.c.period == month.name,
        _LINES.c.version == 1,
        _LINES.c.account_id == payable_to(account_id),
        _LINES.c.section.in_(_TOLD),
    )
    rows = await session.execute(query.group_by(_LINES.c.currency))
    return {currency: amount for currency, amount in rows}  # noqa: C416 - rows are no pairs


def _entries(month: Closed, account_id: UUID) -> Select[Any]:
    """Ask for what came to an account in a month, by currency."""
    amount: ColumnElement[int] = cast(-func.sum(_ENTRIES.c.amount), BigInteger)
    return (
        _joined(select(_ENTRIES.c.currency, amount))
        .where(within(month, _TXN.c.booked_at), _ENTRIES.c.account_id == payable_to(account_id))
        .group_by(_ENTRIES.c.currency)
    )


def _joined(query: Select[Any]) -> Select[Any]:
    undone = and_(_TXN.c.reverses != 0, _UNDONE.c.id == _TXN.c.reverses)
    joined = query.join_from(_ENTRIES, _TXN, _TXN.c.id == _ENTRIES.c.txn_id)
    return joined.outerjoin(_UNDONE, undone)


async def _sums(session: Session, query: Select[Any]) -> dict[str, int]:
    rows = await session.execute(query)
    return {currency: amount for currency, amount in rows}  # noqa: C416 - rows are no pairs
