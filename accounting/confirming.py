"""Transfers that a treasurer found on the bank's statement: each credits once, by its number there.

The first that arrives for an order pays it. What arrives after that for the same order is a top-up
of its own that follows it, with its own lot, and is sent back by itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import structlog

from accounting.paid_for import take_report
from accounting.payments.amounts import Money, to_minor
from accounting.payments.manual import BY_HAND
from accounting.payments.port import Report, Standing
from accounting.receiving import UNPAID
from base.database import Session
from base.errors import Refused
from base.locks import lock_each
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.payments import Payment
from catalog.payment_states import PaymentState
from catalog.payments import MEMBERSHIP, payment_of, payment_transferred, product_at

log = structlog.get_logger()
#: Nobody pays for more packs than this at once: more is a slip of who types it.
_MOST_PACKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A transfer for an order; `reference` is its number on the bank's statement."""

    payment_id: UUID
    reference: str
    amount: Money
    by: UUID | None
    at: datetime


async def confirm(session: Session, confirmation: Confirmation, *, now: datetime) -> Payment:
    """Take a transfer for paid, once; answer the top-up that it paid.

    Raises:
        Refused: `payment-unknown`, 404; `not-by-hand`, 409; `own-account`, 403;
            `paid-already`, 409; `amount-implausible`, 422; `amount-too-fine`, 422;
            `amount-too-small`, 422;
            `idempotency-mismatch`, 409: the bank's number was confirmed for something else.

    """
    await lock_transfer(session, confirmation.reference)
    ordered = await payment_of(session, confirmation.payment_id, lock=True)
    if ordered.follows is not None:
        ordered = await payment_of(session, ordered.follows, lock=True)
    _require_proper(ordered, confirmation)
    known = await payment_transferred(session, confirmation.reference)
    if known is not None:
        _require_same(known, ordered, confirmation)
        return known
    payment = ordered
    if ordered.state not in UNPAID:
        if ordered.product == MEMBERSHIP:
            raise Refused(
                "paid-already",
                "This was paid before: send the second transfer back, as nothing is due for it.",
                status=409,
            )
        payment = await _following(session, ordered, confirmation, now=now)
    payment.bank_ref = confirmation.reference
    log.info("transfer confirmed", payment=str(payment.id), by=str(confirmation.by))
    await take_report(session, payment, _report(payment, confirmation), now=now)
    facts = {"micros": confirmation.amount.micros, "currency": confirmation.amount.currency}
    await note_act(
        session, confirmation.by, Act.TRANSFER_CONFIRMED, payment.id, now=now, facts=facts
    )
    return payment


async def lock_transfer(session: Session, reference: str) -> None:
    """Be the only one who says what a transfer paid, until the transaction ends."""
    await lock_each(session, "transfer", [reference])


def _require_proper(ordered: Payment, said: Confirmation) -> None:
    if ordered.provider != BY_HAND:
        raise Refused(
            "not-by-hand", f"{ordered.provider} itself says what was paid there.", status=409
        )
    if said.by == ordered.listener_id:
        raise Refused(
            "own-account", "Nobody confirms what they paid themselves: ask another.", status=403
        )
    to_minor(said.amount)
    if said.amount.micros > _MOST_PACKS * ordered.price:
        raise Refused(
            "amount-implausible",
            f"This is more than {_MOST_PACKS} times the price: if it is no slip, let a pack be "
            "ordered for each part of it.",
            status=422,
        )


def _require_same(known: Payment, ordered: Payment, said: Confirmation) -> None:
    told = (ordered.id, said.amount.micros, said.amount.currency)
    if (known.follows or known.id, known.paid, known.currency) != told:
        raise Refused(
            "idempotency-mismatch",
            f"The transfer {said.reference} was confirmed before, for something else.",
            status=409,
        )


async def _following(
    session: Session, ordered: Payment, said: Confirmation, *, now: datetime
) -> Payment:
    """Write down a top-up of its own, for the pack as it was when it was ordered."""
    product = await product_at(session, ordered.product, ordered.created_at)
    digest = hashlib.sha256(said.reference.encode()).hexdigest()[:40]
    payment = Payment(
        id=uuid4(),
        listener_id=ordered.listener_id,
        request_key=f"transfer:{digest}",
        provider=BY_HAND,
        provider_id=f"{ordered.provider_id}/{said.reference}"[:200],
        state=PaymentState.NEW,
        product=product.id,
        credits=product.credits,
        price=product.price,
        currency=product.currency,
        country=ordered.country,
        created_at=now,
        changed_at=now,
        refunded=0,
        fee=0,
        follows=ordered.id,
    )
    session.add(payment)
    await session.flush()
    return payment


def _report(payment: Payment, said: Confirmation) -> Report:
    return Report(
        provider_id=payment.provider_id or "",
        reference=str(payment.id),
        standing=Standing.PAID,
        paid=said.amount,
        received=said.amount,
        method="transfer",
        paid_at=said.at,
    )
