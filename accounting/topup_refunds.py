"""Refunds of top-ups: what was not spent goes back the way it came.

The credits are taken first, so that they cannot be spent meanwhile; then the provider is asked,
under the refund's own name, as often as it takes. What it refuses for good is undone; what it sent
all the same, as somebody else asked at that moment, is taken again. Where nobody can be asked, a
treasurer transfers it, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from accounting.chargebacks import gone_before, locked_lot, taken_back
from accounting.journal import post, reversal_of
from accounting.ledger import Transaction, TxnKind
from accounting.lot_rows import apply_entries, lock_wallets, lots_of
from accounting.payments.amounts import Money
from accounting.payments.manual import BY_HAND
from accounting.payments.port import Provider, RefundTold
from accounting.sales import move, sale_of
from accounting.taking_back import Back, refund_of
from base.clock import Clock
from base.database import Database, Session
from base.errors import Broken, Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.payments import Payment, PaymentRefund
from catalog.payment_states import PaymentEvent, PaymentState
from catalog.payments import MEMBERSHIP, payment_of, refund_under
from catalog.restorations import require_no_hold

#: Providers know a key for a day at least; after so long we ask first whether it was done.
_KEPT = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A refund that somebody asks for, under a key of theirs."""

    payment_id: UUID
    request_key: str
    by: UUID | None
    reason: str


async def refund(
    database: Database, provider: Provider, asked: Asked, *, clock: Clock
) -> PaymentRefund:
    """Send back what was not spent of a top-up; the same key goes on where it was left.

    Raises:
        Refused: `payment-unknown`, 404; `not-refundable`, 409; `nothing-unspent`, 409;
            `refund-refused`, 409: it was undone before; or the provider does not do it, and
            nothing was taken; `house-restored`, 409: one that was sent is answered all the same.
        Unavailable: the provider cannot be reached; ask again under the same key.

    """
    row = await database.run(lambda session: _booked(session, asked, now=clock()))
    if row.undone_at is not None:
        raise _refused()
    if row.sent_at is not None:
        return row
    async with database.read() as session:
        payment = await payment_of(session, row.payment_id)
    if payment.provider == BY_HAND:
        return row
    try:
        named = await _send(provider, payment, row, now=clock())
    except Refused:
        row = await database.run(lambda session: _given_up(session, asked, now=clock()))
        if row.undone_at is None:
            return row  # somebody who asked at once has sent it
        raise
    row = await database.run(lambda session: _sent(session, asked, named, now=clock()))
    if row.undone_at is not None:
        raise _refused()
    return row


async def unspent_of(session: Session, payment: Payment) -> int:
    """Answer what would be sent back of a top-up now; nothing of what is no paid top-up."""
    if payment.product == MEMBERSHIP or payment.state != PaymentState.PAID or not payment.lot_id:
        return 0
    [lot] = await lots_of(session, [payment.lot_id])
    gone = await gone_before(session, payment)
    return max(0, refund_of(sale_of(payment, lot.currency), lot, before=gone).paid)


async def _send(provider: Provider, payment: Payment, row: PaymentRefund, *, now: datetime) -> str:
    key, named = str(row.id), payment.provider_id or ""
    if now - row.created_at > _KEPT:
        for told in (await provider.fetch(named)).refunds:
            if told.key == key and told.has_failed:
                raise _refused()
            if told.key == key:
                return told.id
    amount = Money(micros=row.amount, currency=payment.currency)
    return await provider.refund(named, amount, key=key)


def _refused() -> Refused:
    return Refused(
        "refund-refused",
        "This refund came to nothing, and the credit is in the wallet again: to try once more, use "
        "a new key.",
        status=409,
    )


async def _booked(session: Session, asked: Asked, *, now: datetime) -> PaymentRefund:
    payment = await payment_of(session, asked.payment_id, lock=True)
    known = await refund_under(session, asked.request_key)
    if known is None or (known.sent_at is None and known.undone_at is None):
        await require_no_hold(session)
    if known is not None:
        return known
    if payment.product == MEMBERSHIP:
        raise Refused(
            "not-a-topup",
            "Dues are no credit, and shares are redeemed: see the register of members.",
            status=409,
        )
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
    facts = {"micros": back.paid, "currency": lot.currency}
    await note_act(session, asked.by, Act.TOPUP_REFUNDED, payment.id, now=now, facts=facts)
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
            "by": str(row.requested_by or ""),
            "reason": row.reason,
        },
    )


async def _sent(session: Session, asked: Asked, named: str, *, now: datetime) -> PaymentRefund:
    payment = await payment_of(session, asked.payment_id, lock=True)
    row = await _row(session, asked)
    if is_given_up(row):
        await redo(session, payment, row, RefundTold(id=named, amount=row.amount), now=now)
    elif row.sent_at is None:
        note_sent(payment, row, named=named, now=now)
    return row


def note_sent(payment: Payment, row: PaymentRefund, *, named: str, now: datetime) -> None:
    """Note that a refund is on its way, and what it is called there."""
    row.sent_at, row.provider_ref = now, named
    if payment.refunded >= payment.paid and payment.state == PaymentState.PAID:
        move(payment, PaymentEvent.REFUND, now=now)


def is_given_up(row: PaymentRefund) -> bool:
    """Answer whether a refund was undone because it is not known to have been sent."""
    return row.undone_at is not None and row.sent_at is None


async def redo(
    session: Session, payment: Payment, row: PaymentRefund, told: RefundTold, *, now: datetime
) -> None:
    """Take again what was given up, and was sent all the same; the payment is locked.

    What was spent meanwhile the co-operative bears, as of any refund that it hears of.
    """
    row.undone_at, row.sent_at, row.provider_ref = None, now, told.id
    row.txn_id = await taken_back(session, payment, told, now=now)


async def _given_up(session: Session, asked: Asked, *, now: datetime) -> PaymentRefund:
    payment = await payment_of(session, asked.payment_id, lock=True)
    row = await _row(session, asked)
    if row.sent_at is None:
        await undo(session, payment, row, reason="the provider did not send it", now=now)
    return row


async def undo(
    session: Session, payment: Payment, row: PaymentRefund, *, reason: str, now: datetime
) -> None:
    """Put back what a refund took that did not get there, once; the payment is locked."""
    if row.undone_at is not None:
        return
    row.undone_at = now
    payment.refunded -= row.amount
    if payment.state == PaymentState.REFUNDED:
        move(payment, PaymentEvent.RESTORE, now=now)
    await lock_wallets(session, [payment.listener_id])
    back = await reversal_of(
        session,
        row.txn_id,
        key=f"topup-refund-undone:{row.txn_id}",
        occurred_at=now,
        facts={"payment": str(payment.id), "refund": str(row.id), "reason": reason},
    )
    await apply_entries(session, back.entries)
    await post(session, [back], now=now)


async def _row(session: Session, asked: Asked) -> PaymentRefund:
    row = await refund_under(session, asked.request_key)
    if row is None:
        raise Broken("refund-lost", f"The refund {asked.request_key} is not there any more.")
    return row
