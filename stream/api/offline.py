"""Heartbeats of players that were offline, handed in later."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from aiohttp import web

from accounting.outcome import outcome_of
from catalog.permissions import Permission
from catalog.plays import unknown_play
from catalog.scrobbles import follow_again
from stream.api.documents import OfflineReport
from stream.api.plays import verdict_document
from stream.identity.callers import caller_in
from stream.keys import DELIVERIES, REQUEST_ID, SECRETS, TOOLS
from stream.offline import OfflineBeat, require_possible, require_sealed
from stream.sessions import Report, own_session, report

_SEAL = "X-Refrain-Seal"


async def post_offline(request: web.Request) -> web.Response:
    """Take what a player kept of a session; to hand it in again changes nothing."""
    data, tools = await request.read(), request.app[TOOLS]
    async with tools.database.begin() as session:
        listener = await caller_in(session, request, Permission.PLAY)
        handed_in = OfflineReport.model_validate_json(data)
        play_id = _play_id(handed_in.play)
        require_sealed(
            data,
            request.headers.get(_SEAL, ""),
            session_id=play_id,
            secrets=request.app[SECRETS],
        )
        play = await own_session(session, play_id, listener, lock=True)
        beats = [OfflineBeat(**one.model_dump()) for one in handed_in.beats]
        require_possible(beats, opened_at=play.opened_at, now=tools.clock())
        reports = [
            Report(
                at=play.opened_at + timedelta(seconds=one.at_s),
                position_ms=round(one.position_s * 1000),
                elapsed_ms=round(one.elapsed_s * 1000),
            )
            for one in beats
        ]
        served = request.app[DELIVERIES].of_late(play.id)
        verdict = await report(session, play, reports, served=served)
        await follow_again(session, play, request_id=request[REQUEST_ID], now=tools.clock())
        document = verdict_document(
            play, verdict, await outcome_of(session, play.id, now=tools.clock())
        )
    return web.json_response(document.model_dump())


def _play_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise unknown_play() from None
