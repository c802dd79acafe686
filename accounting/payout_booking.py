"""Payouts as transactions: what is debited and credited when a run is approved, or given up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from accounting.bank_details import account_digest
from accounting.journal import reversal_of
from accounting.ledger import Account, AccountKind, Entry, Transaction, TxnKind
from base.database import Session
from catalog.models.payouts import BankDetails, Payout, PayoutRun


def transit_of(payout: Payout) -> Account:
    """Answer the account of a payout's money while it is under way."""
    return Account(AccountKind.TRANSIT, str(payout.id))


def paid(run: PayoutRun, payout: Payout, to: BankDetails, *, now: datetime) -> Transaction:
    """Answer what a payout of an approved run is booked as, with where to."""
    return Transaction(
        kind=TxnKind.PAYOUT,
        key=f"payout:{payout.id}",
        occurred_at=now,
        entries=_moved(payout, transit_of(payout), payout.amount),
        facts={**_facts(run, payout), "details": str(to.id), "account": account_digest(to)},
    )


def kept(run: PayoutRun, payout: Payout, now: datetime) -> Transaction:
    """Answer what goes to the reserve of its payee, or comes back from it, beside it."""
    reserve = Account(AccountKind.RESERVE, payout.payee)
    return Transaction(
        kind=TxnKind.RESERVE,
        key=f"holdback:{payout.id}",
        occurred_at=now,
        entries=_moved(payout, reserve, payout.held - payout.released),
        facts={**_facts(run, payout), "held": payout.held, "released": payout.released},
    )


def _moved(payout: Payout, to: Account, amount: int) -> tuple[Entry, Entry]:
    payable = Account(AccountKind.PAYABLE, payout.payee)
    return Entry(payable, amount, payout.currency), Entry(to, -amount, payout.currency)


def _facts(run: PayoutRun, payout: Payout) -> dict[str, str | int]:
    told = {
        "run": run.id,
        "payout": payout.id,
        "payee": payout.payee,
        "drafted_by": run.drafted_by,
        "approved_by": run.approved_by,
    }
    return {name: str(value) for name, value in told.items()}


async def undone(
    session: Session, run: PayoutRun, payout: Payout, *, by: UUID, now: datetime
) -> list[Transaction]:
    """Answer what undoes all that was booked of a payout."""
    facts = {"run": str(run.id), "payout": str(payout.id), "payee": payout.payee, "by": str(by)}
    booked = [
        (payout.txn_id, f"payout-cancelled:{payout.id}", TxnKind.PAYOUT),
        (payout.reserve_txn_id, f"holdback-cancelled:{payout.id}", TxnKind.RESERVE),
    ]
    return [
        await reversal_of(session, txn_id, key=key, occurred_at=now, facts=facts, kind=kind)
        for txn_id, key, kind in booked
        if txn_id is not None
    ]
