"""What players hear that are not ours, as evidence of it: sessions, and reports of them.

Such a player (of OpenSubsonic, of the earlier interface) opens no session and sends no heartbeats.
It asks for a song: that opens one, or goes on with the one that is open. It says now and then what
it plays: that is a report. Of a player that never does, what it fetches is taken for what it hears,
at the pace of its sound. As everywhere, nothing counts that was not served.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from aiohttp import hdrs, web

from accounting.listened import heard_of, needed_ms
from accounting.reports import Told
from base.database import Session
from base.errors import Unavailable
from catalog.callers import Caller
from catalog.models.plays import Grant, PlaySession
from catalog.music import track_of
from catalog.plays import last_session, play_session
from catalog.states import PlayState, TrackState
from stream.api.plays import admit, offer_to
from stream.clockless import following
from stream.fronts import Fronts
from stream.grants import require_granted
from stream.identity.callers import caller
from stream.keys import DELIVERIES, TOOLS
from stream.sessions import Report, report

FRONTS = web.AppKey("fronts", Fronts)
#: Whoever pauses for longer begins anew.
_PAUSE = timedelta(minutes=30)


def is_beginning(request: web.Request) -> bool:
    """Whether the beginning is asked for, and not a part behind it."""
    said = request.headers.get(hdrs.RANGE, "").replace(" ", "")
    return not said or said.startswith("bytes=0-")


async def session_for(request: web.Request, track_id: UUID, *, is_beginning: bool) -> PlaySession:
    """Answer the session in which somebody hears a song: the one that is open, or a new one.

    Who asks for the beginning of a song once more that was counted already hears it once more.

    Raises:
        Refused: as `offer_to`, `admit` and `require_granted` do.

    """
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin(is_lasting=False) as session:
        known = await _open(session, who.person_id, track_id, request, is_beginning=is_beginning)
        if known is not None:
            track = (await track_of(session, track_id)).track
            require_granted(known, TrackState(track.state))
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

    Who does not say how far has heard on since they said so last. Answer which session it is of:
    the last of the song within a day, which may have come to something already.
    """
    who, tools = await caller(request), request.app[TOOLS]
    with suppress(Unavailable):  # then it may be inferred beside, which adds nothing to it
        await request.app[FRONTS].note_telling(player_of(who))
    async with tools.database.begin(is_lasting=False) as session:
        since = tools.clock() - timedelta(days=1)
        found = await last_session(session, who.person_id, track_id, since=since)
        if found is not None and _is_heard_on(found):
            await _report(session, request, found.id, position_ms)
    return None if found is None else found.id


async def inferred(request: web.Request, play_id: UUID, *, position_ms: int) -> None:
    """Write down how far somebody can have heard a song by what they were sent, and when."""
    async with request.app[TOOLS].database.begin(is_lasting=False) as session:
        await _report(session, request, play_id, position_ms)


def player_of(who: Caller) -> UUID:
    """Answer what a player is known by: its password, or whose it is."""
    return who.person_id if who.credential is None else who.credential.id


def _is_heard_on(play: PlaySession) -> bool:
    """Whether it matters what is heard of a session: until it counts, and comes to a listen."""
    if play.state == PlayState.OPEN:
        return True
    needed = needed_ms(play.duration_ms)
    if needed is None or play.told is None:
        return False
    delivered = [(start, end) for start, end in play.delivered or []]
    return heard_of(delivered, Told.from_json(play.told)).heard_ms < needed


async def _report(
    session: Session, request: web.Request, play_id: UUID, position_ms: int | None
) -> None:
    play = await play_session(session, play_id, lock=True)
    if not _is_heard_on(play):
        return
    now = request.app[TOOLS].clock()
    told = following(
        None if play.told is None else Told.from_json(play.told),
        at_ms=round((now - play.opened_at).total_seconds() * 1000),
        position_ms=position_ms,
        duration_ms=play.duration_ms,
    )
    said = Report(at=now, position_ms=told.position_ms, elapsed_ms=told.elapsed_ms)
    await report(session, play, [said], served=request.app[DELIVERIES].of_late(play.id))
