"""Buying outright, from the pages of tracks and releases: what is left to pay, at once."""

from __future__ import annotations

from uuid import uuid4

from aiohttp import web

from accounting.buying import buy
from base.database import Session
from base.errors import Refused
from stream.api.buying_documents import NewPurchase
from stream.api.purchases import order_of
from stream.idempotency import bound
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.pages.forms import form_of, see_other
from stream.pages.language import N_
from stream.pages.render import show

#: What became of a form that led back to the page.
NOTICES = {"bought": N_("It is yours now. You can download it, and play it for nothing.")}
_KEY_LETTERS = 100


def order_key() -> str:
    """Answer a key for one order: a form that is sent twice buys once."""
    return str(uuid4())


async def post_buy_track(request: web.Request) -> web.Response:
    """Buy what is left of a track."""
    track = request.match_info["track"]
    return await _bought(request, NewPurchase(track=track), f"/tracks/{track}")


async def post_buy_release(request: web.Request) -> web.Response:
    """Buy what is left of a release."""
    release = request.match_info["release"]
    return await _bought(request, NewPurchase(release=release), f"/releases/{release}")


async def _bought(request: web.Request, wanted: NewPurchase, page: str) -> web.Response:
    who, tools, form = await caller(request), request.app[TOOLS], await form_of(request)
    said = form.get("key", "")[:_KEY_LETTERS] or order_key()
    key = bound(said, caller_id=str(who.id), operation=f"POST {request.path}")

    async def work(session: Session) -> None:
        order = await order_of(session, tools.settings, wanted, who=who, key=key)
        await buy(session, order, now=tools.clock())

    try:
        await tools.database.run(work)
    except Refused as refused:
        return await _not_bought(request, refused, page)
    return see_other(f"{page}?notice=bought")


async def _not_bought(request: web.Request, refused: Refused, page: str) -> web.Response:
    """Say why, and where to go on: to more credit where that is what lacks."""
    context = {
        "sentence": refused.sentence,
        "lacks_credit": refused.code == "insufficient-credit",
        "back": page,
    }
    return await show(request, "listener/not_bought.html", context, status=refused.status)
