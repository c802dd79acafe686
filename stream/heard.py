"""What players hear that are not ours, as evidence of it: sessions, and reports of them.

Such a player (of OpenSubsonic, of the earlier interface) opens no session and sends no heartbeats.
It asks for a song: that opens one, or goes on with the one that is open. It says now and then what
it plays: that is a report. And where it takes a song as fast as it is sent, who fetches it at the
pace of its sound for long enough is taken to hear it. As everywhere, nothing counts that was not
served.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from aiohttp import web

from base.database import Session
from catalog.models.plays import Grant, PlaySession
from catalog.plays import last_session, play_session
from catalog.states import PlayState
from stream.api.plays import admit, offer_to
from stream.identity.callers import caller
from stream.keys import DELIVERIES, TOOLS
from stream.sessions import Report, report

#: Whoever pauses for longer begins anew.
_PAUSE = timedelta(minutes=30)


async def session_for(request: web.Request, track_id: UUID, *, is_beginning: bool) -> PlaySession:
    """Answer the session in which somebody hears a song: the one that is open, or a new one.

    Who asks for the beginning of a song once more that was counted already hears it once more.

    Raises:
        Refused: as `offer_to` and `admit` do.

    """
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin(is_lasting=False) as session:
        known = await _open(session, who.person_id, track_id, request, is_beginning=is_beginning)
        if known is not None:
            return known
        offer = await offer_to(request, session, track_id)
    await admit(request, offer)
    async with tools.database.read() as session:
        return await play_session(session, offer.play_id)


async def _open(
    session: Session, listener_id: UUID, track_id: UUID, request: web.Request, *, is_beginning: bool
) -> PlaySession | None:
    now = request.app[TOOLS].clock()
    found = await last_session(session, listener_id, track_id, since=now - timedelta(days=1))
    if found is None or found.grant == Grant.PREVIEW:
        return None  # there may be credit by now
    until = found.opened_at + timedelta(milliseconds=found.duration_ms) + _PAUSE
    is_over = found.state != PlayState.OPEN and is_beginning
    return None if is_over or now > until else found


async def reported(
    request: web.Request, track_id: UUID, *, position_ms: int | None = None
) -> UUID | None:
    """Write down that somebody says how far they have heard a song, if they were sent any of it.

    Who does not say how far is taken to have heard all that there was time for. Answer which
    session it was of: the last of the song within a day, which may have come to something already.
    """
    who, tools = await caller(request), request.app[TOOLS]
    now = tools.clock()
    async with tools.database.begin(is_lasting=False) as session:
        since = now - timedelta(days=1)
        found = await last_session(session, who.person_id, track_id, since=since)
        if found is None or found.state != PlayState.OPEN:
            return None if found is None else found.id
        play = await play_session(session, found.id, lock=True)
        elapsed_ms = _since_ms(play, now)
        at_ms = elapsed_ms if position_ms is None else position_ms
        told = Report(at=now, position_ms=min(at_ms, play.duration_ms), elapsed_ms=elapsed_ms)
        await report(session, play, [told], served=request.app[DELIVERIES].of_late(play.id))
        return found.id


async def inferred(request: web.Request, play_id: UUID, *, position_ms: int) -> None:
    """Write down how far somebody can have heard a song by what they were sent, and when."""
    tools = request.app[TOOLS]
    async with tools.database.begin(is_lasting=False) as session:
        play = await play_session(session, play_id, lock=True)
        if play.state != PlayState.OPEN:
            return
        now = tools.clock()
        elapsed_ms = _since_ms(play, now)
        told = Report(at=now, position_ms=position_ms, elapsed_ms=elapsed_ms)
        await report(session, play, [told], served=request.app[DELIVERIES].of_late(play.id))


def _since_ms(play: PlaySession, now: datetime) -> int:
    """Answer how long a session is open: by our clock, as these players tell of none of theirs."""
    return round((now - play.opened_at).total_seconds() * 1000)
