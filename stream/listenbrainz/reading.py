"""What somebody listened to elsewhere, told to their programs as ListenBrainz tells it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from catalog.callers import Caller
from catalog.elsewhere import count_kept, ends_of, kept_between
from catalog.listenbrainz import MOST_LISTENS, unfit
from catalog.models.scrobbling import HeardElsewhere
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.listenbrainz.people import name_of, require_self
from stream.listenbrainz.playing import playing_of

_USUAL = 25


async def get_listens(request: web.Request) -> web.Response:
    """Answer listens, the newest first."""
    who = await _self(request)
    limit = _number(request, "count", _USUAL, most=MOST_LISTENS) or 0
    above, below = _moment(request, "min_ts"), _moment(request, "max_ts")
    if above is not None and below is not None and above >= below:
        raise unfit("max_ts is later than min_ts.")
    async with request.app[TOOLS].database.read() as session:
        found = await kept_between(session, who.id, above=above, below=below, limit=limit)
        oldest, newest = await ends_of(session, who.id)
    return _payload(
        count=len(found),
        user_id=name_of(who),
        listens=[_document(one, who) for one in found],
        oldest_listen_ts=_seconds(oldest),
        latest_listen_ts=_seconds(newest),
    )


async def get_count(request: web.Request) -> web.Response:
    """Answer how many listens there are."""
    who = await _self(request)
    async with request.app[TOOLS].database.read() as session:
        count = await count_kept(session, who.id)
    return _payload(count=count)


async def get_playing(request: web.Request) -> web.Response:
    """Answer what sounds now."""
    who = await _self(request)
    found = await playing_of(request.app[TOOLS].valkey, who.id)
    listens = [] if found is None else [{"playing_now": True, "track_metadata": _told(found)}]
    return _payload(count=len(listens), user_id=name_of(who), listens=listens, playing_now=True)


async def _self(request: web.Request) -> Caller:
    who = await caller(request)
    require_self(who, request.match_info["user"])
    return who


def _number(request: web.Request, name: str, usual: int | None, *, most: int) -> int | None:
    said = request.query.get(name)
    if said is None:
        return usual
    if not (said.isascii() and said.isdigit() and len(said) <= len(str(most))):
        raise unfit(f"{name} is a number from 0 to {most}.")
    return min(int(said), most)


def _moment(request: web.Request, name: str) -> datetime | None:
    said = _number(request, name, None, most=1 << 33)
    return None if said is None else datetime.fromtimestamp(said, tz=UTC)


def _document(one: HeardElsewhere, who: Caller) -> dict[str, Any]:
    told = {
        "track_name": one.track,
        "artist_name": one.artist,
        "release_name": one.release,
        "additional_info": {**one.info, "recording_msid": str(one.number)},
    }
    return {
        "listened_at": _seconds(one.listened_at),
        "inserted_at": _seconds(one.told_at),
        "recording_msid": str(one.number),
        "user_name": name_of(who),
        "track_metadata": _told(told),
    }


def _told(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: said for name, said in told.items() if said is not None}


def _seconds(at: datetime | None) -> int:
    return 0 if at is None else int(at.timestamp())


def _payload(**said: object) -> web.Response:
    return web.json_response({"payload": said})
