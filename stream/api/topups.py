"""Top-ups as documents: packs, orders, what providers and treasurers say of them."""

from __future__ import annotations

from aiohttp import web

from accounting.confirming import Confirmation, confirm
from accounting.payments.amounts import Money
from accounting.payments.providers import provider_named
from accounting.topups import Addresses, Wanted, order, take_message
from base.errors import Refused
from catalog.models.payments import Payment
from catalog.payments import payment_called, payments_of, products_at, unknown_payment
from catalog.permissions import Permission
from stream.api.asking import told
from stream.api.topup_documents import (
    NewTopup,
    ProductList,
    TopupList,
    TransferFound,
    product_document,
    topup_document,
)
from stream.idempotency import key_of, keyed
from stream.identity.callers import caller
from stream.keys import PROVIDERS, TOOLS

_NEVER_KEPT = {"Cache-Control": "no-store"}
#: Of a provider's message: they take a few kilobytes.
_MOST_BYTES = 256 * 1024


async def get_products(request: web.Request) -> web.Response:
    """Answer what is sold, and how it can be paid."""
    tools, providers = request.app[TOOLS], request.app[PROVIDERS]
    async with tools.database.read() as session:
        found = await products_at(session, tools.clock())
    body = ProductList(
        products=[product_document(one) for one in found], providers=sorted(providers)
    )
    return web.json_response(text=body.model_dump_json())


async def post_topup(request: web.Request) -> web.Response:
    """Order a pack, and answer where it is paid."""
    who, tools = await caller(request), request.app[TOOLS]
    key = key_of(request, who)
    asked = await told(request, NewTopup)
    provider = provider_named(request.app[PROVIDERS], asked.provider)
    root = tools.settings.public_url.rstrip("/") or str(request.url.origin())
    payment = await order(
        tools.database,
        provider,
        Wanted(listener_id=who.id, request_key=key, product=asked.product, country=asked.country),
        addresses=Addresses(
            back=f"{root}/", webhook=f"{root}/api/v1/payments/{provider.name}/webhook"
        ),
        clock=tools.clock,
    )
    return _said(payment, status=201)


async def get_topups(request: web.Request) -> web.Response:
    """Answer the caller's top-ups."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await payments_of(session, who.id)
    body = TopupList(topups=[topup_document(one) for one in found])
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def get_topup(request: web.Request) -> web.Response:
    """Answer a top-up, to who ordered it and to who keeps the books."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        payment = await payment_called(session, request.match_info["topup"])
    if payment.listener_id != who.id and not who.may(Permission.BOOKS_READ):
        raise unknown_payment()
    return _said(payment)


async def post_confirmation(request: web.Request) -> web.Response:
    """Take a transfer that arrived for paid; of a top-up its id or its reference is told."""
    who, tools = await caller(request), request.app[TOOLS]
    asked = await keyed(request, who)
    found = await told(request, TransferFound)
    now = tools.clock()
    if found.arrived_at is not None and found.arrived_at > now:
        raise Refused("not-yet", "What arrives later cannot be confirmed now.", status=422)
    async with tools.database.read() as session:
        payment = await payment_called(session, request.match_info["topup"])
    said = Confirmation(
        payment_id=payment.id,
        reference=found.bank_reference,
        amount=Money(micros=found.amount, currency=found.currency),
        by=who.id,
        at=found.arrived_at or now,
    )
    paid = await asked.once(tools, lambda session: confirm(session, said, now=now))
    return _said(paid)


async def post_message(request: web.Request) -> web.Response:
    """Take a provider's message in; what is not its own is refused, what is old is well."""
    tools = request.app[TOOLS]
    provider = provider_named(request.app[PROVIDERS], request.match_info["provider"])
    headers = {name.lower(): value for name, value in request.headers.items()}
    # Headers that come twice, as signatures may, are one list (RFC 9110, 5.2).
    for name in ("x-mollie-signature", "stripe-signature"):
        if name in headers:
            headers[name] = ", ".join(request.headers.getall(name))
    await take_message(tools.database, provider, (await _body(request), headers), clock=tools.clock)
    return web.Response(text="taken in\n", headers=_NEVER_KEPT)


async def _body(request: web.Request) -> bytes:
    """Read a message whole, and no more than a message has.

    Raises:
        Refused: `message-too-large`, 413.

    """
    body = bytearray()
    async for part in request.content.iter_any():
        body += part
        if len(body) > _MOST_BYTES:
            raise Refused("message-too-large", "No message is as long as this.", status=413)
    return bytes(body)


def _said(payment: Payment, *, status: int = 200) -> web.Response:
    headers = {**_NEVER_KEPT, "Location": f"/api/v1/topups/{payment.id}"}
    return web.json_response(
        text=topup_document(payment).model_dump_json(), status=status, headers=headers
    )
