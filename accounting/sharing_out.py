"""A year's surplus, given to members: what each did is read from the books, and booked once.

One person proposes it, and another gives it. Who has an account is given it as a member; who has
none, such as a label, where they are paid.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, cast, func, select

from accounting.coop import income
from accounting.explaining import booked_within
from accounting.journal import Posted, post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind, account_named
from accounting.months import Month
from accounting.statements import EARNINGS, Section
from accounting.surplus import Claims, SharedOut, SurplusTerms, share_out
from accounting.told import MEMBER
from base.bulk import in_parts
from base.database import Session
from base.errors import Refused
from catalog.models.base import table_of
from catalog.models.ledger import LedgerAccount, LedgerEntry, LedgerTxn, Period
from catalog.models.people import Account as Person
from catalog.models.statements import StatementLine, SurplusParts, SurplusProposal

_TXN, _ENTRIES, _ACCOUNTS = table_of(LedgerTxn), table_of(LedgerEntry), table_of(LedgerAccount)
_LINES, _PEOPLE = table_of(StatementLine), table_of(Person)
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
        Refused: `year-not-closed`, 409; `no-surplus`, 409; `account-unknown`, 404.

    """
    await _require_accounts(session, worked)
    first, last = Month(year=year, number=1, zone=zone), Month(year=year, number=12, zone=zone)
    row = await session.get(Period, last.name)
    if row is None or row.digest is None:
        raise Refused(
            "year-not-closed",
            f"{last.name} is not closed yet: a surplus is shared when all months of {year} are.",
            status=409,
        )
    earned = await income(session, first.starts_at, row.ends_at)
    amount = sum(one.amount for one in earned if one.currency == currency)
    claims = Claims(
        earned=await _earned(session, year, currency),
        spent=await _spent(session, first.starts_at, row.ends_at, currency),
        worked=worked,
    )
    terms = await surplus_terms(session, row.ends_at)
    return share_out(amount, terms=terms, claims=claims)


async def propose(  # noqa: PLR0913 - what is proposed
    session: Session,
    year: int,
    *,
    zone: str,
    currency: str,
    worked: Mapping[str, int],
    by: UUID,
    now: datetime,
) -> SharedOut:
    """Propose how a year's surplus is given; the latest proposal counts, until it is given.

    Raises:
        Refused: as `shared` does.

    """
    found = await shared(session, year, zone=zone, currency=currency, worked=worked)
    row = SurplusProposal(
        year=year,
        currency=currency,
        worked=dict(worked),
        digest=found.digest,
        proposed_by=by,
        proposed_at=now,
    )
    await session.merge(row)
    return found


async def give(  # noqa: PLR0913 - what is given, and by whom
    session: Session, year: int, *, zone: str, currency: str, by: UUID, now: datetime
) -> tuple[SharedOut, Posted]:
    """Book what another person proposed to give of a year; what nobody has a claim to stays.

    Raises:
        Refused: `surplus-not-proposed`, `surplus-changed` or `second-person`, 409;
            `idempotency-mismatch`, 409: something else was given of that year before.

    """
    said = await session.get(SurplusProposal, (year, currency), with_for_update=True)
    if said is None:
        raise Refused("surplus-not-proposed", f"Propose first what is given of {year}.", status=409)
    if said.proposed_by == by:
        raise Refused(
            "second-person", "You proposed this: another treasurer has to give it.", status=409
        )
    found = await shared(session, year, zone=zone, currency=currency, worked=said.worked)
    if found.digest != said.digest:
        raise Refused(
            "surplus-changed", "It comes to something else by now: propose it anew.", status=409
        )
    [posted] = await post(session, [await _gift(session, said, found, zone=zone, by=by)], now=now)
    return found, posted


async def _gift(
    session: Session, said: SurplusProposal, given: SharedOut, *, zone: str, by: UUID
) -> Transaction:
    accounts = await _accounts_among(session, [one.member for one in given.shares])
    members = [
        Entry(_payable(one.member, accounts), -one.amount, said.currency) for one in given.shares
    ]
    total = sum(one.amount for one in given.shares)
    return Transaction(
        kind=TxnKind.SURPLUS,
        key=f"surplus:{said.year}:{said.currency}",
        occurred_at=Month(year=said.year, number=12, zone=zone).ends_at,
        entries=(Entry(_SURPLUS, total, said.currency), *members),
        facts={
            "year": said.year,
            "surplus": given.amount,
            "reserve": given.reserve,
            "proposed_by": str(said.proposed_by),
            "given_by": str(by),
        },
    )


def _payable(member: str, accounts: Collection[str]) -> Account:
    """Answer where one is given a share: who has no account is paid as for their music."""
    return Account(AccountKind.PAYABLE, f"{MEMBER}{member}" if member in accounts else member)


async def _require_accounts(session: Session, worked: Iterable[str]) -> None:
    unknown = sorted({*worked} - await _accounts_among(session, worked))
    if unknown:
        raise Refused(
            "account-unknown",
            f"{', '.join(unknown)}: no such account. Name who worked by the id of their account.",
            status=404,
        )


async def _accounts_among(session: Session, ids: Iterable[str]) -> set[str]:
    """Answer those that are accounts, of whatever texts."""
    asked = []
    for one in ids:
        with suppress(ValueError):
            asked.append(UUID(one))
    found: set[str] = set()
    for part in in_parts(asked):
        query = select(_PEOPLE.c.id).where(_PEOPLE.c.id.in_(part))
        found |= {str(one) for one in await session.scalars(query)}
    return found


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
    found: dict[str, int] = {}
    for name, amount in await session.execute(query.group_by(_ACCOUNTS.c.name)):
        payee = account_named(name).of.removeprefix(MEMBER)
        found[payee] = found.get(payee, 0) + amount
    return found


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
