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
from accounting.payee_locks import lock_all_payees
from accounting.payees import keep_payees, payee_of
from accounting.recoupment import Owed, recouped
from accounting.repeating import mismatch
from accounting.splits import WHOLE_PPM, payable_to
from accounting.sums import Fact, earned_on, explained_on
from base.database import Session, is_new
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.models.rights import Advance

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
    """Say once that an advance shall be given; nothing is booked until another approves it.

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
        is_first = await is_new(session, Advance, row)  # whoever says the same at once was first
        known = (await session.scalars(under_key)).one()
        if is_first:
            await note_act(session, by, Act.ADVANCE_PROPOSED, known.id, now=now)
    if any(getattr(known, name) != value for name, value in facts.items()):
        raise mismatch()
    return known


async def approve_advance(
    session: Session, advance_id: UUID, by: Caller, *, now: datetime
) -> Advance:
    """Let an advance be owed to its payee, whom the next payout run pays it, once.

    Raises:
        Refused: `advance-unknown`, 404; `second-person-needed`, 403.

    """
    row = await session.get(Advance, advance_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise _unknown_advance()
    if row.approved_at is not None:
        return row
    payee = await payee_of(session, row.payee_id)
    if by.id in {row.granted_by, payee.account_id}:
        raise Refused(
            "second-person-needed",
            "You said that it shall be given, or get it: another treasurer approves it.",
            status=403,
        )
    row.approved_by, row.approved_at = by.id, now
    await session.flush()
    await post(session, [_payment(row, now)], now=now)
    await note_act(session, by, Act.ADVANCE_APPROVED, row.id, now=now)
    return row


async def advances_of(
    session: Session, payees: Sequence[UUID] | None = None
) -> list[tuple[Advance, int]]:
    """Answer the advances of payees, or of all, the oldest first; each with what is left of it.

    Nothing is left of those that nobody has approved: they are not given yet.
    """
    query = select(Advance).order_by(Advance.granted_at, Advance.id)
    if payees is not None:
        query = query.where(Advance.payee_id.in_(payees))
    found = list(await session.scalars(query))
    standings = await _standings(session, {_advance(one.payee_id) for one in found}, period="")
    return [(one, standings[str(one.id)].left) for one in found]


async def advance_left(session: Session, advance_id: UUID) -> tuple[Advance, int]:
    """Answer one advance, and what is left of it.

    Raises:
        Refused: `advance-unknown`, 404.

    """
    row = await session.get(Advance, advance_id)
    if row is None:
        raise _unknown_advance()
    standings = await _standings(session, {_advance(row.payee_id)}, period="")
    return row, standings[str(row.id)].left


async def recoup(
    session: Session, *, period: str, starts_at: datetime, ends_at: datetime, now: datetime
) -> list[int]:
    """Pay back advances from what was earned in a period; answer the new transactions.

    Before the period is closed, and as often as one likes: what went back once is not taken again.
    Advances that were given after it, and earnings since, are none of it.
    """
    span = Span(name=period, starts_at=starts_at, ends_at=ends_at)
    await lock_all_payees(session)
    owing = await _owing(session, span)
    transactions = [one for payee in owing for one in _recoupments(payee, span, now=now)]
    posted = await post(session, transactions, now=now) if transactions else []
    return [one.id for one in posted]


def _unknown_advance() -> Refused:
    return Refused("advance-unknown", "There is no such advance.", status=404)


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
    given = select(Advance).where(Advance.approved_at < span.ends_at)
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


def _payment(advance: Advance, now: datetime) -> Transaction:
    """Answer what gives an advance: it is owed at once, and leaves with a payout as all does."""
    told = {
        "advance": advance.id,
        "payee": advance.payee_id,
        "by": advance.granted_by,
        "approved_by": advance.approved_by,
    }
    return Transaction(
        kind=TxnKind.ADVANCE,
        key=f"advance:{advance.id}",
        occurred_at=now,
        entries=(
            Entry(_advance(advance.payee_id), advance.amount, advance.currency),
            Entry(payable_to(advance.payee_id), -advance.amount, advance.currency),
        ),
        facts={name: str(value) for name, value in told.items()},
    )


def _advance(payee_id: UUID) -> Account:
    return Account(AccountKind.ADVANCE, str(payee_id))
