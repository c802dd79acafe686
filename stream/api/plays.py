"""Play sessions as documents: open, report, ask."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from pydantic import ValidationError

from accounting.evidence import Verdict
from accounting.outcome import Outcome, Reporting, outcome_of, reporting
from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.denials import require
from catalog.models.plays import Grant, PlaySession
from catalog.music import renditions_of
from catalog.permissions import Permission
from catalog.plays import unknown_play
from catalog.states import PlayState
from stream.api.asking import told
from stream.api.documents import (
    Evidence,
    OpenPlay,
    PlayOpened,
    PlayVerdict,
    Progressive,
    ReportProgress,
)
from stream.api.tracks import track_id_of
from stream.identity.callers import caller, caller_in, let_in, own_token_of, standing_in
from stream.ids import id_in
from stream.keys import DELIVERIES, EDGE, PRESENCE, SECRETS, TOOLS
from stream.limits import address_of
from stream.manifests import offered
from stream.objects import whole
from stream.offline import key_of
from stream.sessions import (
    Offer,
    Report,
    open_session,
    own_session,
    report,
    require_own,
    weigh,
)
from stream.tickets import seal
from stream.traced import tell_first_play

_NEVER_KEPT = {"Cache-Control": "no-store"}


async def post_play(request: web.Request) -> web.Response:
    """Open a session: media URLs, price, plays left to own, balance."""
    asked = await _asked(request)
    # Nothing is paid by it; after a power cut a player opens another.
    async with request.app[TOOLS].database.begin(is_lasting=False) as session:
        offer = await offer_to(
            request, session, track_id_of(asked.track), may_preview=asked.preview
        )
        media = await _addresses(request, session, offer)
    await admit(request, offer)
    document = _opened(offer, media, request.app[SECRETS][0])
    return web.json_response(document.model_dump(), status=201, headers=_NEVER_KEPT)


async def offer_to(
    request: web.Request, session: Session, track_id: UUID, *, may_preview: bool = True
) -> Offer:
    """Open a session for whoever asks; who is not known, or may not, is told that.

    Raises:
        Refused: as `open_session`; `not-allowed`, 403; `too-many-requests`, 429.

    """
    tools = request.app[TOOLS]
    offer = await open_session(
        session,
        own_token_of(request),
        track_id,
        clock=tools.clock,
        threshold_ms=tools.settings.play_threshold_s * 1000,
        may_preview=may_preview,
        home=tools.settings.territory or None,
    )
    let_in(request, offer.listener_id, offer.credential)
    listener = Caller(id=offer.listener_id, name="", credential=offer.credential)
    require(standing_in(request, listener), Permission.PLAY)
    return offer


async def admit(request: web.Request, offer: Offer) -> None:
    """Count a play that was opened among those that are heard at once.

    Not in the writer's turn, for which others wait; of a play that is refused here nobody ever
    learns the address.

    Raises:
        Refused: `too-many-plays`, 429.

    """
    address = address_of(request)
    await request.app[PRESENCE].require_room(offer.play_id, offer.listener_id, address)
    await tell_first_play(request.app[TOOLS], offer.play_id)


async def _asked(request: web.Request) -> OpenPlay:
    try:
        asked = await told(request, OpenPlay)
        track_id_of(asked.track)
    except (ValidationError, Refused):
        # Who is not known, or may not, is told that, whatever they ask for.
        require(await caller(request), Permission.PLAY)
        raise
    return asked


async def post_heartbeat(request: web.Request) -> web.Response:
    """Take a report of progress and answer what the session has come to."""
    data, tools = await request.read(), request.app[TOOLS]
    # The next one says all of this again, and more; what comes to a play is made lasting.
    async with tools.database.begin(is_lasting=False) as session:
        found = await _reporting(session, request)
        progress, play = ReportProgress.model_validate_json(data), found.play
        heard = Report(
            at=tools.clock(),
            position_ms=round(progress.position_s * 1000),
            elapsed_ms=round(progress.elapsed_s * 1000),
        )
        request.app[PRESENCE].note(play.id, play.listener_id, address_of(request))
        served = request.app[DELIVERIES].of_late(play.id)
        verdict = await report(session, play, [heard], served=served)
    document = verdict_document(play, verdict, found.outcome)
    return web.json_response(document.model_dump())


async def _reporting(session: Session, request: web.Request) -> Reporting:
    """Answer who reports of which session.

    Raises:
        Refused: `sign-in-first`, 401; `scope-too-narrow`, 403; `play-unknown`, 404;
            `too-many-requests`, 429.

    """
    play_id, now = _play_id(request), request.app[TOOLS].clock()
    found = await reporting(session, own_token_of(request), play_id, now=now)
    if found is None:
        await caller_in(session, request, Permission.PLAY)
        raise unknown_play()
    let_in(request, found.caller.id, found.caller.credential)
    require(standing_in(request, found.caller), Permission.PLAY)
    require_own(found.play, found.caller)
    return found


async def get_play(request: web.Request) -> web.Response:
    """Answer what a session has come to, weighed anew from what was stored."""
    listener, tools = await caller(request), request.app[TOOLS]
    now = tools.clock()
    async with tools.database.read() as session:
        play = await own_session(session, _play_id(request), listener)
        verdict = await weigh(session, play)
        document = verdict_document(play, verdict, await outcome_of(session, play.id, now=now))
    return web.json_response(document.model_dump(), headers=_NEVER_KEPT)


async def delete_play(request: web.Request) -> web.Response:
    """Take a session's address back; what was heard stays heard."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        play = await own_session(session, _play_id(request), who, lock=True)
        play.revoked_at = play.revoked_at or tools.clock()
    await request.app[PRESENCE].forget(play.id, play.listener_id, address_of(request))
    return web.Response(status=204)


async def _addresses(request: web.Request, session: Session, offer: Offer) -> list[Progressive]:
    """Answer where the whole of each rendition is found: here, or at an edge."""
    ticket, edge = seal(offer.play_id, request.app[SECRETS][0]), request.app[EDGE]
    if edge is None:
        return [
            Progressive(rung=one.rung, mime=one.mime, url=f"/media/{ticket}/{one.rung}.mp4")
            for one in offer.rungs
        ]
    now = request.app[TOOLS].clock()
    return [
        Progressive(
            rung=one.rung,
            mime=one.mime,
            url=edge.address(ticket, f"{one.rung}.mp4", whole(one), now),
        )
        for one in offered(await renditions_of(session, offer.master_id, at=offer.at), offer.grant)
    ]


def _play_id(request: web.Request) -> UUID:
    return id_in(request.match_info["play"], unknown_play())


def _opened(offer: Offer, media: list[Progressive], secret: bytes) -> PlayOpened:
    root = f"/media/{seal(offer.play_id, secret)}"
    return PlayOpened(
        play=str(offer.play_id),
        hls=f"{root}/multivariant.m3u8",
        dash=f"{root}/manifest.mpd",
        progressive=media,
        grant=offer.grant,
        step=offer.step,
        price=offer.price,
        left_to_own=offer.left_to_own,
        balance=offer.balance,
        offline_key=key_of(offer.play_id, secret),
    )


def verdict_document(play: PlaySession, verdict: Verdict, outcome: Outcome) -> PlayVerdict:
    """Tell what a session has come to."""
    return PlayVerdict(
        play=str(play.id),
        track=str(play.track_id),
        grant=Grant(play.grant),
        verdict=PlayState(play.state),
        reason=_reason(play, verdict),
        evidence=evidence_document(verdict),
        step=outcome.step,
        price=outcome.price,
        next_price=outcome.next_price,
        left_to_own=outcome.terms.plays_left_after(outcome.standing.plays),
        owned=outcome.standing.owned_at is not None,
        balance=outcome.balance,
    )


def evidence_document(verdict: Verdict) -> Evidence:
    """Tell the figures behind a verdict."""
    return Evidence(
        needed_ms=verdict.needed_ms,
        delivered_ms=verdict.delivered_ms,
        reported_ms=verdict.reported_ms,
        heard_ms=verdict.heard_ms,
        passed_ms=verdict.passed_ms,
    )


def _reason(play: PlaySession, verdict: Verdict) -> str:
    if play.grant == Grant.PREVIEW:
        return "preview"
    return verdict.reason if play.state == PlayState.OPEN else play.reason
