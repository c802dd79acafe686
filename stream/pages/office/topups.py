"""The pages of top-ups: which transfers are awaited, what is to be sent back, and one of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime

from accounting.payments.manual import BY_HAND
from accounting.topup_refunds import unspent_of
from accounting.transferring_back import to_transfer
from base.errors import Refused
from catalog.models.payments import Payment, PaymentRefund
from catalog.payment_states import PaymentState
from catalog.payments import (
    MEMBERSHIP,
    differing_countries,
    payment_called,
    refund_state,
    refunds_of,
    transfers_awaited,
)
from catalog.permissions import Permission
from stream.api.paging import Keyset
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.pages.forms import notice_of, see_other
from stream.pages.language import N_
from stream.pages.office.months import names_of
from stream.pages.office.showing import office_page
from stream.pages.office.treasury_words import TOPUPS

HERE = "/office/top-ups"
_PLACES = Keyset("transfers", tuple[AwareDatetime, UUID])
_ON_PAGE = 50
NOTICES = {
    "confirmed": N_("It is confirmed: what was paid for is there, and its owner is told."),
    "refund": N_("It is taken back, and its money is on its way."),
    "refund-waits": N_("It is taken back. Transfer the money now, and say so among the refunds."),
    "transferred": N_("It is booked: this refund was transferred."),
}


async def get_topups_page(request: web.Request) -> web.Response:
    """Show what waits; who names a top-up is led to it."""
    who, tools = await caller(request), request.app[TOOLS]
    called, refused = request.query.get("called", "").strip()[:64], None
    after = _PLACES.after(request.query.get("cursor"))
    async with tools.database.read() as session:
        if called:
            try:
                return see_other(f"{HERE}/{(await payment_called(session, called)).id}")
            except Refused as error:
                refused = error
        found = await transfers_awaited(session, after=after, limit=_ON_PAGE + 1)
        page = _PLACES.page(found, limit=_ON_PAGE, place=_place)
        refunds = await to_transfer(session, now=tools.clock())
        countries = await differing_countries(session)
        named = [*page.items, *(payment for _, payment in refunds), *countries]
        names = await names_of(session, {one.listener_id for one in named})
    context = {
        "waiting": [topup_facts(one, names) for one in page.items],
        "next": page.next,
        "refunds": [_refund(one, payment, names) for one, payment in refunds],
        "countries": [topup_facts(one, names) for one in countries],
        "may_keep": who.may(Permission.WALLETS_KEEP),
        "said": {"called": called},
        "notice": notice_of(request, NOTICES),
    }
    return await office_page(request, "office/topups.html", context, refused=refused)


async def get_topup_page(request: web.Request) -> web.Response:
    """Show a top-up, and what can be done about it."""
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        payment = await payment_called(session, request.match_info["topup"])
        unspent = await unspent_of(session, payment)
        refunds = await refunds_of(session, payment.id)
        names = await names_of(session, {payment.listener_id})
    context = {
        "topup": topup_facts(payment, names),
        "unspent": unspent,
        "refunds": [_refund(one, payment, names) for one in refunds],
        "today": f"{tools.clock():%Y-%m-%d}",
        "notice": notice_of(request, NOTICES),
    }
    return await office_page(request, "office/topup.html", context)


def topup_facts(one: Payment, names: Mapping[UUID, str]) -> dict[str, Any]:
    """Answer what pages say of a top-up."""
    words, mark = TOPUPS[PaymentState(one.state)]
    return {
        "id": str(one.id),
        "listener": names.get(one.listener_id) or str(one.listener_id),
        "listener_id": str(one.listener_id),
        "provider": one.provider,
        "is_transfer": one.provider == BY_HAND,
        "reference": _spaced(one.provider_id or "") if one.provider == BY_HAND else "",
        "state": one.state,
        "words": words,
        "mark": mark,
        "is_dues": one.product == MEMBERSHIP,
        "millicredits": one.credits // 1000,
        "price": one.price,
        "plain_price": f"{Decimal(one.price).scaleb(-6):.2f}",
        "currency": one.currency,
        "country": one.country,
        "country_told": one.country_told,
        "created_at": one.created_at,
        "paid_at": one.paid_at,
        "paid": one.paid,
        "refunded": one.refunded,
        "bank_ref": one.bank_ref,
        "follows": str(one.follows) if one.follows else None,
    }


def _refund(one: PaymentRefund, payment: Payment, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "topup": str(payment.id),
        "listener": names.get(payment.listener_id) or str(payment.listener_id),
        "amount": one.amount,
        "currency": payment.currency,
        "reason": one.reason,
        "at": one.created_at,
        "state": refund_state(one),
    }


def _spaced(reference: str) -> str:
    """Write a reference as banks print it, by fours."""
    whole, *more = reference.split("/", 1)
    parts = [whole[at : at + 4] for at in range(0, len(whole), 4)]
    return "/".join((" ".join(parts), *more))


def _place(one: Payment) -> tuple[datetime, UUID]:
    return one.created_at, one.id
