"""Buy a track or a release without script, and give back what was bought lately."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from accounting.articles import article_of, articles_on, quotes_for
from accounting.books import balance_of
from accounting.buying import Order, buy
from accounting.purchase_rows import Bought, purchase_of, unknown_purchase
from accounting.quoting import Nothing, Quote
from accounting.refunds import Refunded, Why, refund_purchase, require_returnable
from accounting.terms import terms_at
from base.database import Session
from base.errors import Refused
from base.tools import Tools
from catalog.callers import Caller
from catalog.cards import cards_for
from catalog.releases import unknown_release
from stream.api.cards import card_document
from stream.api.tracks import track_id_of
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.forms import form_of, form_page, see_other
from stream.pages.language import N_
from stream.pages.mine.keys import form_key
from stream.territory import territory_of

#: Why there is nothing to buy.
NOTHING = {
    Nothing.OWN: N_("It is your own music: it plays for free."),
    Nothing.OWNED: N_("It is yours already."),
    Nothing.FREE: N_("Its artist lets everybody hear it for free."),
    Nothing.NO_DEAL: N_("It is not sold where you are."),
    Nothing.NOT_FOR_SALE: N_("It can be heard play by play, and is not sold at once."),
}


async def get_buying_page(request: web.Request) -> web.Response:
    """Show what is left to pay for a track."""
    return await _show_track(request)


async def post_buying_page(request: web.Request) -> web.Response:
    """Buy a track."""
    try:
        await _buy(request, f"track:{request.match_info['track']}")
    except Refused as refused:
        return await _show_track(request, refused=refused)
    return see_other("/library/owned?notice=bought")


async def get_buying_release_page(request: web.Request) -> web.Response:
    """Show what is left to pay for all of a release."""
    return await _show_release(request)


async def post_buying_release_page(request: web.Request) -> web.Response:
    """Buy what of a release is not owned yet."""
    try:
        await _buy(request, f"release:{request.match_info['release']}")
    except Refused as refused:
        return await _show_release(request, refused=refused)
    return see_other("/library/owned?notice=bought")


async def get_return_page(request: web.Request) -> web.Response:
    """Ask whether a purchase shall be given back."""
    return await _show_return(request)


async def post_return_page(request: web.Request) -> web.Response:
    """Give a purchase back that was made lately, and not used."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    purchase_id = id_in(request.match_info["purchase"], unknown_purchase())
    within = timedelta(days=tools.settings.refund_days)
    why = Why(by=who.id, reason="the listener gave it back")

    async def work(session: Session) -> Refunded:
        now, bought = tools.clock(), await _own(session, purchase_id, who)
        await require_returnable(session, bought, within=within, now=now)
        return await refund_purchase(session, purchase_id, why=why, now=now)

    try:
        await form_key(request, who, form).once(tools, work)
    except Refused as refused:
        return await _show_return(request, refused=refused)
    return see_other("/wallet?notice=returned")


async def quote_of(session: Session, who: Caller, track_id: UUID, tools: Tools) -> dict[str, Any]:
    """Answer what a track costs somebody, for a page.

    Raises:
        Refused: `track-unknown`, 404.

    """
    now = tools.clock()
    terms = await terms_at(session, now)
    [quote] = await _quotes(session, who, tools, track_id=track_id)
    cards = await cards_for(session, who.id, [track_id])
    balance = await balance_of(session, who.id, now=now)
    return {
        "card": card_document(cards[track_id]),
        "quote": quote,
        "whole": sum(terms.prices),
        "nothing": None if quote.nothing is None else NOTHING[quote.nothing],
        "balance": balance,
    }


async def _quotes(
    session: Session,
    who: Caller,
    tools: Tools,
    *,
    track_id: UUID | None = None,
    release_id: UUID | None = None,
) -> list[Quote]:
    now = tools.clock()
    prices = (await terms_at(session, now)).prices
    territory = await territory_of(session, who.id, tools.settings)
    if track_id is not None:
        articles = [await article_of(session, track_id)]
    else:
        articles = await articles_on(session, release_id or UUID(int=0))
    return await quotes_for(
        session, articles, listener_id=who.id, territory=territory, prices=prices, now=now
    )


async def _buy(request: web.Request, asked: str) -> list[Bought]:
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    key = form_key(request, who, form)

    async def work(session: Session) -> list[Bought]:
        if "track" in request.match_info:
            articles = [await article_of(session, track_id_of(request.match_info["track"]))]
        else:
            articles = await articles_on(session, _release_id(request))
        order = Order(
            key=key.key,
            asked=asked,
            listener_id=who.id,
            payer_id=who.id,
            articles=articles,
            territory=await territory_of(session, who.id, tools.settings),
        )
        return await buy(session, order, now=tools.clock())

    return await key.once(tools, work)


async def _show_track(request: web.Request, *, refused: Refused | None = None) -> web.Response:
    who, tools = await caller(request), request.app[TOOLS]
    track_id = track_id_of(request.match_info["track"])
    async with tools.database.read() as session:
        context = await quote_of(session, who, track_id, tools)
    context["key"] = str(uuid4())
    return await form_page(request, "mine/buying.html", context, refused=refused)


async def _show_release(request: web.Request, *, refused: Refused | None = None) -> web.Response:
    who, tools = await caller(request), request.app[TOOLS]
    release_id = _release_id(request)
    async with tools.database.read() as session:
        quotes = await _quotes(session, who, tools, release_id=release_id)
        cards = await cards_for(session, who.id, [one.article.track_id for one in quotes])
        balance = await balance_of(session, who.id, now=tools.clock())
    shown = [one for one in quotes if one.article.track_id in cards]
    if not shown:
        raise unknown_release()
    context = {
        "release": str(release_id),
        "title": cards[shown[0].article.track_id].release_title,
        "lines": [
            {
                "title": cards[one.article.track_id].title,
                "quote": one,
                "nothing": None if one.nothing is None else NOTHING[one.nothing],
            }
            for one in shown
        ],
        "sum": sum(one.remainder for one in quotes if one.nothing is None),
        "balance": balance,
        "key": str(uuid4()),
    }
    return await form_page(request, "mine/buying_release.html", context, refused=refused)


async def _show_return(request: web.Request, *, refused: Refused | None = None) -> web.Response:
    who, tools = await caller(request), request.app[TOOLS]
    purchase_id = id_in(request.match_info["purchase"], unknown_purchase())
    async with tools.database.read() as session:
        bought = await _own(session, purchase_id, who)
        cards = await cards_for(session, who.id, [bought.track_id])
    card = cards.get(bought.track_id)
    context = {
        "purchase": str(purchase_id),
        "title": card.title if card else "",
        "price": bought.price_millicredits,
        "days": tools.settings.refund_days,
        "key": str(uuid4()),
    }
    return await form_page(request, "mine/returning.html", context, refused=refused)


async def _own(session: Session, purchase_id: UUID, who: Caller) -> Bought:
    bought = await purchase_of(session, purchase_id)
    if bought.listener_id != who.id:
        raise unknown_purchase()
    return bought


def _release_id(request: web.Request) -> UUID:
    return id_in(request.match_info["release"], unknown_release())
