"""The pages of what partners delivered: how much there is, the deliveries, and the messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from base.errors import Refused
from catalog.delivery_list import (
    Wanted,
    counted,
    deliveries_like,
    delivery_of,
    files_like,
    messages_like,
)
from catalog.ern_retrying import undone_of
from catalog.ern_states import DeliveryState, MessageState
from catalog.models.ddex import Partner
from catalog.partners import all_partners
from stream.api.deliveries import (
    DELIVERY_PLACES,
    FILE_PLACES,
    MESSAGE_PLACES,
    delivery_id,
    retried_delivery,
)
from stream.api.delivery_documents import message_facts
from stream.identity.callers import caller
from stream.keys import REQUEST_ID, TOOLS
from stream.pages.forms import form_of, notice_of, see_other
from stream.pages.language import N_
from stream.pages.office.delivery_words import DELIVERY_STATES, MESSAGE_STATES, WAYS
from stream.pages.office.showing import office_page

HERE = "/office/deliveries"
MESSAGES = f"{HERE}/messages"
_ON_PAGE, _FILES, _OF_ONE = 30, 50, 200
_NOTICES = {"retried": N_("What was not taken of it is looked at again, in a moment.")}


async def get_deliveries_page(request: web.Request) -> web.Response:
    """Show how much there is of each partner, and deliveries as far as they are asked for."""
    said = _said(request)
    after = DELIVERY_PLACES.after(request.query.get("cursor"))
    async with request.app[TOOLS].database.read() as session:
        counts = await counted(session)
        partners = [one.partner for one in counts]
        wanted = _wanted(said, partners, frozenset(DeliveryState))
        found = await deliveries_like(session, wanted, limit=_ON_PAGE + 1, after=after)
    part = DELIVERY_PLACES.page(
        found, limit=_ON_PAGE, place=lambda one: (one[0].seen_at, one[0].id)
    )
    context = {
        "counts": counts,
        "deliveries": part.items,
        "next": part.next,
        **_asked(said, HERE, partners, tuple(DeliveryState)),
        "states": DELIVERY_STATES,
        "message_states": MESSAGE_STATES,
        "ways": WAYS,
    }
    return await office_page(request, "office/deliveries.html", context)


async def get_messages_page(request: web.Request) -> web.Response:
    """Show messages, as far as they are asked for."""
    said = _said(request)
    after = MESSAGE_PLACES.after(request.query.get("cursor"))
    async with request.app[TOOLS].database.read() as session:
        partners = await all_partners(session)
        wanted = _wanted(said, partners, frozenset(MessageState))
        found = await messages_like(session, wanted, limit=_ON_PAGE + 1, after=after)
    part = MESSAGE_PLACES.page(
        found, limit=_ON_PAGE, place=lambda one: (one[0].received_at, one[0].id)
    )
    context = {
        "messages": [message_facts(*one) for one in part.items],
        "next": part.next,
        **_asked(said, MESSAGES, partners, tuple(MessageState)),
        "states": MESSAGE_STATES,
    }
    return await office_page(request, "office/delivery_messages.html", context)


async def get_delivery_page(request: web.Request) -> web.Response:
    """Show a delivery: what is odd about it, its messages, its files."""
    return await _show(request, notice=notice_of(request, _NOTICES))


async def post_retry_page(request: web.Request) -> web.Response:
    """Let what was not taken of it be looked at again."""
    who, _ = await caller(request), await form_of(request)
    tools, wanted = request.app[TOOLS], delivery_id(request)
    try:
        async with tools.database.begin() as session:
            await retried_delivery(session, tools, who, wanted, request_id=request[REQUEST_ID])
    except Refused as refused:
        return await _show(request, refused=refused)
    return see_other(f"{HERE}/{wanted}?notice=retried")


async def _show(
    request: web.Request, *, notice: str | None = None, refused: Refused | None = None
) -> web.Response:
    wanted = delivery_id(request)
    after = FILE_PLACES.after(request.query.get("cursor"))
    async with request.app[TOOLS].database.read() as session:
        delivery, partner = await delivery_of(session, wanted)
        messages = await messages_like(session, Wanted(delivery_id=wanted), limit=_OF_ONE)
        files = await files_like(session, wanted, limit=_FILES + 1, after=after)
        undone = await undone_of(session, wanted)
    part = FILE_PLACES.page(files, limit=_FILES, place=lambda one: (one.path, one.id))
    context = {
        "delivery": delivery,
        "partner": partner,
        "messages": [message_facts(*one) for one in messages],
        "has_more": len(messages) == _OF_ONE,
        "files": part.items,
        "next": part.next,
        "path": f"{HERE}/{wanted}",
        "undone": len(undone),
        "states": DELIVERY_STATES,
        "message_states": MESSAGE_STATES,
        "ways": WAYS,
        "notice": notice,
    }
    return await office_page(request, "office/delivery.html", context, refused=refused)


def _said(request: web.Request) -> dict[str, str]:
    return {name: request.query.get(name, "").strip()[:60] for name in ("partner", "state")}


def _wanted(said: Mapping[str, str], partners: Sequence[Partner], states: frozenset[str]) -> Wanted:
    """Answer what is asked for; what is no choice of the page is refused."""
    known = {one.dpid: one.id for one in partners}
    if (said["partner"] and said["partner"] not in known) or (
        said["state"] and said["state"] not in states
    ):
        raise Refused("bad-form", "Choose one of what is offered.", status=422)
    return Wanted(partner_id=known.get(said["partner"]), state=said["state"] or None)


def _asked(
    said: Mapping[str, str], here: str, partners: Sequence[Partner], states: Sequence[str]
) -> dict[str, Any]:
    query = {name: value for name, value in said.items() if value}
    partner = {"partner": said["partner"]} if said["partner"] else {}
    tabs = [
        (_address(here, {**partner, "state": one} if one else partner), one, said["state"] == one)
        for one in ("", *states)
    ]
    return {
        "partners": partners,
        "asked": said,
        "is_asked": bool(query),
        "tabs": tabs,
        "path": _address(here, query),
        "here_path": here,
    }


def _address(here: str, query: Mapping[str, str]) -> str:
    return f"{here}?{urlencode(query)}" if query else here
