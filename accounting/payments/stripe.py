"""Stripe, by its own library: payments on its Checkout page.

The library's calls block, so they are made in threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import stripe
from pydantic import ValidationError

from accounting.payments.amounts import Money, to_minor
from accounting.payments.port import (
    Checkout,
    Notice,
    Order,
    Report,
    forged,
    out_of_reach,
    received_in,
    unknown_payment,
    unreadable,
)
from accounting.payments.stripe_reading import (
    REFERENCE,
    REFUND,
    CheckoutSession,
    DisputeObject,
    EventObject,
    RefundObject,
    notice_of,
    report_of,
)
from base.errors import Refused, Unavailable
from base.threads import to_the_end

T = TypeVar("T")
_PAID_BY = "payment_intent.latest_charge.balance_transaction"
_TIMEOUT_S = 20
_RETRIES = 1
_NOT_FOUND = 404
#: A page is open for a day, and some payments take days after that.
_LONGEST = timedelta(days=15)


class Stripe:
    """Payments by Stripe."""

    name = "stripe"

    def __init__(self, *, key: str, webhook_secret: str, url: str = "") -> None:
        """Speak to Stripe, or to what stands at `url` in its stead."""
        self._secret = webhook_secret
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": url} if url else {},
            http_client=stripe.RequestsClient(timeout=_TIMEOUT_S),
            max_network_retries=_RETRIES,
        )

    async def create(self, order: Order) -> Checkout:
        """Open a page that takes the price in the currency asked, and no other."""
        metadata = {REFERENCE: order.reference}
        price = {
            "currency": order.amount.currency.lower(),
            "unit_amount": to_minor(order.amount),
            "product_data": {"name": order.description},
        }
        params = {
            "mode": "payment",
            "client_reference_id": order.reference,
            "line_items": [{"quantity": 1, "price_data": price}],
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata},
            # What a card is charged shall be what was ordered, and not its issuer's currency.
            "adaptive_pricing": {"enabled": False},
            "success_url": order.return_url,
            "cancel_url": order.return_url,
        }
        made = await _asked(
            lambda: self._client.v1.checkout.sessions.create(
                params=params, options={"idempotency_key": f"topup-{order.reference}"}
            )
        )
        return Checkout(provider_id=made.id, url=made.url or "")

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Read a message whose signature is theirs, and no older than five minutes."""
        signed = headers.get("stripe-signature", "")
        try:
            event = self._client.construct_event(body, signed, self._secret)
            return notice_of(EventObject.model_validate(event.to_dict()))
        except stripe.SignatureVerificationError:
            raise forged() from None
        except ValueError:  # no JSON, no text, or not the fields of an event
            raise unreadable() from None

    async def fetch(self, provider_id: str) -> Report:
        """Ask for a session by its name, or by that of its payment."""
        session = await self._session(provider_id)
        if session.payment_intent is None:
            return report_of(session)
        disputes, params = [], {"payment_intent": session.payment_intent.id, "limit": 100}
        # What a charge says that was refunded says nothing of what failed.
        sent = await _asked(lambda: self._client.v1.refunds.list(params=params))
        if session.is_disputed:
            found = await _asked(lambda: self._client.v1.disputes.list(params=params))
            disputes = [_read(DisputeObject, one) for one in found.data]
        return report_of(session, disputes, [_read(RefundObject, one) for one in sent.data])

    async def refund(self, provider_id: str, amount: Money, *, key: str) -> str:
        """Send a part of a payment back the way it came."""
        session = await self._session(provider_id)
        if session.payment_intent is None:
            raise unknown_payment()
        params = {
            "payment_intent": session.payment_intent.id,
            "amount": to_minor(amount),
            "metadata": {REFUND: key},
        }
        made = await _asked(
            lambda: self._client.v1.refunds.create(params=params, options={"idempotency_key": key})
        )
        return str(made.id)

    async def settled(self, since: datetime, until: datetime) -> Mapping[str, int]:
        """Answer what it received for us in a time, by the names of its payments."""
        created = {"gte": int((since - _LONGEST).timestamp()), "lt": int(until.timestamp())}
        params = {"created": created, "limit": 100, "expand": [f"data.{_PAID_BY}"]}
        sessions = self._client.v1.checkout.sessions
        found = await _asked(lambda: [*sessions.list(params=params).auto_paging_iter()])
        reports = [report_of(_read(CheckoutSession, one)) for one in found]
        return received_in(reports, since, until)

    async def _session(self, provider_id: str) -> CheckoutSession:
        sessions = self._client.v1.checkout.sessions
        if not provider_id.startswith("pi_"):
            params = {"expand": [_PAID_BY]}
            found = await _asked(lambda: sessions.retrieve(provider_id, params=params))
            return _read(CheckoutSession, found)
        query = {"payment_intent": provider_id, "limit": 1, "expand": [f"data.{_PAID_BY}"]}
        listed = await _asked(lambda: sessions.list(params=query))
        if not listed.data:
            raise unknown_payment()
        return _read(CheckoutSession, listed.data[0])


M = TypeVar("M", CheckoutSession, DisputeObject, RefundObject)


def _read(model: type[M], told: Any) -> M:  # noqa: ANN401 - the library's own
    try:
        return model.model_validate(told.to_dict())
    except ValidationError as error:
        raise Unavailable(
            "provider-unreadable", "Stripe answers what this version cannot read."
        ) from error


async def _asked(call: Callable[[], T]) -> T:
    try:
        return await to_the_end(call)
    except stripe.InvalidRequestError as error:
        if error.http_status == _NOT_FOUND:
            raise unknown_payment() from error
        raise Refused("provider-refused", f"Stripe refuses: {_words(error)}", status=409) from error
    except (stripe.CardError, stripe.IdempotencyError) as error:
        raise Refused("provider-refused", f"Stripe refuses: {_words(error)}", status=409) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise Unavailable(
            "provider-shut-out", "Stripe does not let us in: see REFRAIN_STRIPE_KEY."
        ) from error
    except stripe.StripeError as error:
        raise out_of_reach("Stripe") from error


def _words(error: stripe.StripeError) -> str:
    return error.user_message or "it says no more"
