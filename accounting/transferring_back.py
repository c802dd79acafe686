"""Refunds that a treasurer transfers: which wait for that, and that one was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounting.journal import post
from accounting.own_money import Movement, transferred_back
from accounting.payments.amounts import Money
from accounting.payments.manual import BY_HAND
from accounting.topup_refunds import note_sent
from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.payments import Payment, PaymentRefund
from catalog.payments import payment_of, refund_named, unsent_refunds


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred:
    """A refund that stands on the bank's statement, under a reference of the bank."""

    refund_id: UUID
    reference: str
    by: UUID | None


async def to_transfer(session: Session, *, now: datetime) -> list[tuple[PaymentRefund, Payment]]:
    """Answer refunds that wait for a treasurer to transfer them, the oldest first."""
    return await unsent_refunds(session, [BY_HAND], before=now)


async def transfer(
    session: Session, said: Transferred, *, now: datetime
) -> tuple[PaymentRefund, Payment]:
    """Take a refund for transferred, once.

    Raises:
        Refused: `refund-unknown`, 404; `not-by-hand`, 409;
            `idempotency-mismatch`, 409: it was, under another reference.

    """
    row = await refund_named(session, said.refund_id)
    payment = await payment_of(session, row.payment_id, lock=True)
    await session.refresh(row)
    if payment.provider != BY_HAND:
        raise Refused("not-by-hand", f"{payment.provider} itself sends what goes back.", status=409)
    if row.sent_at is not None:
        if row.provider_ref != said.reference:
            raise Refused(
                "idempotency-mismatch",
                f"It was transferred before, as {row.provider_ref}.",
                status=409,
            )
        return row, payment
    note_sent(payment, row, named=said.reference, now=now)
    await note_act(session, said.by, Act.REFUND_TRANSFERRED, row.id, now=now)
    movement = Movement(
        reference=said.reference,
        amount=Money(micros=row.amount, currency=payment.currency),
        at=now,
        by=str(said.by or ""),
    )
    await post(session, [transferred_back(BY_HAND, str(row.id), movement)], now=now)
    return row, payment
