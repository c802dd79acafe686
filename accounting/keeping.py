"""What is kept of a closed month: what payees are told of it, and what each account came to.

The database works it out; what passes through here is a line at a time, to be hashed.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    union_all,
)

from accounting.explaining import PARTS, booked_within, explained, months_of
from accounting.ledger import Account, AccountKind, account_named, micros_since_epoch
from accounting.months import month_named
from accounting.splits import UNCLAIMED
from accounting.statements import Beside, Line, Section, Statement
from accounting.statements import Period as Told
from base.bulk import insert_many, insert_missing, is_sqlite
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import LedgerAccount, LedgerEntry, LedgerTxn, Period
from catalog.models.statements import AccountBalance, StatementHead, StatementLine

#: Whose it is, as the name of an account tells, and the currency.
Payee = tuple[str, str]

HEAD_COLUMNS = (
    *("period", "account_id", "currency", "version", "made_at", "why", "opening", "closing"),
    *("restated", "reserve", "advance", "suspense", "made_by", "digest"),
)
LINE_COLUMNS = (*PARTS, "number", "amount")
_TXN, _ENTRIES, _ACCOUNTS = table_of(LedgerTxn), table_of(LedgerEntry), table_of(LedgerAccount)
_BALANCES, _HEADS = table_of(AccountBalance), table_of(StatementHead)
_LINES = table_of(StatementLine)
_VERSION = b"refrain period 1\n"
_BALANCE = struct.Struct(">q3sqq")
#: Rows that are fetched at a time.
_AT_ONCE = 5_000
#: What sorting a month of plays may take in the memory of PostgreSQL, before it goes to its disk.
_ROOM = text("SET LOCAL work_mem = '64MB'")


async def keep(session: Session, row: Period, *, now: datetime) -> bytes:
    """Keep lines, balances and statements of a month that is closed; answer the digest of all.

    Raises:
        Broken: `statement-wrong`: lines and balances do not come to the same.

    """
    if not is_sqlite(session):
        await session.execute(_ROOM)
    before = await _name_before(session, row)
    await _keep_lines(session, row, is_first=before is None)
    await _keep_balances(session, row, before=before)
    digests = await _keep_statements(session, row, before=before, now=now)
    return await digest_of(session, row, digests)


async def statements_kept(session: Session) -> dict[str, int]:
    """Answer how many statements there are of each month, later versions aside."""
    query = select(_HEADS.c.period, func.count()).where(_HEADS.c.version == 1)
    rows = await session.execute(query.group_by(_HEADS.c.period))
    return {period: number for period, number in rows}  # noqa: C416 - rows are no pairs


def told_of(row: Period) -> Told:
    """Answer of which time a statement is that is of a month."""
    return Told(name=row.name, starts_at=row.starts_at, ends_at=row.ends_at, zone=row.zone)


def line_of(row: Row[Any]) -> Line:
    """Answer a line as it is kept."""
    return Line(
        section=Section(row.section),
        recording="" if row.recording_id is None else str(row.recording_id),
        step=row.step,
        territory=row.territory,
        month=row.month,
        number=row.number,
        amount=row.amount,
    )


async def _name_before(session: Session, row: Period) -> str | None:
    return await session.scalar(select(Period.name).where(Period.ends_at == row.starts_at))


async def _keep_lines(session: Session, row: Period, *, is_first: bool) -> None:
    month = month_named(row.name, row.zone)
    booked = booked_within(None if is_first else row.starts_at, row.ends_at)
    found = explained(session, booked, months=await months_of(session, month)).subquery()
    rows = select(literal(row.name), literal(1), *(found.c[one] for one in LINE_COLUMNS))
    await session.execute(insert(_LINES).from_select(["period", "version", *LINE_COLUMNS], rows))


async def _keep_balances(session: Session, row: Period, *, before: str | None) -> None:
    """Add what was booked in the month to what was kept of the one before."""
    names = ("account_id", "currency", "amount", "credits")
    kept = select(*(_BALANCES.c[one] for one in names)).where(_BALANCES.c.period == before)
    booked = booked_within(None if before is None else row.starts_at, row.ends_at)
    new = select(*(_ENTRIES.c[one] for one in names))
    new = new.join(_TXN, _TXN.c.id == _ENTRIES.c.txn_id).where(booked)
    each = union_all(kept, new).subquery() if before else new.subquery()
    sums = [func.sum(each.c[one]) for one in ("amount", "credits")]
    rows = select(
        literal(row.name),
        *(each.c.account_id, each.c.currency),
        *(cast(one, BigInteger) for one in sums),
    )
    rows = rows.group_by(each.c.account_id, each.c.currency)
    rows = rows.having(or_(*(one != 0 for one in sums)))
    await session.execute(insert(_BALANCES).from_select(["period", *names], rows))


async def _keep_statements(
    session: Session, row: Period, *, before: str | None, now: datetime
) -> list[bytes]:
    """Keep what each payee is told; answer the digests of it, in the order of their accounts."""
    opening = await owed(session, before, AccountKind.PAYABLE) if before else {}
    closing = await owed(session, row.name, AccountKind.PAYABLE)
    beside = await _beside(session, row.name)
    quiet, rows = {*opening, *beside}, []

    def add(payee: Payee, lines: list[Line]) -> None:
        quiet.discard(payee)
        made = Statement(
            payee_id=payee[0],
            payee="",
            period=told_of(row),
            currency=payee[1],
            version=1,
            made_at=now,
            opening=opening.get(payee, 0),
            closing=closing.get(payee, 0),
            lines=lines,
            beside=beside.get(payee, Beside()),
        )
        rows.append(head_of(made))

    async for payee, lines in _by_payee(session, row.name):
        add(payee, lines)
    for payee in sorted(quiet):
        add(payee, [])
    await _open_payable(session, beside)
    await insert_many(session, _HEADS, HEAD_COLUMNS, rows)
    return [head[-1] for head in sorted(rows, key=lambda head: (head[1], head[2]))]


def head_of(made: Statement, by: UUID | None = None) -> tuple[Any, ...]:
    """Answer a statement as it is kept, without its lines; `by` is who told it anew, if it was."""
    account = Account(AccountKind.PAYABLE, made.payee_id).id
    which = (made.period.name, account, made.currency, made.version, made.made_at, made.why)
    beside = made.beside.reserve, made.beside.advance, made.beside.suspense
    return (*which, made.opening, made.closing, made.restated, *beside, by, made.digest)


async def _by_payee(session: Session, period: str) -> AsyncIterator[tuple[Payee, list[Line]]]:
    """Answer the lines of a month, payee by payee."""
    names = await payees_by_account(session)
    query = select(_LINES).where(_LINES.c.period == period, _LINES.c.version == 1)
    query = query.order_by(_LINES.c.account_id, _LINES.c.currency)
    payee, lines = ("", ""), list[Line]()
    found = await session.stream(query.execution_options(yield_per=_AT_ONCE))
    # Many at a time: each turn of a loop that waits costs more than a line.
    async for rows in found.partitions():
        for row in rows:
            this = names[row.account_id], row.currency
            if this != payee and lines:
                yield payee, lines
                lines = []
            payee = this
            lines.append(line_of(row))
    if lines:
        yield payee, lines


async def payees_by_account(session: Session) -> dict[int, str]:
    """Answer whose each account is that something is payable to."""
    query = select(_ACCOUNTS.c.id, _ACCOUNTS.c.name).where(_is_of(AccountKind.PAYABLE))
    return {number: account_named(name).of for number, name in await session.execute(query)}


async def owed(session: Session, period: str, kind: AccountKind) -> dict[Payee, int]:
    """Answer what was owed by accounts of a kind at the end of a month, by whose they are."""
    query = select(_ACCOUNTS.c.name, _BALANCES.c.currency, _BALANCES.c.amount)
    query = query.join(_ACCOUNTS, _ACCOUNTS.c.id == _BALANCES.c.account_id)
    rows = await session.execute(query.where(_BALANCES.c.period == period, _is_of(kind)))
    return {
        (account_named(name).of, currency): -amount for name, currency, amount in rows if amount
    }


async def _open_payable(session: Session, payees: Iterable[Payee]) -> None:
    """Write down accounts of those to whom nothing was payable yet, and who are told why."""
    accounts = {Account(AccountKind.PAYABLE, payee) for payee, _ in payees}
    rows = sorted((one.name, one.id) for one in accounts)
    await insert_missing(session, _ACCOUNTS, ("name", "id"), rows)


async def _beside(session: Session, period: str) -> dict[Payee, Beside]:
    """Answer what stands beside what is payable to payees, of those for whom anything does."""
    reserve = await owed(session, period, AccountKind.RESERVE)
    lent = await owed(session, period, AccountKind.ADVANCE)
    waits = await owed(session, period, AccountKind.SUSPENSE)
    return {
        payee: Beside(
            reserve=reserve.get(payee, 0),
            advance=-lent.get(payee, 0),
            suspense=waits.get(payee, 0),
        )
        for payee in sorted({*reserve, *lent, *waits})
        if payee[0] != UNCLAIMED.of
    }


def _is_of(kind: AccountKind) -> ColumnElement[bool]:
    # An underscore is any character to LIKE, and in no name of a kind that is asked for.
    return _ACCOUNTS.c.name.like(f"{kind}:%")


async def digest_of(session: Session, row: Period, statements: list[bytes]) -> bytes:
    """Answer the SHA-256 of what is kept of a month: a line of text, statements, balances."""
    told = hashlib.sha256(_VERSION)
    bounds = micros_since_epoch(row.starts_at), micros_since_epoch(row.ends_at)
    told.update(f"{row.name} {row.zone} {bounds[0]} {bounds[1]} {len(statements)}\n".encode())
    for one in statements:
        told.update(one)
    columns = ("account_id", "currency", "amount", "credits")
    query = select(*(_BALANCES.c[one] for one in columns)).where(_BALANCES.c.period == row.name)
    ordered = query.order_by(_BALANCES.c.account_id, _BALANCES.c.currency)
    found = await session.stream(ordered.execution_options(yield_per=_AT_ONCE))
    async for rows in found.partitions():
        for account, currency, amount, of in rows:
            told.update(_BALANCE.pack(account, currency.encode(), amount, of))
    return told.digest()
