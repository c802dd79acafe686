"""Look whether a session comes to a listen, for whoever tells of theirs elsewhere.

The job waits as long as the session goes on, and looks again when enough can have been heard. What
was heard is what evidence says, never what somebody says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from accounting.listened import Heard, heard_of, look_again_ms, needed_ms
from accounting.reports import Told
from base.database import Session
from base.errors import Refused, Unavailable
from base.ticket_secrets import ticket_secrets
from catalog.listens import Listen
from catalog.models.plays import PlaySession
from catalog.models.scrobbling import ScrobbleLink
from catalog.scrobble_links import entry_of, send_soon
from catalog.scrobble_states import LinkState, Service
from catalog.scrobblers import Account, outside_of, tell_playing
from catalog.scrobbles import begin, followed, links_for, note_listen
from catalog.track_listens import listens_of
from workers.holding import Holding
from workers.leases import Leased, finish, put_off

log = structlog.get_logger()

_GOES_ON = "it may come to a listen yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sounding:
    """Accounts that are to be told what sounds, of which nobody told them before."""

    links: Sequence[ScrobbleLink] = ()
    listen: Listen | None = None


async def follow_play(holding: Holding, leased: Leased) -> None:
    """Write down that a session sounds and that it is a listen, once each; then look no more."""
    tools = holding.tools
    async with tools.database.begin() as session:
        sounding = await _look(session, leased, now=tools.clock())
    for link in sounding.links:
        if sounding.listen is not None and link.state == LinkState.CONNECTED:
            await _tell(holding, link, sounding.listen)


async def _look(session: Session, leased: Leased, *, now: datetime) -> _Sounding:
    play = await followed(session, UUID(leased.subject))
    needed = None if play is None else needed_ms(play.duration_ms)
    links = [] if play is None else await links_for(session, play)
    if play is None or needed is None or not links:
        await finish(session, leased, now=now)
        return _Sounding()
    heard = _heard(play)
    sounding = await _begin(session, play, heard, links, now=now)
    if heard.heard_ms >= needed:
        await _note(session, links, play.id, leased.request_id, now=now)
        await finish(session, leased, now=now)
        return sounding
    passed_ms = round((now - play.opened_at).total_seconds() * 1_000)
    again_ms = look_again_ms(heard, needed_ms=needed, passed_ms=passed_ms)
    if again_ms is None:
        await finish(session, leased, now=now, reason="too little was heard")
    else:
        until = now + timedelta(milliseconds=again_ms)
        await put_off(session, leased, until=until, reason=_GOES_ON)
    return sounding


def _heard(play: PlaySession) -> Heard:
    told = Told() if play.told is None else Told.from_json(play.told)
    return heard_of([(start, end) for start, end in play.delivered or []], told)


async def _begin(
    session: Session,
    play: PlaySession,
    heard: Heard,
    links: Sequence[ScrobbleLink],
    *,
    now: datetime,
) -> _Sounding:
    if not heard.is_sounding:
        return _Sounding()
    listened_at = play.opened_at + timedelta(milliseconds=heard.began_ms)
    fresh = [
        link
        for link in links
        if await begin(session, link, play.id, listened_at=listened_at, now=now)
    ]
    if not fresh:
        return _Sounding()
    listen = (await listens_of(session, [play.track_id]))[play.track_id]
    return _Sounding(links=fresh, listen=replace(listen, duration_ms=play.duration_ms))


async def _note(
    session: Session,
    links: Sequence[ScrobbleLink],
    play_id: UUID,
    request_id: str,
    *,
    now: datetime,
) -> None:
    for link in links:
        if await note_listen(session, link, play_id, now=now):
            await send_soon(session, link, request_id=request_id, now=now)


async def _tell(holding: Holding, link: ScrobbleLink, listen: Listen) -> None:
    """Tell what sounds; it is soon over, so who does not hear it is not told again."""
    settings = holding.tools.settings
    secret = entry_of(link, ticket_secrets(settings))
    if secret is None:
        return
    account = Account(service=Service(link.service), server=link.server, secret=secret)
    try:
        await tell_playing(outside_of(settings), account, listen)
    except (Refused, Unavailable) as error:
        log.info("what sounds is not told", link=str(link.id), why=error.sentence)
