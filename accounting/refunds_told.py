"""Refunds as a provider tells of them: of those from elsewhere, and of those that came to nothing.

Each is known by the provider's name for it, or by ours, which it carries. The payment is locked by
the caller.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from accounting.chargebacks import taken_back
from accounting.payments.port import RefundTold, Report
from accounting.topup_refunds import is_given_up, redo, undo
from base.database import Session
from catalog.models.payments import Payment, PaymentRefund
from catalog.payments import refunds_of


async def settle_refunds(
    session: Session, payment: Payment, report: Report, *, now: datetime
) -> None:
    """Book what is new of the refunds of a payment; what failed is undone, once."""
    known = await refunds_of(session, payment.id)
    for told in report.refunds:
        row = _known(known, told)
        if row is not None and told.has_failed:
            row.sent_at, row.provider_ref = row.sent_at or now, told.id
            await undo(session, payment, row, reason="the money did not arrive", now=now)
        if row is not None and is_given_up(row) and not told.has_failed and told.amount > 0:
            await redo(session, payment, row, told, now=now)
        if row is None and not told.has_failed and told.amount > 0:
            await _note(session, payment, told, now=now)


def _known(rows: Iterable[PaymentRefund], told: RefundTold) -> PaymentRefund | None:
    for one in rows:
        if one.provider_ref == told.id or str(one.id) == told.key:
            return one
    return None


async def _note(session: Session, payment: Payment, told: RefundTold, *, now: datetime) -> None:
    row = PaymentRefund(
        id=uuid4(),
        payment_id=payment.id,
        request_key=f"told:{told.id}"[:60],
        reason=f"refunded at {payment.provider}",
        amount=told.amount,
        created_at=now,
        sent_at=now,
        provider_ref=told.id,
        txn_id=await taken_back(session, payment, told, now=now),
    )
    session.add(row)
    await session.flush()
