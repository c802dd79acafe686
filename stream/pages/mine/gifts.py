"""Gifts: a track by a link, or credit to a listener; what was given, and taking one up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from aiohttp import web

from accounting.gifts import (
    gift_of,
    gifts_of,
)
from base.errors import Refused
from catalog.callers import Caller
from catalog.cards import cards_for
from catalog.models.purchases import Gift
from stream.api.gifts import credit_given, gift_ended, gift_taken, track_given
from stream.api.tracks import track_id_of
from stream.gift_codes import code_of, gift_in
from stream.identity.callers import caller, caller_or_none
from stream.identity.faults import Unfit
from stream.keys import SECRETS, TOOLS
from stream.pages.forms import form_of, form_page, notice_of, see_other
from stream.pages.language import N_
from stream.pages.mine.buying import quote_of
from stream.pages.mine.keys import form_key

HERE = "/wallet/gifts"
#: Up to a million, to the thousandth.
_CREDITS = re.compile(r"[0-9]{1,6}(?:[.][0-9]{1,3})?")
_NOTICES = {
    "made": N_("Your gift is ready: hand its link on."),
    "ended": N_("You took that gift back, and the credit is yours again."),
    "credit": N_("The credit is theirs."),
}


async def get_gifts_page(request: web.Request) -> web.Response:
    """Show what one gave, and what may be given."""
    return await _show(request)


async def get_giving_page(request: web.Request) -> web.Response:
    """Ask whether a track shall be given."""
    return await _show_giving(request)


async def post_giving_page(request: web.Request) -> web.Response:
    """Put the price of a track aside for whoever has the link."""
    who, form = await caller(request), await form_of(request)
    track_id = track_id_of(request.match_info["track"])
    try:
        await track_given(request.app[TOOLS], who, form_key(request, who, form), track_id)
    except Refused as refused:
        return await _show_giving(request, refused=refused)
    return see_other(f"{HERE}?notice=made")


async def post_credit_page(request: web.Request) -> web.Response:
    """Give credit to a listener."""
    who, form = await caller(request), await form_of(request)
    try:
        await credit_given(
            request.app[TOOLS],
            who,
            form_key(request, who, form),
            to=form.get("listener", "").strip(),
            millicredits=_millicredits(form.get("credits", "")),
        )
    except Refused as refused:
        return await _show(request, said=form, refused=refused)
    return see_other(f"{HERE}?notice=credit")


async def post_end_page(request: web.Request) -> web.Response:
    """Take a gift back that nobody has taken up."""
    await form_of(request)
    try:
        await gift_ended(request)
    except Refused as refused:
        return await _show(request, refused=refused)
    return see_other(f"{HERE}?notice=ended")


async def get_gift_page(request: web.Request) -> web.Response:
    """Show a gift to who has its link."""
    return await _show_gift(request)


async def post_gift_page(request: web.Request) -> web.Response:
    """Take a gift up: the track is theirs."""
    await form_of(request)
    try:
        await gift_taken(request)
    except Refused as refused:
        return await _show_gift(request, refused=refused)
    return see_other("/library/owned?notice=gift")


async def _show(
    request: web.Request,
    *,
    said: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> web.Response:
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        found = await gifts_of(session, who.id)
        cards = await cards_for(session, who.id, {one.track_id for one in found})
    root, now = _root(request), tools.clock()
    context: dict[str, Any] = {
        "gifts": [
            {
                "id": str(one.id),
                "title": cards[one.track_id].title if one.track_id in cards else "",
                "artist": cards[one.track_id].artist if one.track_id in cards else "",
                "link": f"{root}/gifts/{code_of(one.id, request.app[SECRETS][0])}",
                "made_at": one.made_at,
                "expires_at": one.expires_at,
                "is_taken": one.recipient_id is not None,
                "is_open": one.recipient_id is None
                and one.ended_at is None
                and one.expires_at > now,
            }
            for one in found
        ],
        "me": str(who.id),
        "key": str(uuid4()),
        "said": {"listener": "", "credits": "", **(said or {})},
        "notice": notice_of(request, _NOTICES),
    }
    return await form_page(request, "mine/gifts.html", context, refused=refused)


async def _show_giving(request: web.Request, *, refused: Refused | None = None) -> web.Response:
    who, tools = await caller(request), request.app[TOOLS]
    track_id = track_id_of(request.match_info["track"])
    async with tools.database.read() as session:
        context = await quote_of(session, who, track_id, tools)
    context |= {"key": str(uuid4()), "days": tools.settings.gift_days}
    return await form_page(request, "mine/giving.html", context, refused=refused)


async def _show_gift(request: web.Request, *, refused: Refused | None = None) -> web.Response:
    tools, who = request.app[TOOLS], await caller_or_none(request)
    gift_id = gift_in(request.match_info["code"], request.app[SECRETS])
    async with tools.database.read() as session:
        gift = await gift_of(session, gift_id)
        cards = await cards_for(session, None, [gift.track_id])
    is_open = gift.recipient_id is None and gift.ended_at is None
    context = {
        "code": request.match_info["code"],
        "card": cards.get(gift.track_id),
        "is_open": is_open and gift.expires_at > tools.clock(),
        "is_mine": _is_theirs(gift, who),
        "expires_at": gift.expires_at,
    }
    return await form_page(request, "mine/gift.html", context, refused=refused)


def _is_theirs(gift: Gift, who: Caller | None) -> bool:
    return who is not None and who.id == gift.recipient_id


def _root(request: web.Request) -> str:
    return request.app[TOOLS].settings.public_url.rstrip("/") or str(request.url.origin())


def _millicredits(said: str) -> int:
    """Read credits as people write them: 1.5, or 1,5.

    Raises:
        Unfit: it is no amount.

    """
    whole, _, rest = said.strip().replace(",", ".").partition(".")
    is_number = _CREDITS.fullmatch(said.strip().replace(",", "."))
    if not is_number or not int(whole + rest):
        raise Unfit({"credits": "Say how many credits, as 2 or 2.5."})
    return int(whole) * 1_000 + int(rest.ljust(3, "0") or "0")
