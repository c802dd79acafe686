"""The documents of top-ups: what is asked for and what is answered.

Money is an integer in millionths of `currency`, credits in millionths of a credit: `scale` says so.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from accounting.payments.manual import BY_HAND
from catalog.models.payments import Payment, PaymentRefund
from catalog.payment_states import PaymentState, RefundState
from catalog.payments import Product, refund_state

#: Decimal places of every integer amount.
SCALE: Literal[6] = 6
_COUNTRY = r"^[A-Z]{2}$"
_CURRENCY = r"^[A-Z]{3}$"
#: A line without control characters: it is shown in lists and logs.
_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"


class ProductDocument(BaseModel):
    """A pack of credits; its price includes tax."""

    id: str
    title: str
    credits: int
    price: int
    currency: str
    scale: Literal[6] = SCALE


class ProductList(BaseModel):
    """What is sold, and by which providers it can be paid."""

    products: list[ProductDocument]
    providers: list[str]


class NewTopup(BaseModel):
    """Order a pack; `country` is where you live (ISO 3166), for the tax."""

    model_config = ConfigDict(extra="forbid")

    product: str = Field(min_length=1, max_length=40)
    provider: str = Field(min_length=1, max_length=20)
    country: str = Field(pattern=_COUNTRY)


class TopupDocument(BaseModel):
    """A top-up: pay it at `checkout`, or by a transfer that names `reference`.

    `paid` and `refunded` are what the provider says, in `currency`. One that `follows` another is
    a second transfer for it.
    """

    id: str
    account: str
    provider: str
    state: PaymentState
    product: str
    credits: int
    price: int
    currency: str
    scale: Literal[6] = SCALE
    country: str
    checkout: str | None
    reference: str | None
    created_at: datetime
    paid_at: datetime | None
    paid: int
    refunded: int
    follows: str | None


class TopupList(BaseModel):
    """Your top-ups, the newest first."""

    topups: list[TopupDocument]


class TransferFound(BaseModel):
    """What arrived at the bank, and when; `bank_reference` is its number on the statement.

    What arrives again for an order that was paid is a top-up of its own, and is answered.
    """

    model_config = ConfigDict(extra="forbid")

    bank_reference: str = Field(min_length=1, max_length=140, pattern=_PRINTABLE)

    amount: int = Field(gt=0, le=10**15)
    currency: str = Field(pattern=_CURRENCY)
    scale: Literal[6]
    arrived_at: AwareDatetime | None = None


class WhyRefund(BaseModel):
    """Why money goes back."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500, pattern=_PRINTABLE)


class RefundDocument(BaseModel):
    """Money on its way back; while it is `waiting`, ask again under the same key.

    By `transfer` it waits for a treasurer. What was `refused`, or `failed` after it was sent, is
    credit again, and is asked for under another key.
    """

    id: str
    topup: str
    state: RefundState
    reason: str
    amount: int
    currency: str
    scale: Literal[6] = SCALE
    by: Literal["provider", "transfer"]
    sent_at: datetime | None


class RefundList(BaseModel):
    """Refunds that wait to be transferred, the oldest first."""

    refunds: list[RefundDocument]


class RefundTransferred(BaseModel):
    """Which transfer of the bank's statement a refund is."""

    model_config = ConfigDict(extra="forbid")

    bank_reference: str = Field(min_length=1, max_length=140, pattern=_PRINTABLE)


class NewGrant(BaseModel):
    """Give credits to an account, in millionths of a credit."""

    model_config = ConfigDict(extra="forbid")

    account: UUID
    credits: int = Field(gt=0, le=10**12)
    scale: Literal[6]
    reason: str = Field(min_length=1, max_length=200, pattern=_PRINTABLE)
    expires_at: AwareDatetime | None = None


class GrantDocument(BaseModel):
    """Credits that were given, and the transaction that says so."""

    account: str
    credits: int
    scale: Literal[6] = SCALE
    transaction: int


def product_document(product: Product) -> ProductDocument:
    """Tell what is sold."""
    return ProductDocument(
        id=product.id,
        title=product.title,
        credits=product.credits,
        price=product.price,
        currency=product.currency,
    )


def topup_document(payment: Payment) -> TopupDocument:
    """Tell how a top-up stands."""
    is_transfer = payment.provider == BY_HAND
    return TopupDocument(
        id=str(payment.id),
        account=str(payment.listener_id),
        provider=payment.provider,
        state=PaymentState(payment.state),
        product=payment.product,
        credits=payment.credits,
        price=payment.price,
        currency=payment.currency,
        country=payment.country,
        checkout=payment.checkout_url,
        reference=payment.provider_id if is_transfer else None,
        created_at=payment.created_at,
        paid_at=payment.paid_at,
        paid=payment.paid,
        refunded=payment.refunded,
        follows=str(payment.follows) if payment.follows else None,
    )


def refund_document(refund: PaymentRefund, payment: Payment) -> RefundDocument:
    """Tell how a refund stands."""
    return RefundDocument(
        id=str(refund.id),
        topup=str(payment.id),
        state=refund_state(refund),
        reason=refund.reason,
        amount=refund.amount,
        currency=payment.currency,
        by="transfer" if payment.provider == BY_HAND else "provider",
        sent_at=refund.sent_at,
    )
