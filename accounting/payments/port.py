"""What is asked of a payment provider, and what it answers, whoever it is.

Nothing here trusts a message: a webhook only says where to look. What was paid, in fees, back, or
is disputed, is what `fetch` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from accounting.payments.amounts import Money
from base.errors import Refused, Unavailable


class Standing(StrEnum):
    """How far a payment has come at its provider."""

    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"


class DisputeStanding(StrEnum):
    """How a dispute stands; while it is open, the money is gone as well."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A payment to be made: `reference` is ours, and comes back with every report.

    Asked for again under the same reference, a provider answers the same payment.
    """

    reference: str
    amount: Money
    description: str
    return_url: str
    webhook_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A payment that waits for its payer at `url`; empty where nobody pays on a page."""

    provider_id: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A webhook's message that is genuine: which payment to look at.

    Without an `event_id` each message is worth a look; without a `provider_id` none is.
    """

    event_id: str = ""
    provider_id: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A chargeback: `fee` is what the provider took for it in all, in the currency received."""

    id: str
    standing: DisputeStanding
    amount: Money
    fee: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTold:
    """A refund as its provider knows it, in the currency paid; `key` is ours, if we asked for it.

    One that has failed, days after it was taken on perhaps, never left: the money is here again.
    """

    id: str
    amount: int
    key: str = ""
    has_failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A payment as its provider knows it now.

    `paid` is what the payer was charged; `received` is the same as the provider owes it to us,
    perhaps in another currency; `fee` is in that, and None while nobody knows it. `fingerprint`
    tells one card or account from others, and not which it is.
    """

    provider_id: str
    reference: str
    standing: Standing
    paid: Money | None = None
    received: Money | None = None
    fee: Money | None = None
    refunds: tuple[RefundTold, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    method: str = ""
    fingerprint: str = ""
    country: str = ""
    paid_at: datetime | None = None


class Provider(Protocol):
    """A payment provider. No call is made while a transaction of the database is open."""

    @property
    def name(self) -> str:
        """How its accounts and addresses call it."""

    async def create(self, order: Order) -> Checkout:
        """Ask for a payment.

        Raises:
            Refused: it takes no such payment. Unavailable: it cannot be reached.

        """

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Read a webhook's message; names of headers are in small letters.

        Raises:
            Refused: `webhook-forged`, 400, or `webhook-unreadable`, 400.

        """

    async def fetch(self, provider_id: str) -> Report:
        """Ask how a payment stands.

        Raises:
            Refused: `payment-unknown`, 404. Unavailable: it cannot be reached.

        """

    async def refund(self, provider_id: str, amount: Money, *, key: str) -> str:
        """Send money back, under the same key once; answer the provider's name for it.

        Providers forget keys after a day or so; that it was sent, `fetch` tells for ever.

        Raises:
            Refused: `refund-refused`, 409. Unavailable: it cannot be reached, or nobody knows.

        """


def received_in(reports: Iterable[Report], since: datetime, until: datetime) -> dict[str, int]:
    """Answer what was received by payments that were paid in a time (half-open), by their names."""
    return {
        one.provider_id: one.received.micros
        for one in reports
        if one.received and one.paid_at and since <= one.paid_at < until
    }


def forged() -> Refused:
    """Say that a message is from somebody else, or was changed."""
    return Refused("webhook-forged", "The signature does not fit this message.")


def unreadable() -> Refused:
    """Say that a message is none that the provider sends."""
    return Refused("webhook-unreadable", "The message is none that this provider sends.")


def unknown_payment() -> Refused:
    """Say that a provider has no such payment."""
    return Refused("payment-unknown", "The provider has no such payment.", status=404)


def out_of_reach(name: str) -> Unavailable:
    """Say that a provider does not answer."""
    return Unavailable("provider-unavailable", f"{name} cannot be reached now; please try again.")
