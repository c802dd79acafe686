"""The file of a payout run for the bank: made once, kept, and the same whenever it is asked for."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from accounting.bank_accounts import BankAccount
from accounting.bank_details import account_in
from accounting.payout_rows import run_of
from accounting.payouts import MICROS_PER_CENT
from accounting.sepa import CURRENCY, Batch, Transfer, document
from base.database import Database, Session
from base.errors import Refused
from catalog.models.payouts import BankDetails, Payout, PayoutFile, PayoutRun
from catalog.payout_states import RUN_MOVES, RunEvent, RunState
from catalog.states import next_state

#: A bank takes files until an hour of its own; the next day is early enough for every one.
_LEAD = timedelta(days=1)


async def export(database: Database, run_id: UUID, *, source: BankAccount, now: datetime) -> bytes:
    """Answer the file of a run that was approved; from then on it counts as sent.

    Raises:
        Refused: `run-unknown`, 404; 409: `run-not-approved`, `currency-not-sepa`.

    """
    async with database.read() as session:
        run = await run_of(session, run_id)
        kept = await _kept(session, run_id)
        batch = None if kept else await _batch(session, run, source=source, now=now)
    if batch is None:
        return kept
    # Thousands of transfers are checked against the schema meanwhile: not in the loop, and not
    # while a row is locked. Whoever else does the same now sends what is kept first.
    content = await asyncio.to_thread(document, batch)
    return await database.run(lambda session: _keep(session, run_id, content, now=now))


async def _keep(session: Session, run_id: UUID, content: bytes, *, now: datetime) -> bytes:
    run = await run_of(session, run_id, lock=True)
    if kept := await _kept(session, run_id):
        return kept
    _require_approved(run)
    run.state = next_state(RUN_MOVES, RunState(run.state), RunEvent.EXPORT)
    run.exported_at, run.executes_on = now, (now + _LEAD).date()
    session.add(PayoutFile(run_id=run_id, content=content))
    return content


async def _kept(session: Session, run_id: UUID) -> bytes:
    kept = await session.get(PayoutFile, run_id)
    return b"" if kept is None else kept.content


async def _batch(session: Session, run: PayoutRun, *, source: BankAccount, now: datetime) -> Batch:
    _require_approved(run)
    if run.currency != CURRENCY:
        raise Refused("currency-not-sepa", f"SEPA transfers are in {CURRENCY}.", status=409)
    query = select(Payout, BankDetails).join(BankDetails, BankDetails.id == Payout.details_id)
    rows = await session.execute(query.where(Payout.run_id == run.id).order_by(Payout.payee))
    transfers = [_transfer(payout, details, source) for payout, details in rows]
    return Batch(
        message=run.id.hex,
        created_at=now,
        executes_on=(now + _LEAD).date(),
        source=source,
        transfers=transfers,
    )


def _transfer(payout: Payout, details: BankDetails, source: BankAccount) -> Transfer:
    return Transfer(
        # An id with its dashes would be one letter too long for a bank.
        reference=payout.id.hex,
        to=account_in(details),
        cents=payout.amount // MICROS_PER_CENT,
        text=f"{source.holder} payout {payout.id.hex}",
    )


def _require_approved(run: PayoutRun) -> None:
    if run.state != RunState.APPROVED:
        raise Refused("run-not-approved", f"The run is {run.state}.", status=409)
