"""Refunds of top-ups: what was not spent goes back the way it came.

The credits are taken first, so that they cannot be spent meanwhile; then the provider is asked,
under the refund's own name, as often as it takes. What it refuses for good is undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from accounting.chargebacks import gone_before, locked_lot
from accounting.journal import post, reversal_of
from accounting.ledger import Transaction, TxnKind
from accounting.lot_rows import apply_entries
from accounting.payments.amounts import Money
from accounting.payments.port import Provider
from accounting.sales import move, sale_of
from accounting.taking_back import Back, refund_of
from base.clock import Clock
from base.database import Database, Session
from base.errors import Broken, Refused
from catalog.models.payments import Payment, PaymentRefund
from catalog.payment_states import PaymentEvent, PaymentState
from catalog.payments import payment_of, refund_under

_GIVEN_UP = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A refund that somebody asks for, under a key of theirs."""

    payment_id: UUID
    request_key: str
    by: UUID
    reason: str


async def refund(
    database: Database, provider: Provider, asked: Asked, *, clock: Clock
) -> PaymentRefund:
    """Send back what was not spent of a top-up; the same key goes on where it was left.

    Raises:
        Refused: `payment-unknown`, 404; `not-refundable`, 409; `nothing-unspent`, 409; or the
            provider does not do it, and nothing was taken.
        Unavailable: the provider cannot be reached; ask again under the same key.

    """
    row = await database.run(lambda session: _booked(session, asked, now=clock()))
    if row.sent_at is not None or row.provider_ref == _GIVEN_UP:
        return row
    async with database.read() as session:
        payment = await payment_of(session, row.payment_id)
    amount = Money(micros=row.amount, currency=payment.currency)
    try:
        named = await provider.refund(payment.provider_id or "", amount, key=str(row.id))
    except Refused:
        await database.run(lambda session: _undone(session, asked, now=clock()))
        raise
    return await database.run(lambda session: _sent(session, asked, named, now=clock()))


async def _booked(session: Session, asked: Asked, *, now: datetime) -> PaymentRefund:
    payment = await payment_of(session, asked.payment_id, lock=True)
    known = await refund_under(session, asked.request_key)
    if known is not None:
        return known
    if payment.state != PaymentState.PAID:
        raise Refused("not-refundable", f"This top-up is {payment.state}.", status=409)
    lot = await locked_lot(session, payment)
    gone = await gone_before(session, payment)
    back = refund_of(sale_of(payment, lot.currency), lot, before=gone)
    if back.paid <= 0:
        raise Refused(
            "nothing-unspent", "Less than a cent of what was bought is unspent.", status=409
        )
    row = PaymentRefund(
        id=uuid4(),
        payment_id=payment.id,
        request_key=asked.request_key,
        requested_by=asked.by,
        reason=asked.reason,
        amount=back.paid,
        created_at=now,
    )
    payment.refunded += back.paid
    payment.changed_at = now
    txn = _transaction(payment, row, back, now=now)
    await apply_entries(session, txn.entries)
    [posted] = await post(session, [txn], now=now)
    row.txn_id = posted.id
    session.add(row)
    return row


def _transaction(payment: Payment, row: PaymentRefund, back: Back, *, now: datetime) -> Transaction:
    return Transaction(
        kind=TxnKind.REFUND,
        key=f"topup-refund:{row.id}",
        occurred_at=now,
        entries=back.entries,
        facts={
            "payment": str(payment.id),
            "listener": str(payment.listener_id),
            "refund": str(row.id),
            "amount": back.paid,
            "currency": payment.currency,
            "by": str(row.requested_by),
        },
    )


async def _sent(session: Session, asked: Asked, named: str, *, now: datetime) -> PaymentRefund:
    payment = await payment_of(session, asked.payment_id, lock=True)
    row = await _row(session, asked)
    row.sent_at, row.provider_ref = now, named
    if payment.refunded >= payment.paid and payment.state == PaymentState.PAID:
        move(payment, PaymentEvent.REFUND, now=now)
    return row


async def _undone(session: Session, asked: Asked, *, now: datetime) -> None:
    payment = await payment_of(session, asked.payment_id, lock=True)
    row = await _row(session, asked)
    if row.provider_ref == _GIVEN_UP:
        return
    row.provider_ref = _GIVEN_UP
    payment.refunded -= row.amount
    back = await reversal_of(
        session,
        row.txn_id,
        key=f"topup-refund-undone:{row.id}",
        occurred_at=now,
        facts={"payment": str(payment.id), "refund": str(row.id)},
    )
    await apply_entries(session, back.entries)
    await post(session, [back], now=now)


async def _row(session: Session, asked: Asked) -> PaymentRefund:
    row = await refund_under(session, asked.request_key)
    if row is None:
        raise Broken("refund-lost", f"The refund {asked.request_key} is not there any more.")
    return row
