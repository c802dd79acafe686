"""Advances: what payees are given before it is earned, and what of their earnings pays it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from accounting.agreeing import mismatch
from accounting.journal import balances_of, post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.payees import keep_payees
from accounting.recoupment import Owed, recouped
from accounting.splits import WHOLE_PPM, payable_to
from accounting.sums import Booked, Fact, booked_for, earned_on
from base.database import Session
from catalog.models.rights import Advance
from catalog.people import Caller

#: What is earned, and what takes it back again.
EARNINGS = (
    *(TxnKind.PLAY, TxnKind.PURCHASE, TxnKind.GIFT, TxnKind.GUARANTEE, TxnKind.RELEASE),
    *(TxnKind.REFUND, TxnKind.CHARGEBACK),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """An advance as it is agreed; it is paid back from earnings with `recordings`, or with all.

    Of those earnings at most `recoup_ppm` millionths; amounts in micro-units.
    """

    payee_id: UUID
    currency: str
    amount: int
    key: str
    recoup_ppm: int = WHOLE_PPM
    recordings: tuple[UUID, ...] = ()
    note: str = ""


async def grant(session: Session, said: Grant, by: Caller, *, now: datetime) -> Advance:
    """Give an advance from the bank, once.

    Raises:
        Refused: `payee-unknown`, 404; `idempotency-mismatch`, 409.

    """
    facts = {
        "payee_id": said.payee_id,
        "currency": said.currency,
        "amount": said.amount,
        "recoup_ppm": said.recoup_ppm,
        "recordings": [str(one) for one in said.recordings],
        "note": said.note,
        "granted_by": by.id,
    }
    known = await session.scalar(select(Advance).where(Advance.key == said.key))
    if known is not None:
        if any(getattr(known, name) != value for name, value in facts.items()):
            raise mismatch()
        return known
    await keep_payees(session, [said.payee_id], now=now)
    row = Advance(id=uuid4(), granted_at=now, key=said.key, **facts)
    session.add(row)
    await session.flush()
    await post(session, [_payment(row)], now=now)
    return row


async def advances_of(
    session: Session, payees: Sequence[UUID] | None = None
) -> list[tuple[Advance, int]]:
    """Answer the advances of payees, or of all, the oldest first; each with what is left of it."""
    query = select(Advance).order_by(Advance.granted_at, Advance.id)
    if payees is not None:
        query = query.where(Advance.payee_id.in_(payees))
    found = list(await session.scalars(query))
    return [(one, (await _standing(session, one)).amounts.get(one.currency, 0)) for one in found]


async def recoup(
    session: Session, *, period: str, starts_at: datetime, ends_at: datetime, now: datetime
) -> list[int]:
    """Pay back advances from what was earned in a period; answer the new transactions.

    Before the period is closed, and as often as one likes: what went back once is not taken again.
    """
    span = _Span(name=period, starts_at=starts_at, ends_at=ends_at)
    transactions: list[Transaction] = []
    for payee in await _owing(session):
        transactions += await _recoupments(session, payee, span, now=now)
    posted = await post(session, transactions, now=now) if transactions else []
    return [one.id for one in posted]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """A period, half-open, as it is booked."""

    name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owing:
    """A payee's advances in a currency, the oldest first, and what is payable to them in it."""

    payee_id: UUID
    currency: str
    advances: list[Advance]
    payable: int


async def _owing(session: Session) -> list[_Owing]:
    """Answer payees of whose advances something is left, and to whom something is payable."""
    found: dict[tuple[UUID, str], list[Advance]] = {}
    for one in await session.scalars(select(Advance).order_by(Advance.granted_at, Advance.id)):
        found.setdefault((one.payee_id, one.currency), []).append(one)
    payees = sorted({payee for payee, _ in found}, key=str)
    balances = await balances_of(
        session, [account for payee in payees for account in (_advance(payee), payable_to(payee))]
    )
    every = (
        _Owing(
            payee_id=payee,
            currency=currency,
            advances=advances,
            payable=-balances[payable_to(payee)].get(currency, 0),
        )
        for (payee, currency), advances in found.items()
        if balances[_advance(payee)].get(currency, 0) > 0
    )
    return [one for one in every if one.payable > 0]


async def _recoupments(
    session: Session, payee: _Owing, span: _Span, *, now: datetime
) -> list[Transaction]:
    numbers: dict[UUID, int] = {}
    owed: list[Owed] = []
    for one in payee.advances:
        standing = await _standing(session, one)
        numbers[one.id] = standing.count
        earned = [Fact(name="recording", value=recording) for recording in one.recordings]
        owed.append(
            Owed(
                advance_id=one.id,
                left=standing.amounts.get(one.currency, 0),
                earned=await _credited(session, payable_to(one.payee_id), earned, one, span),
                ppm=one.recoup_ppm,
                taken=await _credited(session, _advance(one.payee_id), [_fact(one)], one, span),
            )
        )
    back = recouped(owed, payable=payee.payable)
    return [
        Transaction(
            kind=TxnKind.RECOUPMENT,
            key=f"recoupment:{advance}:{numbers[advance]}",
            occurred_at=now,
            entries=(
                Entry(payable_to(payee.payee_id), amount, payee.currency),
                Entry(_advance(payee.payee_id), -amount, payee.currency),
            ),
            facts={
                "advance": str(advance),
                "payee": str(payee.payee_id),
                "period": span.name,
            },
        )
        for advance, amount in back.items()
    ]


async def _credited(
    session: Session, account: Account, facts: list[Fact], advance: Advance, span: _Span
) -> int:
    kinds = (TxnKind.RECOUPMENT,) if account.kind is AccountKind.ADVANCE else EARNINGS
    found = await earned_on(
        session, account, facts, kinds=kinds, starts_at=span.starts_at, ends_at=span.ends_at
    )
    return found.get(advance.currency, 0)


async def _standing(session: Session, advance: Advance) -> Booked:
    account = _advance(advance.payee_id)
    return await booked_for(session, account, [_fact(advance)], counting=TxnKind.RECOUPMENT)


def _payment(advance: Advance) -> Transaction:
    return Transaction(
        kind=TxnKind.ADVANCE,
        key=f"advance:{advance.id}",
        occurred_at=advance.granted_at,
        entries=(
            Entry(_advance(advance.payee_id), advance.amount, advance.currency),
            Entry(Account(AccountKind.BANK), -advance.amount, advance.currency),
        ),
        facts={
            "advance": str(advance.id),
            "payee": str(advance.payee_id),
            "by": str(advance.granted_by),
        },
    )


def _fact(advance: Advance) -> Fact:
    return Fact(name="advance", value=str(advance.id))


def _advance(payee_id: UUID) -> Account:
    return Account(AccountKind.ADVANCE, str(payee_id))
