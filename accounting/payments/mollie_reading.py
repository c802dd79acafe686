"""What Mollie's payments and webhooks say, as far as the books want to know.

Payments with their chargebacks embedded. Fields: docs.mollie.com/reference.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field

from accounting.payments.amounts import Money, parsed
from accounting.payments.port import Dispute, DisputeStanding, Report, Standing

#: What a payment's metadata call our reference.
REFERENCE = "payment"
_STANDINGS = {
    "paid": Standing.PAID,
    "canceled": Standing.FAILED,
    "expired": Standing.FAILED,
    "failed": Standing.FAILED,
}


class _Amount(BaseModel):
    value: str
    currency: str

    @property
    def money(self) -> Money:
        return parsed(self.value, self.currency)


class _Details(BaseModel):
    card_fingerprint: str | None = Field(default=None, validation_alias="cardFingerprint")
    consumer_account: str | None = Field(default=None, validation_alias="consumerAccount")


class _Chargeback(BaseModel):
    id: str
    amount: _Amount
    reversed_at: datetime | None = Field(default=None, validation_alias="reversedAt")


class _Embedded(BaseModel):
    chargebacks: list[_Chargeback] = []


class PaymentObject(BaseModel):
    """A payment; of its metadata anything may be left, or nothing."""

    id: str
    status: str
    amount: _Amount
    amount_refunded: _Amount | None = Field(default=None, validation_alias="amountRefunded")
    method: str | None = None
    metadata: Any = None
    details: _Details | None = None
    country_code: str | None = Field(default=None, validation_alias="countryCode")
    paid_at: datetime | None = Field(default=None, validation_alias="paidAt")
    embedded: _Embedded = Field(default=_Embedded(), validation_alias="_embedded")


class EventObject(BaseModel):
    """A message of a signed webhook."""

    id: str
    type: str
    entity_id: str = Field(validation_alias="entityId")


def report_of(payment: PaymentObject) -> Report:
    """Tell how a payment stands. What Mollie takes is on its invoices, and not here."""
    standing = _STANDINGS.get(payment.status, Standing.OPEN)
    reference = _reference(payment.metadata)
    if standing is not Standing.PAID:
        return Report(provider_id=payment.id, reference=reference, standing=standing)
    paid, refunded = payment.amount.money, payment.amount_refunded
    return Report(
        provider_id=payment.id,
        reference=reference,
        standing=standing,
        paid=paid,
        received=paid,
        refunded=refunded.money.micros if refunded else 0,
        disputes=tuple(_dispute(one) for one in payment.embedded.chargebacks),
        method=payment.method or "",
        fingerprint=_fingerprint(payment.details or _Details()),
        country=payment.country_code or "",
        paid_at=payment.paid_at.astimezone(UTC) if payment.paid_at else None,
    )


def _reference(metadata: object) -> str:
    return str(metadata.get(REFERENCE, "")) if isinstance(metadata, dict) else ""


def _fingerprint(details: _Details) -> str:
    if details.card_fingerprint:
        return f"mollie:{details.card_fingerprint}"
    if details.consumer_account:
        # The number of an account is none of our business; that it is the same one, is.
        account = "".join(details.consumer_account.split()).upper()
        return f"account:{hashlib.sha256(account.encode()).hexdigest()[:32]}"
    return ""


def _dispute(told: _Chargeback) -> Dispute:
    standing = DisputeStanding.WON if told.reversed_at else DisputeStanding.OPEN
    return Dispute(id=told.id, standing=standing, amount=told.amount.money)
