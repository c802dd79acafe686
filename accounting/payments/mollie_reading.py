"""What Mollie's payments and webhooks say, as far as the books want to know.

Payments with their refunds and chargebacks embedded. Fields: docs.mollie.com/reference.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field

from accounting.payments.amounts import Money, parsed
from accounting.payments.port import Dispute, DisputeStanding, RefundTold, Report, Standing

#: What a payment's metadata call our reference.
REFERENCE = "payment"
#: What a refund's metadata call ours.
REFUND = "refund"
_NOT_SENT = frozenset({"failed", "canceled"})
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


class _Refund(BaseModel):
    id: str
    amount: _Amount
    status: str
    metadata: Any = None


class _Embedded(BaseModel):
    refunds: list[_Refund] = []
    chargebacks: list[_Chargeback] = []


class PaymentObject(BaseModel):
    """A payment; of its metadata anything may be left, or nothing."""

    id: str
    status: str
    amount: _Amount
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
    reference = _named(payment.metadata, REFERENCE)
    if standing is not Standing.PAID:
        return Report(provider_id=payment.id, reference=reference, standing=standing)
    paid = payment.amount.money
    return Report(
        provider_id=payment.id,
        reference=reference,
        standing=standing,
        paid=paid,
        received=paid,
        refunds=tuple(_refund(one) for one in payment.embedded.refunds),
        disputes=tuple(_dispute(one) for one in payment.embedded.chargebacks),
        method=payment.method or "",
        fingerprint=_fingerprint(payment.details or _Details()),
        country=payment.country_code or "",
        paid_at=payment.paid_at.astimezone(UTC) if payment.paid_at else None,
    )


def _named(metadata: object, name: str) -> str:
    return str(metadata.get(name, "")) if isinstance(metadata, dict) else ""


def _fingerprint(details: _Details) -> str:
    if details.card_fingerprint:
        return f"mollie:{details.card_fingerprint}"
    if details.consumer_account:
        # The number of an account is none of our business; that it is the same one, is.
        account = "".join(details.consumer_account.split()).upper()
        return f"account:{hashlib.sha256(account.encode()).hexdigest()[:32]}"
    return ""


def _refund(told: _Refund) -> RefundTold:
    return RefundTold(
        id=told.id,
        amount=told.amount.money.micros,
        key=_named(told.metadata, REFUND),
        has_failed=told.status in _NOT_SENT,
    )


def _dispute(told: _Chargeback) -> Dispute:
    standing = DisputeStanding.WON if told.reversed_at else DisputeStanding.OPEN
    return Dispute(id=told.id, standing=standing, amount=told.amount.money)
