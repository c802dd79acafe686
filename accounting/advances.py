"""Advances: what payees are given before it is earned, and what of their earnings pays it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from accounting.journal import balances_of, post
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from accounting.months import Span
from accounting.payees import keep_payees
from accounting.recoupment import Owed, recouped
from accounting.repeating import mismatch
from accounting.splits import WHOLE_PPM, payable_to
from accounting.sums import Fact, earned_on, explained_on
from base.database import Session, is_new
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
    under_key = select(Advance).where(Advance.key == said.key)
    known: Advance | None = await session.scalar(under_key)
    if known is None:
        await keep_payees(session, [said.payee_id], now=now)
        row = {"id": uuid4(), "granted_at": now, "key": said.key, **facts}
        is_first = await is_new(session, Advance, row)
        known = (await session.scalars(under_key)).one()
        if is_first:
            await post(session, [_payment(known)], now=now)
            return known
    if any(getattr(known, name) != value for name, value in facts.items()):
        raise mismatch()
    return known


async def advances_of(
    session: Session, payees: Sequence[UUID] | None = None
) -> list[tuple[Advance, int]]:
    """Answer the advances of payees, or of all, the oldest first; each with what is left of it."""
    query = select(Advance).order_by(Advance.granted_at, Advance.id)
    if payees is not None:
        query = query.where(Advance.payee_id.in_(payees))
    found = list(await session.scalars(query))
    standings = await _standings(session, {_advance(one.payee_id) for one in found}, period="")
    return [(one, standings[str(one.id)].left) for one in found]


async def recoup(
    session: Session, *, period: str, starts_at: datetime, ends_at: datetime, now: datetime
) -> list[int]:
    """Pay back advances from what was earned in a period; answer the new transactions.

    Before the period is closed, and as often as one likes: what went back once is not taken again.
    Advances that were given after it, and earnings since, are none of it.
    """
    span = Span(name=period, starts_at=starts_at, ends_at=ends_at)
    owing = await _owing(session, span)
    transactions = [one for payee in owing for one in _recoupments(payee, span, now=now)]
    posted = await post(session, transactions, now=now) if transactions else []
    return [one.id for one in posted]


@dataclass(slots=True, kw_only=True)
class _Standing:
    """What is left of an advance, and what went back on it in a period."""

    left: int = 0
    taken: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owing:
    """What a payee owes in a currency, the oldest first, and what is payable to them in it."""

    payee_id: UUID
    currency: str
    owed: list[Owed]
    payable: int


async def _owing(session: Session, span: Span) -> list[_Owing]:
    """Answer payees of whose advances something is left, and to whom something is payable."""
    found: dict[tuple[UUID, str], list[Advance]] = {}
    given = select(Advance).where(Advance.granted_at < span.ends_at)
    for one in await session.scalars(given.order_by(Advance.granted_at, Advance.id)):
        found.setdefault((one.payee_id, one.currency), []).append(one)
    held = await balances_of(session, {_advance(payee) for payee, _ in found})
    open_ = {
        (payee, currency): advances
        for (payee, currency), advances in found.items()
        if held[_advance(payee)].get(currency, 0) > 0
    }
    accounts = {payable_to(payee) for payee, _ in open_}
    then = await balances_of(session, accounts, before=span.ends_at)
    # What was taken back since cannot go back on an advance too.
    now = await balances_of(session, accounts)
    owed = await _owed(session, [one for some in open_.values() for one in some], span)
    return [
        _Owing(
            payee_id=payee,
            currency=currency,
            owed=[owed[one.id] for one in advances],
            payable=-max(one[payable_to(payee)].get(currency, 0) for one in (then, now)),
        )
        for (payee, currency), advances in open_.items()
    ]


async def _owed(session: Session, advances: list[Advance], span: Span) -> dict[UUID, Owed]:
    """Answer what is owed on advances, and what was earned in a period that pays it back."""
    accounts = {_advance(one.payee_id) for one in advances}
    standings = await _standings(session, accounts, period=span.name)
    of_all = [one for one in advances if not one.recordings]
    earned = await _earned(session, {payable_to(one.payee_id) for one in of_all}, [], span)
    found = {}
    for one in advances:
        account, sums = payable_to(one.payee_id), earned
        if one.recordings:
            facts = [Fact(name="recording", value=recording) for recording in one.recordings]
            sums = await _earned(session, {account}, facts, span)
        found[one.id] = Owed(
            advance_id=one.id,
            left=standings[str(one.id)].left,
            earned=sums.get((account, one.currency), 0),
            ppm=one.recoup_ppm,
            taken=standings[str(one.id)].taken,
        )
    return found


async def _earned(
    session: Session, accounts: set[Account], facts: list[Fact], span: Span
) -> dict[tuple[Account, str], int]:
    return await earned_on(
        *(session, accounts, facts),
        kinds=EARNINGS,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
    )


async def _standings(
    session: Session, accounts: set[Account], *, period: str
) -> dict[str, _Standing]:
    """Answer how advances stand by their ids, from all that was ever booked for them."""
    found: dict[str, _Standing] = defaultdict(_Standing)
    for one in await explained_on(session, accounts):
        standing = found[str(one.facts.get("advance"))]
        standing.left += one.amount
        if one.facts.get("period") == period:
            standing.taken -= one.amount
    return found


def _recoupments(payee: _Owing, span: Span, *, now: datetime) -> list[Transaction]:
    taken = {one.advance_id: one.taken for one in payee.owed}
    return [
        Transaction(
            kind=TxnKind.RECOUPMENT,
            # Another than what went back in the period before.
            key=f"recoupment:{advance}:{span.name}:{taken[advance]}",
            occurred_at=now,
            entries=(
                Entry(payable_to(payee.payee_id), amount, payee.currency),
                Entry(_advance(payee.payee_id), -amount, payee.currency),
            ),
            facts={"advance": str(advance), "payee": str(payee.payee_id), "period": span.name},
        )
        for advance, amount in recouped(payee.owed, payable=payee.payable).items()
    ]


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


def _advance(payee_id: UUID) -> Account:
    return Account(AccountKind.ADVANCE, str(payee_id))
