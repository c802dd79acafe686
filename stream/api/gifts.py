"""Gifts: a track for whoever has its code, or credit for a listener."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import Field

from accounting.articles import article_of
from accounting.books import balance_of
from accounting.gifts import (
    Offer,
    accept_gift,
    end_gift,
    gift_of,
    gifts_of,
    give_credit,
    offer_gift,
    unknown_gift,
)
from accounting.moving import Move
from accounting.purchase_rows import Bought
from base.database import Session
from base.tools import Tools
from catalog.callers import Caller
from catalog.models.purchases import Gift
from catalog.people import known_listener, unknown_listener
from stream.api.asking import told
from stream.api.buying_documents import (
    CreditGiven,
    GiftDocument,
    GiftList,
    NewGift,
    PurchaseFacts,
    purchase_facts,
)
from stream.api.tracks import track_id_of
from stream.gift_codes import code_of, gift_in
from stream.idempotency import Keyed, keyed
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import SECRETS, TOOLS
from stream.territory import territory_of

_NEVER_KEPT = {"Cache-Control": "no-store"}


#: As `code` of a gift is answered.
GiftCode = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{20,80}$")]


async def post_gift(request: web.Request) -> web.Response:
    """Give a track, or credit."""
    who = await caller(request)
    asked = await keyed(request, who)
    wanted = await told(request, NewGift)
    if wanted.track is not None:
        return await _give_track(request, who, asked, track_id_of(wanted.track))
    return await _give_credit(request, who, asked, wanted)


async def _give_track(
    request: web.Request, who: Caller, asked: Keyed, track_id: UUID
) -> web.Response:
    gift = await track_given(request.app[TOOLS], who, asked, track_id)
    text = _document(gift, request.app[SECRETS][0]).model_dump_json()
    return web.json_response(text=text, status=201, headers=_NEVER_KEPT)


async def track_given(tools: Tools, who: Caller, asked: Keyed, track_id: UUID) -> Gift:
    """Put the price of a track aside for whoever has its link; once a key."""

    async def work(session: Session) -> Gift:
        now = tools.clock()
        offer = Offer(
            key=asked.key,
            giver_id=who.id,
            article=await article_of(session, track_id),
            territory=await territory_of(session, who.id, tools.settings),
            expires_at=now + timedelta(days=tools.settings.gift_days),
            paid_by=now - timedelta(days=tools.settings.gift_credit_days),
        )
        return await offer_gift(session, offer, now=now)

    return await asked.once(tools, work)


async def _give_credit(
    request: web.Request, who: Caller, asked: Keyed, wanted: NewGift
) -> web.Response:
    tools = request.app[TOOLS]
    txn_id = await credit_given(
        tools, who, asked, to=wanted.listener or "", millicredits=wanted.millicredits or 0
    )
    async with tools.database.read() as session:
        balance = await balance_of(session, who.id, now=tools.clock())
    body = CreditGiven(transaction=txn_id, balance=balance)
    return web.json_response(text=body.model_dump_json(), status=201, headers=_NEVER_KEPT)


async def credit_given(
    tools: Tools, who: Caller, asked: Keyed, *, to: str, millicredits: int
) -> int:
    """Give credit to a listener, by their number; once a key.

    Raises:
        Refused: as `unknown_listener`, and as `give_credit`.

    """
    receiver_id = id_in(to, unknown_listener())

    async def work(session: Session) -> int:
        now = tools.clock()
        await known_listener(session, receiver_id)
        move = Move(
            key=f"give:{asked.key}",
            giver_id=who.id,
            receiver_id=receiver_id,
            millicredits=millicredits,
            paid_by=now - timedelta(days=tools.settings.gift_credit_days),
        )
        return await give_credit(session, move, now=now)

    return await asked.once(tools, work)


async def get_gifts(request: web.Request) -> web.Response:
    """Answer what the caller gave."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await gifts_of(session, who.id)
    body = GiftList(gifts=[_document(one, request.app[SECRETS][0]) for one in found])
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def delete_gift(request: web.Request) -> web.Response:
    """Take a gift back that nobody has taken up."""
    gift = await gift_ended(request)
    return web.json_response(text=_document(gift, request.app[SECRETS][0]).model_dump_json())


async def gift_ended(request: web.Request) -> Gift:
    """Take the gift of the path back, which is the caller's."""
    who, tools = await caller(request), request.app[TOOLS]
    gift_id = id_in(request.match_info["gift"], unknown_gift())
    return await tools.database.run(
        lambda session: end_gift(session, gift_id, who.id, now=tools.clock())
    )


async def post_acceptance(request: web.Request) -> web.Response:
    """Take up the gift of a code; a second time says what the first did."""
    [bought] = await gift_taken(request)
    body: PurchaseFacts = purchase_facts(bought)
    return web.json_response(text=body.model_dump_json(), status=201, headers=_NEVER_KEPT)


async def gift_taken(request: web.Request) -> list[Bought]:
    """Take up the gift of the path's code: the track is the caller's."""
    who, tools = await caller(request), request.app[TOOLS]
    gift_id = gift_in(request.match_info["code"], request.app[SECRETS])

    async def work(session: Session) -> list[Bought]:
        gift = await gift_of(session, gift_id)
        return await accept_gift(
            session,
            gift_id,
            who.id,
            article=await article_of(session, gift.track_id),
            territory=await territory_of(session, who.id, tools.settings),
            now=tools.clock(),
        )

    return await tools.database.run(work)


def _document(gift: Gift, secret: bytes) -> GiftDocument:
    return GiftDocument(
        id=str(gift.id),
        track=str(gift.track_id),
        code=code_of(gift.id, secret),
        made_at=gift.made_at,
        expires_at=gift.expires_at,
        ended_at=gift.ended_at,
        accepted=gift.recipient_id is not None,
    )
