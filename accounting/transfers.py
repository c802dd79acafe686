"""What becomes of payouts at the bank: they leave, or come back and can be paid again."""

from __future__ import annotations

import asyncio
import hashlib
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
from accounting.payout_rows import move_payout, run_of
from accounting.payouts import MICROS_PER_CENT
from base.database import Database, Session
from base.errors import Refused
from base.units import Micros
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.payouts import Payout, PayoutRun
from catalog.payout_states import PayoutEvent, PayoutState, RunState

_BANK, _FEES = Account(AccountKind.BANK), Account(AccountKind.PSP_FEES)
#: Accounts, and what each is debited.
_Moves = Sequence[tuple[Account, int]]


#: What a bank may keep of what comes back: more than that is no fee, but another amount.
LARGEST_FEE = Micros(5_000 * MICROS_PER_CENT)
_LEFT = "left-though-returned"
#: What does not fit, in words.
_TROUBLES = {
    "amount-unreadable": "The bank's amount cannot be read.",
    "amount-differs": "The bank's amount is not that of the payout.",
    "fee-differs": "It came back less a fee that is not the one that was said and booked.",
    _LEFT: (
        "It left the account, but was said to have come back, and is owed again: hold its payee, "
        "and find out who said so."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was made of something that a bank told: not all of it, where there is `trouble`."""

    news: News
    trouble: str = ""
    sentence: str = ""


async def payout_of(session: Session, payout_id: UUID) -> Payout:
    """Answer a payout.

    Raises:
        Refused: `payout-unknown`, 404.

    """
    found = await session.get(Payout, payout_id)
    if found is None:
        raise _unknown()
    return found


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
    for one in payouts:
        await note_act(session, by, Act.PAYOUT_SETTLED, one.id, now=now)
    return await _settle(session, payouts, by=by, now=now)


async def settle_all(
    session: Session, run_id: UUID, *, by: UUID, now: datetime
) -> Sequence[Payout]:
    """Book that all of a run has left our account, but for what has come back already.

    Raises:
        Refused: `run-unknown`, 404; `payout-not-sent`, 409.

    """
    await run_of(session, run_id)
    is_away = Payout.state.not_in([PayoutState.RETURNED, PayoutState.CANCELLED])
    payouts = await _locked(session, Payout.run_id == run_id, is_away)
    await note_act(session, by, Act.RUN_SETTLED, run_id, now=now)
    return await _settle(session, payouts, by=by, now=now)


async def give_back(  # noqa: PLR0913 - what came back, why, and at what cost
    session: Session, payout_id: UUID, *, reason: str, fee: Micros, by: UUID, now: datetime
) -> Payout:
    """Say that a payout came back; once another person says the same, it is owed again.

    `reason` is a code of ISO 20022, `fee` what the bank took, from us. Who says it alone changes
    no balance; one that came back before is left as it is.

    Raises:
        Refused: `payout-unknown`, 404; 409: `payout-not-sent`, `return-differs`: somebody else
            said something else.

    """
    payouts = await _locked(session, Payout.id == payout_id)
    if not payouts:
        raise _unknown()
    await _require_sent(session, payouts)
    [payout] = payouts
    if payout.state == PayoutState.RETURNED:
        return payout
    await note_act(session, by, Act.PAYOUT_RETURNED, payout.id, now=now, facts={"reason": reason})
    if payout.return_said_by in {None, by}:
        payout.return_said_by, payout.reason, payout.fee = by, reason, fee
        await session.flush()
        return payout
    if (payout.reason, payout.fee) != (reason, fee):
        raise Refused(
            "return-differs",
            f"Somebody else said {payout.reason}, and a fee of {payout.fee // MICROS_PER_CENT} "
            "cents: say the same, or let them say it anew.",
            status=409,
        )
    said_by = {"said_by": str(payout.return_said_by)}
    await _give_back(session, payout, facts={**_facts(payout, by), **said_by}, now=now)
    return payout


async def take_statement(
    database: Database, content: bytes, *, by: UUID, now: datetime
) -> list[Result]:
    """Book what a camt.053 or camt.054 message tells of payouts, each entry by itself.

    Whoever dies in the middle of it sends it again: what was booked is not booked twice.

    Raises:
        Refused: `statement-unreadable`, 422.

    """
    news = await asyncio.to_thread(news_in, content)
    digest, facts = hashlib.sha256(content).hexdigest(), {"entries": len(news)}
    await database.run(
        lambda session: note_act(session, by, Act.STATEMENT_TAKEN, digest, now=now, facts=facts)
    )
    told = [await _taken(database, one, by=by, now=now) for one in news]
    # What left may be told before what brought it back.
    again = [
        await _taken(database, one.news, by=by, now=now) if one and one.trouble == _LEFT else one
        for one in told
    ]
    return [one for one in again if one is not None]


async def _taken(database: Database, news: News, *, by: UUID, now: datetime) -> Result | None:
    """Book an entry; what is wrong with it is no other's concern."""
    try:
        return await database.run(partial(take_news, news=news, by=by, now=now))
    except Refused as refused:
        return Result(news=news, trouble=refused.code, sentence=refused.sentence)


async def take_news(session: Session, news: News, *, by: UUID, now: datetime) -> Result | None:
    """Book what a bank tells of a transfer, or of all of a file; nothing, if it is not ours.

    The same told twice is booked once, and in whichever order statements come.
    """
    reference = _id_in(news.reference)
    payouts = [] if reference is None else await _named(session, reference)
    if not payouts:
        return None
    if news.cents is None:
        return _result(news, "amount-unreadable")
    fee = _fee_in(news, Micros(news.cents * MICROS_PER_CENT), payouts)
    if fee is None:
        return _result(news, "amount-differs")
    await _require_sent(session, payouts)
    if not news.returned:
        return _result(news, await _left(session, payouts, by=by, now=now))
    troubles = [
        await _came_back(session, one, reason=news.returned, fee=fee, by=by, now=now)
        for one in payouts
    ]
    return _result(news, max(troubles))


def _result(news: News, trouble: str) -> Result:
    return Result(news=news, trouble=trouble, sentence=_TROUBLES.get(trouble, ""))


def _fee_in(news: News, amount: Micros, payouts: Sequence[Payout]) -> Micros | None:
    """Answer what a bank kept of a transfer that came back; None where the amount is another."""
    total = sum(one.amount for one in payouts)
    short = total - amount if news.currency == payouts[0].currency else -1
    is_fee = bool(news.returned) and len(payouts) == 1 and 0 < short <= min(LARGEST_FEE, total - 1)
    return Micros(short) if short == 0 or is_fee else None


async def _left(session: Session, payouts: Sequence[Payout], *, by: UUID, now: datetime) -> str:
    """Book that payouts left; what only people said to have come back is in trouble then."""
    away = [one for one in payouts if one.state != PayoutState.RETURNED]
    doubtful = [
        one
        for one in payouts
        if one.state == PayoutState.RETURNED and not (one.settled_at or one.credited_at)
    ]
    await _settle(session, away, by=by, now=now)
    return _LEFT if doubtful else ""


async def _came_back(  # noqa: PLR0913 - what came back, why, and at what cost
    session: Session, payout: Payout, *, reason: str, fee: Micros, by: UUID, now: datetime
) -> str:
    """Book that a bank gave a payout back, or that what people said is so."""
    payout.credited_at = payout.credited_at or now
    if payout.state != PayoutState.RETURNED:
        payout.reason, payout.fee = reason, fee
        await _give_back(session, payout, facts={**_facts(payout, by), "told_by": "bank"}, now=now)
    await session.flush()
    return "fee-differs" if fee not in {0, payout.fee} else ""


async def _give_back(session: Session, payout: Payout, *, facts: Facts, now: datetime) -> None:
    source = _BANK if payout.state == PayoutState.SETTLED else transit_of(payout)
    move_payout(payout, PayoutEvent.RETURN)
    payout.returned_at, fee = now, payout.fee
    moves = [(source, payout.amount), (Account(AccountKind.PAYABLE, payout.payee), -payout.amount)]
    moves += [(_FEES, fee), (_BANK, -fee)] if fee else []
    facts = {**facts, "reason": payout.reason or "", "fee": fee}
    await post(session, [_booking(payout, "returned", moves, facts=facts, now=now)], now=now)


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
    if one := await _locked(session, Payout.id == reference):
        return one
    payouts = await _locked(session, Payout.run_id == reference)
    return [one for one in payouts if one.state != PayoutState.CANCELLED] or payouts


async def _require_sent(session: Session, payouts: Sequence[Payout]) -> None:
    """Refuse what no bank can know of."""
    runs = {one.run_id for one in payouts}
    sent = select(PayoutRun.id).where(PayoutRun.state == RunState.EXPORTED, PayoutRun.id.in_(runs))
    is_left_out = any(one.state == PayoutState.CANCELLED for one in payouts)
    if is_left_out or set(await session.scalars(sent)) != runs:
        raise Refused(
            "payout-not-sent", "It was not sent to the bank: export its run first.", status=409
        )


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
