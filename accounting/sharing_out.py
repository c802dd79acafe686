"""A year's surplus, given to members: what each did is read from the books, and booked once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BigInteger, cast, func, select

from accounting.coop import income
from accounting.explaining import booked_within
from accounting.journal import Posted, post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind, account_named
from accounting.months import Month
from accounting.statements import EARNINGS, Section
from accounting.surplus import Claims, SharedOut, SurplusTerms, share_out
from accounting.told import MEMBER
from base.database import Session
from base.errors import Refused
from catalog.models.base import table_of
from catalog.models.ledger import LedgerAccount, LedgerEntry, LedgerTxn, Period
from catalog.models.statements import StatementLine, SurplusParts

_TXN, _ENTRIES, _ACCOUNTS = table_of(LedgerTxn), table_of(LedgerEntry), table_of(LedgerAccount)
_LINES = table_of(StatementLine)
_SURPLUS = Account(AccountKind.SURPLUS)
#: What listeners pay for; undone, it was not paid.
_SPENDING = (TxnKind.PLAY, TxnKind.PURCHASE, TxnKind.GIFT)
#: What artists earn from listeners; the surplus of a year before is none of it.
_EARNING = tuple(each for each in EARNINGS if each is not Section.SURPLUS)


async def shared(
    session: Session, year: int, *, zone: str, currency: str, worked: Mapping[str, int]
) -> SharedOut:
    """Answer how the surplus of a year is shared: all its months must be closed.

    `worked` are members who did the work, by their accounts, with the weight of each.

    Raises:
        Refused: `year-not-closed`, 409; `no-surplus`, 409.

    """
    first, last = Month(year=year, number=1, zone=zone), Month(year=year, number=12, zone=zone)
    row = await session.get(Period, last.name)
    if row is None or row.digest is None:
        raise Refused("year-not-closed", f"{last.name} is not closed yet.", status=409)
    earned = await income(session, first.starts_at, row.ends_at)
    amount = sum(one.amount for one in earned if one.currency == currency)
    claims = Claims(
        earned=await _earned(session, year, currency),
        spent=await _spent(session, first.starts_at, row.ends_at, currency),
        worked=worked,
    )
    terms = await surplus_terms(session, row.ends_at)
    return share_out(amount, terms=terms, claims=claims)


async def give(
    session: Session, given: SharedOut, *, of: Month, currency: str, now: datetime
) -> Posted:
    """Book what members are given at the end `of` a year; what nobody has a claim to stays.

    Raises:
        Refused: `idempotency-mismatch`, 409: something else was given of that year before.

    """
    members = [
        Entry(Account(AccountKind.PAYABLE, f"{MEMBER}{one.member}"), -one.amount, currency)
        for one in given.shares
    ]
    total = sum(one.amount for one in given.shares)
    told = Transaction(
        kind=TxnKind.SURPLUS,
        key=f"surplus:{of.year}:{currency}",
        occurred_at=of.ends_at,
        entries=(Entry(_SURPLUS, total, currency), *members),
        facts={"year": of.year, "surplus": given.amount, "reserve": given.reserve},
    )
    [posted] = await post(session, [told], now=now)
    return posted


async def surplus_terms(session: Session, at: datetime) -> SurplusTerms:
    """Answer the parts that were agreed on at a time."""
    query = select(SurplusParts).where(SurplusParts.valid_from <= at)
    row = await session.scalar(query.order_by(SurplusParts.valid_from.desc()).limit(1))
    if row is None:
        raise Refused("no-surplus-terms", "No parts of a surplus were agreed on.", status=409)
    return SurplusTerms(
        valid_from=row.valid_from,
        artists_ppm=row.artists_ppm,
        listeners_ppm=row.listeners_ppm,
        workers_ppm=row.workers_ppm,
    )


async def _earned(session: Session, year: int, currency: str) -> dict[str, int]:
    """Answer what each payee earned in the months of a year, as their statements tell."""
    amount = cast(func.sum(_LINES.c.amount), BigInteger)
    query = select(_ACCOUNTS.c.name, amount).join(_ACCOUNTS, _ACCOUNTS.c.id == _LINES.c.account_id)
    query = query.where(
        _LINES.c.period.like(f"{year:04}-%"),
        _LINES.c.version == 1,
        _LINES.c.currency == currency,
        _LINES.c.section.in_(_EARNING),
    )
    return {
        account_named(name).of: amount
        for name, amount in await session.execute(query.group_by(_ACCOUNTS.c.name))
    }


async def _spent(session: Session, start: datetime, end: datetime, currency: str) -> dict[str, int]:
    """Answer what each listener paid for plays and tracks, of credit that they had paid for."""
    undone = _TXN.alias("undone")
    kind = func.coalesce(undone.c.kind, _TXN.c.kind)
    query = (
        select(_ACCOUNTS.c.name, cast(func.sum(_ENTRIES.c.amount), BigInteger))
        .select_from(_ENTRIES)
        .join(_TXN, _TXN.c.id == _ENTRIES.c.txn_id)
        .outerjoin(undone, undone.c.id == func.nullif(_TXN.c.reverses, 0))
        .join(_ACCOUNTS, _ACCOUNTS.c.id == _ENTRIES.c.account_id)
        .where(
            _ACCOUNTS.c.name.like(f"{AccountKind.WALLET}:%"),
            _ENTRIES.c.currency == currency,
            kind.in_(_SPENDING),
            booked_within(start, end),
        )
    )
    return {
        account_named(name).of: amount
        for name, amount in await session.execute(query.group_by(_ACCOUNTS.c.name))
    }
