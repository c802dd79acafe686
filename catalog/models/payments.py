"""Money that comes in: what is sold, to whom, by which provider, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from base.database import Instant
from catalog.models.base import Model
from catalog.models.plays import ROW_NUMBER


class TopupProduct(Model):
    """A pack of credits from a time on; never edited: the newest row of a name holds."""

    __tablename__ = "topup_products"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    #: Millionths of a credit.
    credits: Mapped[int] = mapped_column(BigInteger)
    #: With tax, in micro-units of `currency`.
    price: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    is_sold: Mapped[bool]


class TopupTerms(Model):
    """When tax is due, and who bears a chargeback, from a time on; never edited."""

    __tablename__ = "topup_terms"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(Instant, unique=True)
    #: accounting.vat.VatMode
    vat_mode: Mapped[str] = mapped_column(String(12))
    #: accounting.clawing.Bearer
    chargebacks: Mapped[str] = mapped_column(String(12))


class VatRate(Model):
    """The standard rate of tax in a country from a day on, in millionths of the net price."""

    __tablename__ = "vat_rates"

    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, primary_key=True)
    ppm: Mapped[int]


class ExchangeRate(Model):
    """How many micro-units of a currency one euro was on a day, and who says so."""

    __tablename__ = "exchange_rates"

    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    micros: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(40))
    imported_at: Mapped[datetime] = mapped_column(Instant)


class Payment(Model):
    """A top-up: what was ordered, and what its provider says of it.

    Amounts are micro-units; those of the order, what was `paid` and what is `refunded` are in
    `currency`, what was `received` and the `fee` in `received_currency`, and `gross`, what it is
    worth in the books with its tax `vat`, in theirs.
    """

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("provider", "provider_id"),
        Index(None, "listener_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    listener_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    request_key: Mapped[str] = mapped_column(String(60), unique=True)
    provider: Mapped[str] = mapped_column(String(20))
    provider_id: Mapped[str | None] = mapped_column(String(200))
    checkout_url: Mapped[str | None] = mapped_column(String(2000))
    #: catalog.payment_states.PaymentState
    state: Mapped[str] = mapped_column(String(20))
    product: Mapped[str] = mapped_column(String(40))
    credits: Mapped[int] = mapped_column(BigInteger)
    price: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    #: Where the listener lives, as they say, and as the provider says.
    country: Mapped[str] = mapped_column(String(2))
    country_told: Mapped[str | None] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    #: When its provider was asked last, without having said anything.
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    paid_at: Mapped[datetime | None] = mapped_column(Instant)
    paid: Mapped[int] = mapped_column(BigInteger, default=0)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    received_currency: Mapped[str | None] = mapped_column(String(3))
    fee: Mapped[int] = mapped_column(BigInteger, default=0)
    gross: Mapped[int] = mapped_column(BigInteger, default=0)
    vat: Mapped[int] = mapped_column(BigInteger, default=0)
    vat_mode: Mapped[str | None] = mapped_column(String(12))
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)
    method: Mapped[str | None] = mapped_column(String(40))
    #: Tells one card or account from others.
    fingerprint: Mapped[str | None] = mapped_column(String(200), index=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("credit_lots.id"), index=True)
    #: The number of its transfer on the bank's statement.
    bank_ref: Mapped[str | None] = mapped_column(String(140), unique=True)
    #: The order that was paid before, where one more transfer arrived for it.
    follows: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))


class PaymentEvent(Model):
    """A message of a provider that was taken in, so that it is taken in once."""

    __tablename__ = "payment_events"

    provider: Mapped[str] = mapped_column(String(20), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(100))
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"), index=True)
    received_at: Mapped[datetime] = mapped_column(Instant)


class PaymentRefund(Model):
    """Money on its way back: booked first, then sent, under the same name until it was.

    Of one that was sent from elsewhere than here nobody is known who asked for it.
    """

    __tablename__ = "payment_refunds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    request_key: Mapped[str] = mapped_column(String(60), unique=True)
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(500))
    #: In the currency that was paid.
    amount: Mapped[int] = mapped_column(BigInteger)
    txn_id: Mapped[int] = mapped_column(ForeignKey("ledger_txn.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The provider refused it, or could not deliver it after all.
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    provider_ref: Mapped[str | None] = mapped_column(String(200))


class PaymentDispute(Model):
    """A chargeback as its provider tells it, and as far as it is booked."""

    __tablename__ = "payment_disputes"

    provider: Mapped[str] = mapped_column(String(20), primary_key=True)
    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    #: accounting.payments.port.DisputeStanding
    standing: Mapped[str] = mapped_column(String(12))
    #: In the currency that was paid.
    amount: Mapped[int] = mapped_column(BigInteger)
    #: What the provider took for it, in the currency received.
    fee: Mapped[int] = mapped_column(BigInteger)
    txn_id: Mapped[int] = mapped_column(ForeignKey("ledger_txn.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class Adjustment(Model):
    """What shall be put right in the books: proposed by one keeper, approved by another."""

    __tablename__ = "adjustments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_key: Mapped[str] = mapped_column(String(60), unique=True)
    reason: Mapped[str] = mapped_column(String(500))
    #: Of each entry its account, its amount and its currency.
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    txn_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_txn.id"))


class MoneyRequest(Model):
    """A request that moved money: its key, and a digest of what was asked under it."""

    __tablename__ = "money_requests"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    #: SHA-256 of the body.
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    asked_at: Mapped[datetime] = mapped_column(Instant)
