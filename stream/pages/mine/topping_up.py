"""Top-ups: what is sold, ordered, how to pay it, what became of it, and its receipt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from aiohttp import web
from babel import Locale

from accounting.payments.manual import BY_HAND
from accounting.payments.providers import provider_named
from accounting.topups import Addresses, Wanted, order
from base.errors import Refused, Unavailable
from catalog.account_list import account_told
from catalog.models.payments import Payment
from catalog.payment_states import PaymentState
from catalog.payments import (
    countries_sold_to,
    payment_called,
    payments_of,
    products_at,
    unknown_payment,
)
from catalog.people import country_of
from catalog.permissions import Permission
from stream.api.topup_documents import product_document, topup_document
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.keys import PROVIDERS, TOOLS
from stream.pages.forms import form_of, form_page, see_other
from stream.pages.language import N_, language_of
from stream.pages.mine.keys import form_key

HERE = "/wallet/top-up"
#: While somebody may still be about to pay, their browser looks again after so many seconds.
LOOKS_AGAIN_S = 10
_FRESH = timedelta(minutes=30)
PROVIDERS_SAID = {
    BY_HAND: N_("Bank transfer"),
    "stripe": N_("Card or wallet, with Stripe"),
    "mollie": N_("Card, iDEAL or direct debit, with Mollie"),
}
#: How a top-up stands: in a word, how that looks, and in a sentence.
STATES = {
    PaymentState.NEW: (N_("pending"), "warn", N_("It is being asked for at the bank.")),
    PaymentState.OPEN: (N_("pending"), "warn", N_("It waits for your payment.")),
    PaymentState.FAILED: (N_("failed"), "wrong", N_("Nothing was paid, and nothing was charged.")),
    PaymentState.PAID: (N_("confirmed"), "good", N_("The credit is in your wallet. Thank you.")),
    PaymentState.REFUNDED: (N_("sent back"), "", N_("What was left of it was sent back to you.")),
    PaymentState.DISPUTED: (
        N_("disputed"),
        "warn",
        N_("Your bank asks about this payment; until it answers, the credit is kept aside."),
    ),
    PaymentState.LOST: (N_("taken back"), "wrong", N_("Your bank took this payment back.")),
}


async def get_topping_up_page(request: web.Request) -> web.Response:
    """Show what is sold."""
    return await _show(request)


async def post_topping_up_page(request: web.Request) -> web.Response:
    """Order a pack, and go on to how it is paid."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        if not form.get("country"):
            raise Unfit({"country": "Say where you live: the tax depends on it."})
        key = form_key(request, who, form).key
        provider = provider_named(request.app[PROVIDERS], form.get("provider", ""))
        root = tools.settings.public_url.rstrip("/") or str(request.url.origin())
        back, hook = f"{root}/wallet/top-ups", f"/api/v1/payments/{provider.name}/webhook"
        payment = await order(
            tools.database,
            provider,
            Wanted(
                listener_id=who.id,
                request_key=key,
                product=form.get("product", ""),
                country=form["country"],
            ),
            addresses=Addresses(back=back, webhook=f"{root}{hook}"),
            clock=tools.clock,
        )
    except (Refused, Unavailable) as error:
        return await _show(request, said=form, refused=_told(error))
    return see_other(f"/wallet/top-ups/{payment.id}")


async def get_topups_page(request: web.Request) -> web.Response:
    """Show one's top-ups."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        found = await payments_of(session, who.id)
    context = {"topups": [topup_document(one) for one in found], "states": STATES}
    return await form_page(request, "mine/topups.html", context)


async def get_topup_page(request: web.Request) -> web.Response:
    """Show how a top-up stands: how to pay it, or its receipt."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        payment = await payment_called(session, request.match_info["topup"])
        if payment.listener_id != who.id and not who.may(Permission.BOOKS_READ):
            raise unknown_payment()
        payer = (await account_told(session, payment.listener_id)).name
    settings = tools.settings
    is_waiting = payment.state in {PaymentState.NEW, PaymentState.OPEN}
    is_fresh = tools.clock() - payment.created_at < _FRESH
    context = {
        "topup": topup_document(payment),
        "state": STATES[PaymentState(payment.state)],
        "is_waiting": is_waiting,
        "looks_again": LOOKS_AGAIN_S if is_waiting and is_fresh else None,
        "bank": {"name": settings.sepa_name, "iban": settings.sepa_iban, "bic": settings.sepa_bic},
        "provider": PROVIDERS_SAID.get(payment.provider, payment.provider),
        "payer": payer,
        **_tax(payment),
    }
    return await form_page(request, "mine/topup.html", context)


def _tax(payment: Payment) -> dict[str, Any]:
    is_told = payment.vat_mode == "topup" and payment.received_currency == payment.currency
    return {"vat": payment.vat if is_told else None}


def _told(error: Refused | Unavailable) -> Refused:
    if isinstance(error, Refused):
        return error
    sentence = "The bank does not answer just now, and nothing was charged: please try again."
    return Refused("provider-away", sentence, status=503)


async def _show(
    request: web.Request,
    *,
    said: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> web.Response:
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        products = await products_at(session, tools.clock())
        codes = await countries_sold_to(session, tools.clock().date())
        home = await country_of(session, who.id)
    offered = request.app[PROVIDERS]
    providers = sorted(offered, key=lambda name: name == BY_HAND)
    names = Locale.parse(language_of(request)).territories
    countries = sorted(((one, names.get(one, one)) for one in codes), key=lambda pair: pair[1])
    country = home or tools.settings.territory or ""
    context: dict[str, Any] = {
        "products": sorted(map(product_document, products), key=lambda one: one.credits),
        "providers": [(name, PROVIDERS_SAID.get(name, name)) for name in providers],
        "countries": countries,
        "key": str(uuid4()),
        "said": {"product": "", "provider": "", "country": country, **(said or {})},
    }
    return await form_page(request, "mine/topping_up.html", context, refused=refused)
