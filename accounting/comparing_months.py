"""Closed months against the journal, and against their digests: balances, lines, statements.

The lines of first versions and all balances are asked for anew, and the database compares; what is
hashed passes through here a payee at a time. Later versions are compared with themselves only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, literal, or_, select, union_all

from accounting.comparing import MOST
from accounting.discrepancy import Discrepancy
from accounting.explaining import PARTS, booked_within, explained, months_of
from accounting.keeping import (
    Payee,
    digest_of,
    line_of,
    owed,
    payees_by_account,
    told_of,
)
from accounting.ledger import Account, AccountKind
from accounting.months import month_named
from accounting.splits import UNCLAIMED
from accounting.statements import Beside, Line, Section, Statement
from base.database import Session
from base.errors import Broken, Refused
from catalog.models.base import table_of
from catalog.models.ledger import LedgerEntry, LedgerTxn, Period
from catalog.models.statements import AccountBalance, StatementHead, StatementLine

#: An account that something is payable to, and the currency.
_Of = tuple[int, str]
_Versions = Mapping[int, list[Line]]

_TXN, _ENTRIES = table_of(LedgerTxn).c, table_of(LedgerEntry).c
_BALANCES, _LINES = table_of(AccountBalance).c, table_of(StatementLine).c
_AT_ONCE = 5_000
_SECTIONS = frozenset(Section)


async def verify_months(session: Session) -> AsyncIterator[Discrepancy]:
    """Compare months that are closed with the journal, and with what was told of them."""
    before: Period | None = None
    for row in list(await session.scalars(select(Period).order_by(Period.ends_at))):
        for sentence in _misplaced(row, before):
            yield about_period(row.name, "period-differs", sentence)
        if row.digest is not None:
            for check in (_balances, _lines, _statements):
                for one in await check(session, row, before):
                    yield one
        before = row


def kept_digests(told: Sequence[str]) -> dict[str, bytes]:
    """Answer digests of months that somebody wrote down, as in `2026-11=4de2…`.

    Raises:
        Refused: `bad-digest`: one is none.

    """
    try:
        return {name: bytes.fromhex(text) for name, text in (one.split("=") for one in told)}
    except ValueError as error:
        raise Refused("bad-digest", "A digest is told as in `2026-11=4de2…`.") from error


async def compare_digests(
    session: Session, kept: Mapping[str, bytes]
) -> AsyncIterator[Discrepancy]:
    """Compare months with the digests that somebody wrote down when they were closed."""
    for name, digest in sorted(kept.items()):
        row = await session.get(Period, name)
        if row is None or row.digest != digest:
            sentence = "is not as it was closed, or is gone: it has another digest."
            yield about_period(name, "period-rewritten", sentence)


def about_period(name: str, code: str, sentence: str) -> Discrepancy:
    """Answer what is wrong with a month; the sentence goes on after its name."""
    return Discrepancy(
        code=code, subject=f"period:{name}", sentence=f"The month of {name} {sentence}"
    )


def _misplaced(row: Period, before: Period | None) -> Iterator[str]:
    """Answer what of a month does not follow from its name, or on the one before."""
    month = month_named(row.name, row.zone)
    starts_at = month.starts_at if before is None else before.ends_at
    if (row.starts_at, row.ends_at) != (starts_at, month.ends_at):
        yield "does not begin where the one before ends, or does not end with its last instant."
    if before is not None and row.name != month_named(before.name, row.zone).after(1).name:
        yield f"does not follow on {before.name}: some are missing."
    if before is not None and before.digest is None:
        yield f"was closed before {before.name} was told: that has no digest."
    if row.closed_at is None or row.closed_at < row.ends_at:
        yield "was closed before it was over."


async def _balances(session: Session, row: Period, before: Period | None) -> list[Discrepancy]:
    """Find balances that are not those of the month before, and what was booked since."""
    names = ("account_id", "currency")
    kept = select(*(_BALANCES[one] for one in names), _BALANCES.amount, _BALANCES.credits)
    less = select(*(_BALANCES[one] for one in names), -_BALANCES.amount, -_BALANCES.credits)
    new = select(*(_ENTRIES[one] for one in names), -_ENTRIES.amount, -_ENTRIES.credits)
    new = new.join(table_of(LedgerTxn), _TXN.id == _ENTRIES.txn_id)
    parts = [
        kept.where(_BALANCES.period == row.name),
        new.where(booked_within(before.ends_at if before else None, row.ends_at)),
        *([less.where(_BALANCES.period == before.name)] if before else []),
    ]
    each = union_all(*parts).subquery().c
    differs = or_(func.sum(each.amount) != 0, func.sum(each.credits) != 0)
    query = select(each.account_id, each.currency).group_by(each.account_id, each.currency)
    return [
        about_period(
            row.name,
            "balance-differs",
            f"has a balance of account {account} in {currency} that is not what was booked.",
        )
        for account, currency in await session.execute(query.having(differs).limit(MOST))
    ]


async def _lines(session: Session, row: Period, before: Period | None) -> list[Discrepancy]:
    """Find lines of first versions that are not what the journal explains."""
    months = await months_of(session, month_named(row.name, row.zone))
    booked = booked_within(before.ends_at if before else None, row.ends_at)
    found = explained(session, booked, months=months).subquery().c
    made = select(*(found[one] for one in PARTS), -found.number, -found.amount, literal(-1))
    said = select(*(_LINES[one] for one in PARTS), _LINES.number, _LINES.amount, literal(1))
    said = said.where(_LINES.period == row.name, _LINES.version == 1)
    names = (*PARTS, "number", "amount", "rows")
    each = union_all(said, made).subquery().columns
    of = dict(zip(names, each, strict=True))
    sums = [func.sum(of[one]) != 0 for one in ("number", "amount", "rows")]
    query = select(of["account_id"], of["section"], of["month"], of["step"])
    query = query.group_by(*(of[one] for one in PARTS)).having(or_(*sums)).limit(MOST)
    return [
        about_period(
            row.name,
            "line-differs",
            f"has a line of account {account} ({section}, {month}, step {step}) that is not what "
            "was booked, or lacks it.",
        )
        for account, section, month, step in await session.execute(query)
    ]


async def _statements(session: Session, row: Period, before: Period | None) -> list[Discrepancy]:
    """Find statements that are not what lines and balances come to, and months that are not."""
    heads = await _heads(session, row.name)
    names, expected = await payees_by_account(session), await _expected(session, row, before)
    waits = {*expected.reserve, *expected.advance, *expected.suspense}
    told = {*expected.opening, *(one for one in waits if one[0] != UNCLAIMED.of)}
    quiet = {(Account(AccountKind.PAYABLE, payee).id, currency) for payee, currency in told}
    quiet |= set(heads)
    found = list[Discrepancy]()
    async for of, lines in _by_payee(session, row.name):
        quiet.discard(of)
        found += _compared(row, (names.get(of[0], ""), of[1]), expected, heads.get(of, []), lines)
    for of in sorted(quiet):
        found += _compared(row, (names.get(of[0], ""), of[1]), expected, heads.get(of, []), {})
    digests = [one.digest for of in sorted(heads) for one in heads[of] if one.version == 1]
    if await digest_of(session, row, digests) != row.digest:
        sentence = "has another digest than its statements and balances come to."
        found.append(about_period(row.name, "period-differs", sentence))
    return found[:MOST]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expected:
    """What balances tell that statements should say."""

    opening: Mapping[Payee, int]
    closing: Mapping[Payee, int]
    reserve: Mapping[Payee, int]
    advance: Mapping[Payee, int]
    suspense: Mapping[Payee, int]

    def beside(self, payee: Payee) -> Beside:
        """Answer what stands beside what is payable to a payee."""
        return Beside(
            reserve=self.reserve.get(payee, 0),
            advance=-self.advance.get(payee, 0),
            suspense=self.suspense.get(payee, 0),
        )


async def _expected(session: Session, row: Period, before: Period | None) -> _Expected:
    return _Expected(
        opening=await owed(session, before.name, AccountKind.PAYABLE) if before else {},
        closing=await owed(session, row.name, AccountKind.PAYABLE),
        reserve=await owed(session, row.name, AccountKind.RESERVE),
        advance=await owed(session, row.name, AccountKind.ADVANCE),
        suspense=await owed(session, row.name, AccountKind.SUSPENSE),
    )


async def _heads(session: Session, period: str) -> dict[_Of, list[StatementHead]]:
    query = select(StatementHead).where(StatementHead.period == period)
    heads = defaultdict[_Of, list[StatementHead]](list)
    for head in await session.scalars(query.order_by(StatementHead.version)):
        heads[head.account_id, head.currency].append(head)
    return dict(heads)


async def _by_payee(session: Session, period: str) -> AsyncIterator[tuple[_Of, _Versions]]:
    """Answer the lines of a month, payee by payee, by the version that they are of."""
    query = select(table_of(StatementLine)).where(_LINES.period == period)
    query = query.order_by(_LINES.account_id, _LINES.currency)
    this, lines = None, defaultdict[int, list[Line]](list)
    found = await session.stream(query.execution_options(yield_per=_AT_ONCE))
    async for rows in found.partitions():
        for row in rows:
            of = row.account_id, row.currency
            if this is not None and of != this:
                yield this, lines
                lines = defaultdict(list)
            this = of
            # One of a section that there is not is told by what it lacks, and by the digest.
            if row.section in _SECTIONS:
                lines[row.version].append(line_of(row))
    if this is not None:
        yield this, lines


def _compared(
    row: Period, payee: Payee, expected: _Expected, heads: Sequence[StatementHead], lines: _Versions
) -> Iterator[Discrepancy]:
    """Answer which versions of a statement are not what lines and balances come to."""
    known = {head.version: head for head in heads}
    needed = {1} if lines.get(1) or expected.opening.get(payee) else set[int]()
    whose = f"{payee[0]} in {payee[1]}"
    for version in sorted({*known, *lines, *needed}):
        head = known.get(version)
        if head is None:
            sentence = f"has lines and no statement of {whose}, version {version}."
            yield about_period(row.name, "statement-missing", sentence)
        elif wrong := _wrong(row, payee, expected, head, lines):
            sentence = f"has a statement of {whose}, version {version}, that is not what its lines "
            sentence += f"and balances come to: {', '.join(wrong)} differ."
            yield about_period(row.name, "statement-differs", sentence)


def _wrong(
    row: Period, payee: Payee, expected: _Expected, head: StatementHead, lines: _Versions
) -> list[str]:
    try:
        made = Statement(
            payee_id=payee[0],
            payee="",
            period=told_of(row),
            currency=payee[1],
            version=head.version,
            made_at=head.made_at,
            opening=expected.opening.get(payee, 0),
            closing=expected.closing.get(payee, 0),
            lines=lines.get(1, ()),
            corrections=lines.get(head.version, ()) if head.version > 1 else (),
            beside=expected.beside(payee),
        )
    except Broken:
        return ["lines"]
    beside = made.beside
    said = {
        "opening": made.opening,
        "closing": made.closing,
        "restated": made.restated,
        "reserve": beside.reserve,
        "advance": beside.advance,
        "suspense": beside.suspense,
        "digest": made.digest,
    }
    return [name for name, value in said.items() if value != getattr(head, name)]
