"""Mollie, by its own library: payments on its checkout page.

A classic webhook says nothing but a payment's name, so that a forged one achieves nothing; the
newer ones are signed, which the library does not check, and so is checked here. The library's
calls block, and share a connection, so they are made in threads and one at a time.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import parse_qs

from mollie.api.client import Client
from mollie.api.error import Error, NotFoundError, ResponseError, UnauthorizedError
from mollie.api.objects.payment import Payment
from pydantic import ValidationError

from accounting.payments.amounts import Money, printed
from accounting.payments.mollie_reading import (
    REFERENCE,
    REFUND,
    EventObject,
    PaymentObject,
    report_of,
)
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
from base.errors import Refused, Unavailable
from base.threads import to_the_end

T = TypeVar("T")
_TIMEOUTS_S = (5, 15)
#: Some payments take days.
_LONGEST = timedelta(days=15)
_PAYMENT = re.compile(r"tr_[A-Za-z0-9]{4,60}", re.ASCII)
_SIGNED = "sha256="
_SERVER_FAULT = 500
#: The same is being asked at this moment (its "Idempotency"), or too much is.
_LATER = frozenset({409, 429})


class Mollie:
    """Payments by Mollie."""

    name = "mollie"

    def __init__(self, *, key: str, webhook_secret: str = "", url: str = "") -> None:
        """Speak to Mollie, or to what stands at `url` in its stead."""
        self._secret = webhook_secret
        self._client = Client(api_endpoint=url, timeout=_TIMEOUTS_S)
        self._client.set_api_key(key)
        self._turn = asyncio.Lock()

    async def create(self, order: Order) -> Checkout:
        """Make a payment, and answer the page where it is paid."""
        wanted = {
            "amount": _amount(order.amount),
            "description": order.description,
            "redirectUrl": order.return_url,
            "webhookUrl": order.webhook_url,
            "metadata": {REFERENCE: order.reference},
        }
        made = await self._asked(
            lambda: self._client.payments.create(wanted, idempotency_key=order.reference)
        )
        return Checkout(provider_id=str(made.id), url=made.checkout_url or "")

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Read a message that is signed, or says nothing but which payment to look at."""
        signed = headers.get("x-mollie-signature", "")
        if signed:
            self._require_genuine(body, signed)
            return _event(body)
        named = _named(body)
        if not named:  # an event without a signature is anyone's
            raise forged() if body.lstrip().startswith(b"{") else unreadable()
        return Notice(provider_id=named, kind="classic")

    async def fetch(self, provider_id: str) -> Report:
        """Ask for a payment, its refunds and its chargebacks."""
        if not _PAYMENT.fullmatch(provider_id):
            raise unknown_payment()
        found = await self._asked(
            lambda: self._client.payments.get(provider_id, embed="chargebacks,refunds")
        )
        return report_of(_read(found))

    async def refund(self, provider_id: str, amount: Money, *, key: str) -> str:
        """Send a part of a payment back the way it came."""
        payment = Payment({"id": provider_id}, self._client)
        wanted = {"amount": _amount(amount), "metadata": {REFUND: key}}
        made = await self._asked(lambda: payment.refunds.create(wanted, idempotency_key=key))
        return str(made.id)

    async def settled(self, since: datetime, until: datetime) -> Mapping[str, int]:
        """Answer what it received for us in a time, by the names of its payments."""
        found = await self._asked(lambda: self._since(since - _LONGEST))
        return received_in([report_of(_read(one)) for one in found], since, until)

    def _since(self, begin: datetime) -> list[Payment]:
        """Fetch page after page, the newest first, until they are of before `begin`."""
        page, found = self._client.payments.list(limit=250), list[Payment]()
        while page is not None:
            some = list(page)
            found += some
            is_enough = some and datetime.fromisoformat(some[-1].created_at) < begin
            page = None if is_enough else page.get_next()
        return found

    def _require_genuine(self, body: bytes, signed: str) -> None:
        """Compare with each signature: while a secret is replaced, there are two."""
        if not self._secret:
            raise forged()
        expected = hmac.digest(self._secret.encode(), body, "sha256").hex().encode()
        given = [one.strip().removeprefix(_SIGNED).encode() for one in signed.split(",")]
        if not any(hmac.compare_digest(expected, one) for one in given):
            raise forged()

    async def _asked(self, call: Callable[[], T]) -> T:
        async with self._turn:
            try:
                return await to_the_end(call)
            except NotFoundError as error:
                raise unknown_payment() from error
            except UnauthorizedError as error:
                raise Unavailable(
                    "provider-shut-out", "Mollie does not let us in: see REFRAIN_MOLLIE_KEY."
                ) from error
            except ResponseError as error:
                if error.status in _LATER or (error.status or _SERVER_FAULT) >= _SERVER_FAULT:
                    raise out_of_reach("Mollie") from error
                raise Refused("provider-refused", f"Mollie refuses: {error}", status=409) from error
            except Error as error:
                raise out_of_reach("Mollie") from error


def _read(told: Payment) -> PaymentObject:
    try:
        return PaymentObject.model_validate(dict(told))
    except ValidationError as error:
        raise Unavailable(
            "provider-unreadable", "Mollie answers what this version cannot read."
        ) from error


def _amount(money: Money) -> dict[str, str]:
    return {"value": printed(money), "currency": money.currency}


def _named(body: bytes) -> str:
    """Read the one field of a classic message, `id=tr_…`."""
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=4)
    except (UnicodeDecodeError, ValueError):
        return ""
    named = fields.get("id", [""])[0]
    return named if _PAYMENT.fullmatch(named) else ""


def _event(body: bytes) -> Notice:
    try:
        event = EventObject.model_validate(json.loads(body))
    except ValueError:
        raise unreadable() from None
    subject = event.entity_id if _PAYMENT.fullmatch(event.entity_id) else ""
    return Notice(event_id=event.id, provider_id=subject, kind=event.type)
