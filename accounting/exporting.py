"""The file of a payout run for the bank: made once, kept, and the same whenever it is asked for.

Approved long ago or a moment ago: whoever is on hold by now, or has said where to anew, is left
out, and owed again. The run tells why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from accounting.bank_accounts import BankAccount
from accounting.bank_details import account_digest, account_in, details_in_force, details_with
from accounting.journal import post
from accounting.payout_booking import transit_of, undone
from accounting.payout_holds import payees_on_hold
from accounting.payout_rows import move_payout, payouts_in, run_of
from accounting.payouts import MICROS_PER_CENT, Why, payee_id_of
from accounting.sepa import CURRENCY, Batch, Transfer, document
from accounting.sums import explained_on
from accounting.target_days import target_day_after
from base.bulk import in_parts
from base.database import Database, Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.payouts import BankDetails, Payout, PayoutFile, PayoutRun
from catalog.payout_states import RUN_MOVES, PayoutEvent, RunEvent, RunState
from catalog.restorations import require_no_hold
from catalog.states import next_state


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sending:
    """What of a run is sent, and what is not, with all reasons."""

    payouts: Sequence[Payout]
    to: Mapping[UUID, BankDetails]
    left_out: Mapping[UUID, tuple[Why, ...]]

    @property
    def sent(self) -> list[Payout]:
        return [one for one in self.payouts if one.id not in self.left_out]


async def export(
    database: Database, run_id: UUID, *, source: BankAccount, by: UUID, now: datetime
) -> bytes:
    """Answer the file of a run that was approved; from then on it counts as sent.

    Raises:
        Refused: `run-unknown`, 404; 409: `run-not-approved`, `currency-not-sepa`,
            `nothing-to-send`, `run-changed`, `payout-altered`; `house-restored`, even of a file
            that was made before.

    """
    async with database.snapshot() as session:
        run = await run_of(session, run_id)
        await require_no_hold(session)
        if kept := await _kept(session, run_id):
            return kept
        _require_approved(run)
        sending = await _sending(session, run)
    _require_some(sending)
    batch = _batch(run, sending, source=source, now=now)
    # Thousands of transfers are checked against the schema meanwhile: not in the loop, and not
    # while a row is locked. Whoever else does the same now sends what is kept first.
    content = await asyncio.to_thread(document, batch)
    keep = partial(_keep, run_id=run_id, sending=sending, content=content, by=by, now=now)
    return await database.run(keep)


async def _keep(  # noqa: PLR0913 - what is kept, of which run, by whom
    session: Session,
    *,
    run_id: UUID,
    sending: _Sending,
    content: bytes,
    by: UUID,
    now: datetime,
) -> bytes:
    run = await run_of(session, run_id, lock=True)
    await require_no_hold(session)
    if kept := await _kept(session, run_id):
        return kept
    _require_approved(run)
    found = await _sending(session, run)
    if found.left_out != sending.left_out:
        raise Refused(
            "run-changed",
            "A hold or bank details changed while the file was made: export the run again.",
            status=409,
        )
    run.state = next_state(RUN_MOVES, RunState(run.state), RunEvent.EXPORT)
    run.exported_at, run.executes_on = now, _executes_on(now)
    session.add(PayoutFile(run_id=run_id, content=content))
    await note_act(session, by, Act.RUN_EXPORTED, run_id, now=now)
    await _leave_out(session, run, found, by=by, now=now)
    return content


async def _leave_out(
    session: Session, run: PayoutRun, found: _Sending, *, by: UUID, now: datetime
) -> None:
    """Owe again what is not sent, and tell why."""
    stopped = [one for one in found.payouts if one.id in found.left_out]
    run.waiting = [*run.waiting, *(_told(one, found.left_out[one.id]) for one in stopped)]
    for one in stopped:
        move_payout(one, PayoutEvent.CANCEL)
    reversals = [
        each for one in stopped for each in await undone(session, run, one, by=by, now=now)
    ]
    await post(session, reversals, now=now)


async def _sending(session: Session, run: PayoutRun) -> _Sending:
    payouts = await payouts_in(session, run.id)
    ids = {payee_id_of(one.payee) for one in payouts}
    payees = {one for one in ids if one is not None}
    held = await payees_on_hold(session)
    in_force = {one.id for one in await details_in_force(session, payees)}
    left_out: dict[UUID, tuple[Why, ...]] = {}
    for one in payouts:
        found = {
            Why.ON_HOLD: held.holds(one.payee),
            Why.NEW_DETAILS: one.details_id not in in_force,
        }
        if any(found.values()):
            left_out[one.id] = tuple(why for why, holds in found.items() if holds)
    to = await details_with(session, {one.details_id for one in payouts})
    await _require_as_booked(session, payouts, to)
    return _Sending(payouts=payouts, to=to, left_out=left_out)


async def _require_as_booked(
    session: Session, payouts: Sequence[Payout], to: Mapping[UUID, BankDetails]
) -> None:
    """Refuse to send what the journal does not know so: it cannot be changed, rows might be."""
    said = {(transit_of(one), -one.amount, account_digest(to[one.details_id])) for one in payouts}
    accounts = [account for account, _, _ in said]
    for part in in_parts(accounts):
        for one in await explained_on(session, part):
            said.discard((one.account, one.amount, str(one.facts.get("account"))))
    if said:
        shown = ", ".join(sorted(account.of for account, _, _ in said)[:3])
        raise Refused(
            "payout-altered",
            f"Amount or account is not what was approved ({shown}): cancel the run, and find out "
            "who has changed the database.",
            status=409,
        )


async def _kept(session: Session, run_id: UUID) -> bytes:
    kept = await session.get(PayoutFile, run_id)
    return b"" if kept is None else kept.content


def _batch(run: PayoutRun, sending: _Sending, *, source: BankAccount, now: datetime) -> Batch:
    return Batch(
        message=run.id.hex,
        created_at=now,
        executes_on=_executes_on(now),
        source=source,
        transfers=[_transfer(one, sending.to[one.details_id], source) for one in sending.sent],
    )


def _executes_on(now: datetime) -> date:
    """Answer when a bank shall do it: it takes files of a day until an hour of its own."""
    return target_day_after(now.date())


def _transfer(payout: Payout, details: BankDetails, source: BankAccount) -> Transfer:
    return Transfer(
        # An id with its dashes would be one letter too long for a bank.
        reference=payout.id.hex,
        to=account_in(details),
        cents=payout.amount // MICROS_PER_CENT,
        text=f"{source.holder} payout {payout.id.hex}",
    )


def _told(payout: Payout, why: tuple[Why, ...]) -> dict[str, object]:
    return {
        "payee": payout.payee,
        "currency": payout.currency,
        "payable": payout.amount,
        "why": [str(one) for one in why],
    }


def _require_some(sending: _Sending) -> None:
    if not sending.sent:
        raise Refused(
            "nothing-to-send",
            "All who are in it are on hold, or have entered new bank details: cancel the run.",
            status=409,
        )


def _require_approved(run: PayoutRun) -> None:
    if run.state == RunState.DRAFT:
        raise Refused(
            "run-not-approved",
            "The run is planned only: another treasurer than who planned it approves it first.",
            status=409,
        )
    if run.state != RunState.APPROVED:
        raise Refused(
            "run-not-approved", "The run was given up: plan and approve another.", status=409
        )
    if run.currency != CURRENCY:
        raise Refused("currency-not-sepa", f"SEPA transfers are in {CURRENCY}.", status=409)
