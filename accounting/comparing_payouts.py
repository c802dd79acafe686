"""Payouts against what was booked of them: to whom, how much, by whom, and what became of it.

One that is only planned is in no journal yet. The file for the bank is made of what is compared
here; what a bank made of it is told by its statements.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256

from sqlalchemy import ColumnElement, String, and_, cast, exists, or_, select
from sqlalchemy.orm import aliased

from accounting.comparing import MOST, Column, differing, place_of, says, uuid_text
from accounting.discrepancy import Discrepancy, about_transaction
from accounting.ledger import AccountKind, TxnKind
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import LedgerAccount, LedgerEntry, LedgerTxn
from catalog.models.payouts import BankDetails, Payout, PayoutRun
from catalog.payout_states import PayoutState

_TXN = table_of(LedgerTxn).c
_PLANNED = (PayoutState.PLANNED, PayoutState.CANCELLED)


async def verify_payouts(session: Session) -> AsyncIterator[Discrepancy]:
    """Compare payouts with their transactions."""
    for check in (_payouts, _unknown, _astray):
        for one in await check(session):
            yield one


async def _payouts(session: Session) -> list[Discrepancy]:
    facts, payout = _TXN.facts, uuid_text(session, Payout.id)
    is_booked, kept = Payout.txn_id.is_not(None), aliased(LedgerTxn)
    query = (
        select(Payout.id, Payout.txn_id)
        .join(PayoutRun, PayoutRun.id == Payout.run_id)
        .outerjoin(LedgerTxn, _TXN.id == Payout.txn_id)
        .outerjoin(kept, kept.id == Payout.reserve_txn_id)
    )
    approver = uuid_text(session, PayoutRun.approved_by)
    moved = _moved(AccountKind.PAYABLE, Payout.payee, Payout.txn_id, Payout.amount)
    sent = _moved(AccountKind.TRANSIT, payout, Payout.txn_id, -Payout.amount)
    held = Payout.held - Payout.released
    reserved = _moved(AccountKind.RESERVE, Payout.payee, Payout.reserve_txn_id, -held)
    details = says(session, facts, "details", uuid_text(session, Payout.details_id))
    told = {
        "transaction": and_(_TXN.kind == TxnKind.PAYOUT, _TXN.key == "payout:" + payout),
        "run": says(session, facts, "run", uuid_text(session, Payout.run_id)),
        "payee": and_(says(session, facts, "payee", Payout.payee.expression), moved),
        "amount": sent,
        "drafted_by": says(session, facts, "drafted_by", uuid_text(session, PayoutRun.drafted_by)),
        "approved_by": says(session, facts, "approved_by", approver),
        "details": or_(place_of(session, facts, '"details":') == 0, details),
        "booked_at": Payout.booked_at == _TXN.occurred_at,
        "reserve": or_(
            and_(held == 0, Payout.reserve_txn_id.is_(None)),
            and_(kept.kind == TxnKind.RESERVE, kept.key == "holdback:" + payout, reserved),
        ),
    }
    anyway = {
        "state": or_(is_booked, Payout.state.in_(_PLANNED)),
        "second person": or_(
            PayoutRun.approved_by.is_(None), PayoutRun.approved_by != PayoutRun.drafted_by
        ),
        "settled": _is_told(payout, "settled", Payout.settled_at.is_not(None)),
        "returned": _is_told(payout, "returned", Payout.state == PayoutState.RETURNED),
    }
    booked = {name: or_(~is_booked, one) for name, one in told.items()}
    return await differing(
        session,
        query,
        {**booked, **anyway},
        lambda row, names: Discrepancy(
            code="payout-differs",
            subject=f"payout:{row.id}",
            sentence=f"Payout {row.id} is not what transaction {row.txn_id} was booked for, or "
            f"what became of it was not booked: {names} differ.",
        ),
    )


async def _unknown(session: Session) -> list[Discrepancy]:
    """Find transactions of payouts that are not there."""
    query = select(_TXN.id).outerjoin(Payout, Payout.txn_id == _TXN.id)
    missing = query.where(
        _TXN.kind == TxnKind.PAYOUT, _TXN.key.like("payout:%"), Payout.id.is_(None)
    )
    return [
        about_transaction(number, "payout-missing", "is of a payout that is not there.")
        for number in await session.scalars(missing.limit(MOST))
    ]


async def _astray(session: Session) -> list[Discrepancy]:
    """Find payouts whose details are not the account that was approved, where the books say it."""
    query = select(Payout.id, BankDetails.id, BankDetails.iban, _TXN.facts)
    query = query.join(BankDetails, BankDetails.id == Payout.details_id)
    query = query.join(LedgerTxn, _TXN.id == Payout.txn_id)
    query = query.where(place_of(session, _TXN.facts, '"account":') > 0)
    return [
        Discrepancy(
            code="payout-astray",
            subject=f"payout:{payout}",
            sentence=f"Payout {payout} was approved to another account than its details name.",
        )
        for payout, details, iban, facts in await session.execute(query)
        if sha256(f"{details}:{iban}".encode()).hexdigest() not in facts
    ]


def _moved(kind: AccountKind, of: Column, txn: Column, amount: Column) -> ColumnElement[bool]:
    """Say that a transaction moves so much, debit positive, on an account that is somebody's."""
    return (
        exists()
        .where(LedgerEntry.txn_id == txn, LedgerEntry.amount == amount)
        .where(LedgerEntry.currency == Payout.currency)
        .where(LedgerAccount.id == LedgerEntry.account_id)
        .where(LedgerAccount.name == f"{kind}:" + cast(of, String))
    )


def _is_told(
    payout: ColumnElement[str], what: str, is_so: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Say that something is booked of a payout, if it is so, and is not, if it is not."""
    booked = aliased(LedgerTxn)
    is_booked = exists().where(booked.key == f"payout-{what}:" + payout)
    return or_(and_(is_so, is_booked), and_(~is_so, ~is_booked))
