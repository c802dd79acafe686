"""Play sessions as documents: open, report, ask."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from accounting.books import balance_of
from accounting.evidence import Verdict
from accounting.pricing import plays_left_to_own, price_of_next_play
from base.database import Session
from base.errors import Refused
from catalog.models.files import Rendition
from catalog.models.plays import Grant, PlaySession
from catalog.plays import add_deliveries, play_of_session
from catalog.states import PlayState
from stream.api.documents import (
    Evidence,
    OpenPlay,
    PlayOpened,
    PlayVerdict,
    Progressive,
    ReportProgress,
)
from stream.api.tracks import track_id_of
from stream.evidence import rows
from stream.identity import caller
from stream.keys import DELIVERIES, EDGE, PRESENCE, REQUEST_ID, SECRETS, TOOLS
from stream.limits import address_of
from stream.manifests import offered
from stream.objects import whole
from stream.sessions import (
    Offer,
    found_to_play,
    open_session,
    own_session,
    report,
    standing,
    weigh,
)
from stream.tickets import seal

_NEVER_KEPT = {"Cache-Control": "no-store"}


async def post_play(request: web.Request) -> web.Response:
    """Open a session: media URLs, price, plays left to own, balance."""
    listener = await caller(request)
    body = OpenPlay.model_validate_json(await request.read())
    tools = request.app[TOOLS]
    async with tools.database.begin() as session:
        found = await found_to_play(session, track_id_of(body.track))
        offer = await open_session(
            session,
            found,
            listener=listener,
            now=tools.clock(),
            threshold_ms=tools.settings.play_threshold_s * 1000,
        )
    # Not in the writer's turn, for which others wait; of a play that is refused here nobody ever
    # learns the address.
    await request.app[PRESENCE].require_room(offer.play.id, listener.id, address_of(request))
    ticket = seal(offer.play.id, request.app[SECRETS][0])
    media = [
        Progressive(rung=one.rung, mime=one.mime, url=_address(request, ticket, one))
        for one in offered(found.renditions, Grant(offer.play.grant))
    ]
    document = _opened(offer, media, ticket)
    return web.json_response(document.model_dump(), status=201, headers=_NEVER_KEPT)


async def post_heartbeat(request: web.Request) -> web.Response:
    """Take a report of progress and answer what the session has come to."""
    listener = await caller(request)
    progress = ReportProgress.model_validate_json(await request.read())
    tools = request.app[TOOLS]
    play_id = _play_id(request)
    request.app[PRESENCE].note(play_id, listener.id, address_of(request))
    # The evidence is let go of only after the commit.
    with request.app[DELIVERIES].taken(play_id) as served:
        async with tools.database.begin() as session:
            play = await own_session(session, play_id, listener, lock=True)
            await add_deliveries(session, rows({play_id: served}, tools.clock()))
            verdict = await report(
                session,
                tools.clock,
                play=play,
                position_ms=round(progress.position_s * 1000),
                elapsed_ms=round(progress.elapsed_s * 1000),
                request_id=request[REQUEST_ID],
            )
            document = await _verdict(session, play, verdict)
    return web.json_response(document.model_dump())


async def get_play(request: web.Request) -> web.Response:
    """Answer what a session has come to, weighed anew from what was stored."""
    listener = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        play = await own_session(session, _play_id(request), listener)
        document = await _verdict(session, play, await weigh(session, play))
    return web.json_response(document.model_dump(), headers=_NEVER_KEPT)


async def delete_play(request: web.Request) -> web.Response:
    """Take a session's address back; what was heard stays heard."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        play = await own_session(session, _play_id(request), who, lock=True)
        play.revoked_at = play.revoked_at or tools.clock()
    await request.app[PRESENCE].forget(play.id, play.listener_id, address_of(request))
    return web.Response(status=204)


def _address(request: web.Request, ticket: str, rendition: Rendition) -> str:
    """Answer where the whole of a rendition is found."""
    name, edge = f"{rendition.rung}.mp4", request.app[EDGE]
    if edge is None:
        return f"/media/{ticket}/{name}"
    return edge.address(ticket, name, whole(rendition), request.app[TOOLS].clock())


def _play_id(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["play"])
    except ValueError:
        raise Refused("play-unknown", "There is no such play.", status=404) from None


def _opened(offer: Offer, media: list[Progressive], ticket: str) -> PlayOpened:
    root = f"/media/{ticket}"
    return PlayOpened(
        play=str(offer.play.id),
        hls=f"{root}/multivariant.m3u8",
        dash=f"{root}/manifest.mpd",
        progressive=media,
        grant=Grant(offer.play.grant),
        step=offer.step,
        price=offer.price,
        left_to_own=offer.left_to_own,
        balance=offer.balance,
    )


async def _verdict(session: Session, play: PlaySession, verdict: Verdict) -> PlayVerdict:
    counted = await play_of_session(session, play.id)
    now = await standing(session, play)
    return PlayVerdict(
        play=str(play.id),
        track=str(play.track_id),
        grant=Grant(play.grant),
        verdict=PlayState(play.state),
        reason=_reason(play, verdict),
        evidence=Evidence(
            needed_ms=verdict.needed_ms,
            delivered_ms=verdict.delivered_ms,
            reported_ms=verdict.reported_ms,
            heard_ms=verdict.heard_ms,
            passed_ms=verdict.passed_ms,
        ),
        step=counted.step if counted else 0,
        price=counted.price_millicredits if counted else 0,
        next_price=0 if now.owned_at else price_of_next_play(now.plays),
        left_to_own=plays_left_to_own(now.plays),
        owned=now.owned_at is not None,
        balance=await balance_of(session, play.listener_id),
    )


def _reason(play: PlaySession, verdict: Verdict) -> str:
    if play.grant == Grant.PREVIEW:
        return "preview"
    return verdict.reason if play.state == PlayState.OPEN else play.reason
