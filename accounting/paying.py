"""Payout runs: one person plans, another approves, and from then on the money is under way.

`payable` is debited when a run is approved, to an account `transit` of each payout, so that what
is approved is not planned again. Each step is one transaction: whoever dies in it did nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from accounting.bank_details import details_with
from accounting.journal import post
from accounting.owing import last_closing, standings
from accounting.payee_locks import lock_all_payees
from accounting.payout_booking import kept, paid, undone
from accounting.payout_rows import move_payout, payouts_in, run_of
from accounting.payouts import Plan, Planned, Policy, Waiting, plan
from base.database import Session, insert_once
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.payouts import Payout, PayoutRun
from catalog.payout_states import (
    RUN_MOVES,
    PayoutEvent,
    PayoutState,
    RunEvent,
    RunState,
)
from catalog.restorations import require_no_hold
from catalog.states import next_state

#: What can be done with a run that something cannot be done with.
_NEXT = {
    RunState.DRAFT: "The run is planned: another treasurer approves it, or anybody cancels it.",
    RunState.APPROVED: "The run was approved by somebody else: export it for the bank now.",
    RunState.EXPORTED: (
        "The run was sent to the bank: book what the bank says of it, by its statement."
    ),
    RunState.CANCELLED: "The run was given up: plan another.",
}


async def draft(
    session: Session, policy: Policy, *, key: str, by: UUID, now: datetime
) -> PayoutRun:
    """Plan to pay what was earned until the last closing; `key` names the plan.

    Raises:
        Refused: 409, `nothing-closed`, `run-open`, `nothing-to-pay`, `idempotency-mismatch`.

    """
    known = await _under(session, key)
    if known is not None:
        return _the_same(known, by)
    until = await last_closing(session)
    if until is None:
        raise Refused(
            "nothing-closed", "What was earned is paid out once its month is closed.", status=409
        )
    run = _run(policy, key=key, until=until, by=by, now=now)
    # Its row comes first: whoever approves another holds that one, and is waited for here.
    if not await insert_once(session, run):
        known = await _under(session, key)
        if known is not None:
            return _the_same(known, by)
        raise Refused(
            "run-open", "Another run is planned: approve or cancel that one first.", status=409
        )
    planned = await _plan(session, run)
    if not planned.payouts:
        raise Refused("nothing-to-pay", _why_nobody(planned.waiting), status=409)
    run.waiting = [_told(one) for one in planned.waiting]
    session.add_all(_payout(run, one) for one in planned.payouts)
    await note_act(session, by, Act.RUN_PLANNED, run.id, now=now)
    return run


async def approve(session: Session, run_id: UUID, *, by: UUID, now: datetime) -> PayoutRun:
    """Book all payouts of a run; who approves it again changes nothing.

    Raises:
        Refused: `run-unknown`, 404; `second-person-needed`, 403; 409: `run-not-draft`,
            `run-stale`: somebody's plan does not hold any more; `house-restored`.

    """
    run = await run_of(session, run_id, lock=True)
    if run.state != RunState.DRAFT and run.approved_by == by:
        return run
    _require(run, RunEvent.APPROVE)
    await require_no_hold(session)
    if run.drafted_by == by:
        raise Refused(
            "second-person-needed",
            "You planned this run: another treasurer approves it, with a token of theirs.",
            status=403,
        )
    payouts = await payouts_in(session, run.id)
    await lock_all_payees(session)  # a chargeback takes from them as well
    _require_fresh(await _plan(session, run), payouts)
    run.state = next_state(RUN_MOVES, RunState(run.state), RunEvent.APPROVE)
    run.approved_by, run.approved_at = by, now
    for one in payouts:
        move_payout(one, PayoutEvent.BOOK)
        one.booked_at = now
    to = await details_with(session, {one.details_id for one in payouts})
    booked_as = [paid(run, one, to[one.details_id], now=now) for one in payouts]
    posted = await post(session, booked_as, now=now)
    for one, booked in zip(payouts, posted, strict=True):
        one.txn_id = booked.id
    changed = [one for one in payouts if one.held != one.released]
    posted = await post(session, [kept(run, one, now) for one in changed], now=now)
    for one, booked in zip(changed, posted, strict=True):
        one.reserve_txn_id = booked.id
    await note_act(session, by, Act.RUN_APPROVED, run.id, now=now)
    return run


async def cancel(session: Session, run_id: UUID, *, by: UUID, now: datetime) -> PayoutRun:
    """Give up a run that was not sent to the bank; what was booked is undone.

    Raises:
        Refused: `run-unknown`, 404; `run-sent`, 409.

    """
    run = await run_of(session, run_id, lock=True)
    if run.state == RunState.CANCELLED:
        return run
    _require(run, RunEvent.CANCEL)
    run.state = next_state(RUN_MOVES, RunState(run.state), RunEvent.CANCEL)
    payouts = await payouts_in(session, run.id)
    for one in payouts:
        move_payout(one, PayoutEvent.CANCEL)
    reversals = []
    for one in payouts:
        reversals += await undone(session, run, one, by=by, now=now)
    await post(session, reversals, now=now)
    await note_act(session, by, Act.RUN_CANCELLED, run.id, now=now)
    return run


async def _under(session: Session, key: str) -> PayoutRun | None:
    found: PayoutRun | None = await session.scalar(select(PayoutRun).where(PayoutRun.key == key))
    return found


async def _plan(session: Session, run: PayoutRun) -> Plan:
    """Plan a run as it was planned, with what is known now."""
    policy, at = Policy(**run.policy), run.drafted_at
    return plan(await standings(session, policy, until=run.until, now=at), policy, now=at)


def _run(policy: Policy, *, key: str, until: datetime, by: UUID, now: datetime) -> PayoutRun:
    return PayoutRun(
        id=uuid4(),
        key=key,
        state=RunState.DRAFT,
        currency=policy.currency,
        until=until,
        policy=asdict(policy),
        waiting=[],
        drafted_by=by,
        drafted_at=now,
    )


def _payout(run: PayoutRun, planned: Planned) -> Payout:
    return Payout(
        id=uuid4(),
        run_id=run.id,
        payee=planned.payee,
        currency=run.currency,
        amount=planned.amount,
        held=planned.held,
        released=planned.released,
        details_id=planned.details,
        state=PayoutState.PLANNED,
        fee=0,
    )


def _the_same(run: PayoutRun, by: UUID) -> PayoutRun:
    if run.drafted_by != by:
        raise Refused(
            "idempotency-mismatch", "Somebody else planned a run under this key.", status=409
        )
    return run


def _require(run: PayoutRun, event: RunEvent) -> None:
    if (RunState(run.state), event) not in RUN_MOVES:
        code = "run-not-draft" if event is RunEvent.APPROVE else "run-sent"
        raise Refused(code, _NEXT[RunState(run.state)], status=409)


def _require_fresh(plan: Plan, payouts: Sequence[Payout]) -> None:
    fresh = {(one.payee, one.amount, one.held, one.released, one.details) for one in plan.payouts}
    stale = [
        one.payee
        for one in payouts
        if (one.payee, one.amount, one.held, one.released, one.details_id) not in fresh
    ]
    if stale:
        shown = ", ".join(stale[:3]) + (", …" if len(stale) > 3 else "")  # noqa: PLR2004 - a few
        raise Refused(
            "run-stale",
            f"What was planned for {shown} holds no more: cancel the run and plan another.",
            status=409,
        )


def _why_nobody(waiting: Sequence[Waiting]) -> str:
    why = sorted({why for one in waiting for why in one.why})
    return f"Nobody can be paid: {', '.join(why)}." if why else "Nothing is owed to anybody."


def _told(one: Waiting) -> dict[str, object]:
    return {
        "payee": one.payee,
        "currency": one.currency,
        "payable": int(one.payable),
        "why": [str(why) for why in one.why],
    }
