"""What becomes of payouts at the bank: they leave, or come back and can be paid again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, select

from accounting.camt import News, news_in
from accounting.journal import post
from accounting.ledger import Account, AccountKind, Entry, Facts, Transaction, TxnKind
from accounting.payout_booking import transit_of
from accounting.payout_rows import move_payout
from accounting.payouts import MICROS_PER_CENT
from base.database import Database, Session
from base.errors import Refused
from base.units import Micros
from catalog.models.payouts import Payout, PayoutRun
from catalog.payout_states import PayoutEvent, PayoutState, RunState

_BANK, _FEES = Account(AccountKind.BANK), Account(AccountKind.PSP_FEES)
#: Accounts, and what each is debited.
_Moves = Sequence[tuple[Account, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was made of something that a bank told: nothing, where there is `trouble`."""

    news: News
    trouble: str = ""


async def settle(
    session: Session, payout_ids: Collection[UUID], *, by: UUID, now: datetime
) -> Sequence[Payout]:
    """Book that payouts have left our account; those that have before are left as they are.

    Raises:
        Refused: `payout-unknown`, 404; 409: `payout-not-sent`, `payout-returned`.

    """
    payouts = await _locked(session, Payout.id.in_(payout_ids))
    if len(payouts) != len(set(payout_ids)):
        raise _unknown()
    return await _settle(session, payouts, by=by, now=now)


async def settle_all(
    session: Session, run_id: UUID, *, by: UUID, now: datetime
) -> Sequence[Payout]:
    """Book that all of a run has left our account, but for what has come back already.

    Raises:
        Refused: `payout-not-sent`, 409.

    """
    payouts = await _locked(session, Payout.run_id == run_id, Payout.state != PayoutState.RETURNED)
    return await _settle(session, payouts, by=by, now=now)


async def give_back(  # noqa: PLR0913 - what came back, why, and at what cost
    session: Session, payout_id: UUID, *, reason: str, fee: Micros, by: UUID, now: datetime
) -> Payout:
    """Book that a payout came back: it is owed again; `fee` is what the bank took, from us.

    `reason` is a code of ISO 20022. One that came back before is left as it is.

    Raises:
        Refused: `payout-unknown`, 404; `payout-not-sent`, 409.

    """
    payouts = await _locked(session, Payout.id == payout_id)
    if not payouts:
        raise _unknown()
    await _require_sent(session, payouts)
    [payout] = payouts
    if payout.state == PayoutState.RETURNED:
        return payout
    source = _BANK if payout.state == PayoutState.SETTLED else transit_of(payout)
    move_payout(payout, PayoutEvent.RETURN)
    payout.returned_at, payout.reason, payout.fee = now, reason, fee
    moves = [(source, payout.amount), (Account(AccountKind.PAYABLE, payout.payee), -payout.amount)]
    moves += [(_FEES, fee), (_BANK, -fee)] if fee else []
    facts = {**_facts(payout, by), "reason": reason, "fee": fee}
    await post(session, [_booking(payout, "returned", moves, facts=facts, now=now)], now=now)
    return payout


async def take_statement(
    database: Database, content: bytes, *, by: UUID, now: datetime
) -> list[Result]:
    """Book what a camt.053 or camt.054 message tells of payouts, each entry by itself.

    Whoever dies in the middle of it sends it again: what was booked is not booked twice.

    Raises:
        Refused: `statement-unreadable`, 422; `payout-not-sent`, 409.

    """
    told = [
        await database.run(partial(take_news, news=one, by=by, now=now)) for one in news_in(content)
    ]
    return [one for one in told if one is not None]


async def take_news(session: Session, news: News, *, by: UUID, now: datetime) -> Result | None:
    """Book what a bank tells of a transfer, or of all of a file; nothing, if it is not ours.

    The same told twice is booked once, and in whichever order statements come.
    """
    reference = _id_in(news.reference)
    if reference is None:
        return None
    payouts = await _named(session, reference)
    if not payouts:
        return None
    total = sum(one.amount for one in payouts)
    if (news.cents * MICROS_PER_CENT, news.currency) != (total, payouts[0].currency):
        return Result(news=news, trouble="amount-differs")
    if not news.returned:
        left = [one for one in payouts if one.state != PayoutState.RETURNED]
        await _settle(session, left, by=by, now=now)
        return Result(news=news)
    for one in payouts:
        await give_back(session, one.id, reason=news.returned, fee=Micros(0), by=by, now=now)
    return Result(news=news)


async def _settle(
    session: Session, payouts: Sequence[Payout], *, by: UUID, now: datetime
) -> Sequence[Payout]:
    await _require_sent(session, payouts)
    fresh = [one for one in payouts if one.state != PayoutState.SETTLED]
    if any(one.state == PayoutState.RETURNED for one in fresh):
        raise Refused("payout-returned", "It came back, and is owed again.", status=409)
    bookings = []
    for one in fresh:
        move_payout(one, PayoutEvent.SETTLE)
        one.settled_at = now
        moves = [(transit_of(one), one.amount), (_BANK, -one.amount)]
        bookings.append(_booking(one, "settled", moves, facts=_facts(one, by), now=now))
    await post(session, bookings, now=now)
    return payouts


async def _locked(session: Session, *which: ColumnElement[bool]) -> Sequence[Payout]:
    query = select(Payout).where(*which).order_by(Payout.id).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def _named(session: Session, reference: UUID) -> Sequence[Payout]:
    """Answer the payout of that id, or all of the run of that id, locked."""
    return await _locked(session, Payout.id == reference) or await _locked(
        session, Payout.run_id == reference
    )


async def _require_sent(session: Session, payouts: Sequence[Payout]) -> None:
    """Refuse what no bank can know of."""
    runs = {one.run_id for one in payouts}
    sent = select(PayoutRun.id).where(PayoutRun.state == RunState.EXPORTED, PayoutRun.id.in_(runs))
    if set(await session.scalars(sent)) != runs:
        raise Refused("payout-not-sent", "It was not sent to the bank.", status=409)


def _booking(
    payout: Payout, what: str, moves: _Moves, *, facts: Facts, now: datetime
) -> Transaction:
    return Transaction(
        kind=TxnKind.PAYOUT,
        key=f"payout-{what}:{payout.id}",
        occurred_at=now,
        entries=tuple(Entry(account, amount, payout.currency) for account, amount in moves),
        facts=facts,
    )


def _facts(payout: Payout, by: UUID) -> dict[str, str | int]:
    told = {"run": payout.run_id, "payout": payout.id, "payee": payout.payee, "by": by}
    return {name: str(value) for name, value in told.items()}


def _id_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _unknown() -> Refused:
    return Refused("payout-unknown", "There is no such payout.", status=404)
