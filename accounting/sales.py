"""A payment's row: the sale that the books know, and what happens to it."""

from __future__ import annotations

from datetime import datetime

from accounting.payments.amounts import Money
from accounting.topup_booking import Sale
from accounting.vat import VatMode
from catalog.models.payments import Payment
from catalog.payment_states import PAYMENT_MOVES, PaymentEvent, PaymentState
from catalog.states import next_state


def sale_of(payment: Payment, currency: str) -> Sale:
    """Answer the sale of a payment that was paid; `currency` is that of its lot."""
    return Sale(
        payment=str(payment.id),
        listener=str(payment.listener_id),
        provider=payment.provider,
        credits=payment.credits,
        paid=Money(micros=payment.paid, currency=payment.currency),
        received=Money(
            micros=payment.received, currency=payment.received_currency or payment.currency
        ),
        currency=currency,
        gross=payment.gross,
        vat=payment.vat,
        mode=VatMode(payment.vat_mode or VatMode.TOPUP),
        country=payment.country,
    )


def move(payment: Payment, event: PaymentEvent, *, now: datetime) -> None:
    """Let something happen to a payment.

    Raises:
        Broken: it cannot.

    """
    payment.state = next_state(PAYMENT_MOVES, PaymentState(payment.state), event)
    payment.changed_at = now
