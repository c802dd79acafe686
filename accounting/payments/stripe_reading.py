"""What Stripe's objects say, as far as the books want to know.

Checkout Sessions, with the PaymentIntent, its latest Charge and the Charge's BalanceTransaction
expanded; and Disputes. Fields: docs.stripe.com/api.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from pydantic import BaseModel

from accounting.payments.amounts import Money, from_minor
from accounting.payments.port import (
    Dispute,
    DisputeStanding,
    Notice,
    RefundTold,
    Report,
    Standing,
)

#: What a session's metadata and its payment's call our reference.
REFERENCE = "payment"
#: What a refund's metadata call ours.
REFUND = "refund"
_NOT_SENT = frozenset({"failed", "canceled"})
#: Inquiries move no money, and what was prevented did not either.
_MOVES_NOTHING = frozenset({"prevented"})
_WARNING = "warning_"
_ENDED = {"won": DisputeStanding.WON, "lost": DisputeStanding.LOST}
_GIVEN_UP = frozenset({"requires_payment_method", "canceled"})


class BalanceTransaction(BaseModel):
    """What a movement came to on our balance there; `exchange_rate` is told by amount."""

    amount: int
    currency: str
    fee: int


class _Method(BaseModel):
    fingerprint: str | None = None
    country: str | None = None


class _MethodDetails(BaseModel):
    type: str = ""
    card: _Method | None = None
    sepa_debit: _Method | None = None

    @property
    def known(self) -> _Method:
        return self.card or self.sepa_debit or _Method()


class _Charge(BaseModel):
    amount_captured: int
    currency: str
    created: int
    disputed: bool = False
    balance_transaction: BalanceTransaction | None = None
    payment_method_details: _MethodDetails | None = None


class _Intent(BaseModel):
    id: str
    status: str
    latest_charge: _Charge | None = None


class CheckoutSession(BaseModel):
    """A page on which is paid, and what came of it."""

    id: str
    status: str | None = None
    payment_status: str = "unpaid"
    metadata: dict[str, str] | None = None
    payment_intent: _Intent | None = None

    @property
    def is_disputed(self) -> bool:
        """Whether there are disputes to be asked for."""
        charge = self.payment_intent.latest_charge if self.payment_intent else None
        return charge is not None and charge.disputed


class DisputeObject(BaseModel):
    """A dispute; its movements tell whether money is gone or came back."""

    id: str
    amount: int
    currency: str
    status: str
    balance_transactions: list[BalanceTransaction] = []


class RefundObject(BaseModel):
    """A refund, in the currency of its charge."""

    id: str
    amount: int
    currency: str
    status: str | None = None
    metadata: dict[str, str] | None = None


class _Object(BaseModel):
    id: str
    object: str
    payment_intent: str | None = None


class _Data(BaseModel):
    object: _Object


class EventObject(BaseModel):
    """A message of a webhook."""

    id: str
    type: str
    data: _Data


def notice_of(event: EventObject) -> Notice:
    """Tell which payment an event is about: a session's, or that of a charge or dispute."""
    told = event.data.object
    subject = told.id if told.object == "checkout.session" else told.payment_intent or ""
    return Notice(event_id=event.id, provider_id=subject, kind=event.type)


def report_of(
    session: CheckoutSession,
    disputes: Iterable[DisputeObject] = (),
    refunds: Iterable[RefundObject] = (),
) -> Report:
    """Tell how a payment stands."""
    standing = _standing(session)
    reference = (session.metadata or {}).get(REFERENCE, "")
    intent = session.payment_intent
    if standing is not Standing.PAID or intent is None or intent.latest_charge is None:
        return Report(provider_id=session.id, reference=reference, standing=standing)
    charge = intent.latest_charge
    details = charge.payment_method_details or _MethodDetails()
    method = details.known
    paid = from_minor(charge.amount_captured, charge.currency)
    booked = charge.balance_transaction
    return Report(
        provider_id=session.id,
        reference=reference,
        standing=standing,
        paid=paid,
        received=from_minor(booked.amount, booked.currency) if booked else paid,
        fee=from_minor(booked.fee, booked.currency) if booked else None,
        refunds=tuple(_refund(one) for one in refunds),
        disputes=tuple(_dispute(one) for one in disputes if _moves_money(one)),
        method=details.type,
        fingerprint=f"stripe:{method.fingerprint}" if method.fingerprint else "",
        country=method.country or "",
        paid_at=datetime.fromtimestamp(charge.created, UTC),
    )


def _standing(session: CheckoutSession) -> Standing:
    if session.payment_status == "paid":
        return Standing.PAID
    intent = session.payment_intent
    has_failed = session.status == "complete" and intent and intent.status in _GIVEN_UP
    return Standing.FAILED if session.status == "expired" or has_failed else Standing.OPEN


def _moves_money(dispute: DisputeObject) -> bool:
    return not dispute.status.startswith(_WARNING) and dispute.status not in _MOVES_NOTHING


def _dispute(told: DisputeObject) -> Dispute:
    return Dispute(
        id=told.id,
        standing=_ENDED.get(told.status, DisputeStanding.OPEN),
        amount=from_minor(told.amount, told.currency),
        fee=_fees(told.balance_transactions),
    )


def _refund(told: RefundObject) -> RefundTold:
    return RefundTold(
        id=told.id,
        amount=from_minor(told.amount, told.currency).micros,
        key=(told.metadata or {}).get(REFUND, ""),
        has_failed=told.status in _NOT_SENT,
    )


def _fees(moved: list[BalanceTransaction]) -> Money | None:
    """Add up what was taken and given back: a dispute that is won may return its fee."""
    if not moved:
        return None
    currency = moved[0].currency
    total = sum(one.fee for one in moved if one.currency == currency)
    return from_minor(total, currency)
