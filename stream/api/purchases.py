"""Buy tracks outright, and ask what they cost."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from accounting.articles import article_of, articles_on, quotes_for
from accounting.books import balance_of
from accounting.buying import Order, buy
from accounting.purchase_rows import Bought
from accounting.quoting import Article
from accounting.terms import terms_at
from base.database import Session
from catalog.callers import Caller
from catalog.releases import unknown_release
from stream.api.asking import told
from stream.api.buying_documents import NewPurchase, PriceDocument, Purchased, purchase_facts
from stream.api.tracks import track_id_of
from stream.idempotency import keyed
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS
from stream.territory import territory_of

_NEVER_KEPT = {"Cache-Control": "no-store"}


async def post_purchase(request: web.Request) -> web.Response:
    """Buy a track, or all of a release that is still to be paid for, at once."""
    who, tools = await caller(request), request.app[TOOLS]
    asked = await keyed(request, who)
    wanted = await told(request, NewPurchase)

    async def work(session: Session) -> list[Bought]:
        order = Order(
            key=asked.key,
            asked=f"track:{wanted.track}" if wanted.track else f"release:{wanted.release}",
            listener_id=who.id,
            payer_id=who.id,
            articles=await _articles(session, wanted),
            territory=await territory_of(session, who.id, tools.settings),
        )
        return await buy(session, order, now=tools.clock())

    bought = await asked.once(tools, work)
    return await _purchased(request, who, bought)


async def _articles(session: Session, wanted: NewPurchase) -> Sequence[Article]:
    if wanted.track is not None:
        return [await article_of(session, track_id_of(wanted.track))]
    return await articles_on(session, id_in(wanted.release or "", unknown_release()))


async def _purchased(request: web.Request, who: Caller, bought: list[Bought]) -> web.Response:
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        balance = await balance_of(session, who.id, now=tools.clock())
    body = Purchased(
        purchases=[purchase_facts(one) for one in bought],
        price=sum(one.price_millicredits for one in bought),
        balance=balance,
    )
    return web.json_response(text=body.model_dump_json(), status=201, headers=_NEVER_KEPT)


async def get_price(request: web.Request) -> web.Response:
    """Answer what a track costs who asks, to hear once more and to own."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        article = await article_of(session, track_id_of(request.match_info["track"]))
        territory, now = await territory_of(session, who.id, tools.settings), tools.clock()
        [quote] = await quotes_for(
            session,
            [article],
            listener_id=who.id,
            territory=territory,
            prices=(await terms_at(session, now)).prices,
            now=now,
        )
        balance = await balance_of(session, who.id, now=now)
    body = PriceDocument(
        track=str(article.track_id),
        plays=quote.plays,
        steps=quote.steps,
        next_price=quote.next_price,
        remainder=quote.remainder,
        nothing=quote.nothing,
        territory=territory,
        balance=balance,
    )
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)
