"""What there is to hear, and the page of one track with its player."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web

from accounting.pricing import Terms
from accounting.terms import terms_at
from base.database import Session
from catalog.callers import Caller
from catalog.music import Published
from catalog.permissions import Permission
from catalog.plays import Standing, standings_of
from stream.api.tracks import (
    PLACE,
    concerns,
    document,
    newest,
    place_of,
    visible_track,
    waveform_of,
)
from stream.identity.callers import caller_or_none
from stream.keys import TOOLS
from stream.pages.render import show

_ON_PAGE = 50
_UNHEARD = Standing(plays=0, owned_at=None)


async def get_home(request: web.Request) -> web.Response:
    """Show what there is to hear."""
    account, after = await caller_or_none(request), PLACE.after(request.query.get("cursor"))
    found = await newest(request.app, limit=_ON_PAGE + 1, after=after)
    part = PLACE.page(found, limit=_ON_PAGE, place=place_of)
    async with request.app[TOOLS].database.read() as session:
        context = {
            "tracks": await _tracks(session, part.items, account, now=request.app[TOOLS].clock()),
            "next": part.next,
        }
    return await show(request, "listener/home.html", context)


async def get_track_page(request: web.Request) -> web.Response:
    """Show one track and its player."""
    async with request.app[TOOLS].database.read() as session:
        found = await visible_track(session, request)
        account = await caller_or_none(request, session)
        [track] = await _tracks(session, [found], account, now=request.app[TOOLS].clock())
        context = {
            "track": track | document(found).model_dump(include={"loudness", "renditions"}),
            "may_see_report": concerns(found, account),
        }
    return await show(request, "listener/track.html", context)


def _waveform(found: Published) -> str:
    links = waveform_of(found)
    return links.screen if links else ""


async def _tracks(
    session: Session, found: Sequence[Published], account: Caller | None, *, now: datetime
) -> list[dict[str, Any]]:
    terms, standings = await terms_at(session, now), {}
    listener_id = None if account is None else account.personal_id(Permission.LIBRARY_READ)
    if listener_id is not None:
        recordings = [one.track.recording_id for one in found]
        standings = await standings_of(session, listener_id=listener_id, recordings=recordings)
    return [
        _track(one, listener_id, standings.get(one.track.recording_id, _UNHEARD), terms=terms)
        for one in found
    ]


def _track(
    found: Published, listener_id: UUID | None, standing: Standing, *, terms: Terms
) -> dict[str, Any]:
    track, plays = found.track, standing.plays
    is_own = listener_id == track.owner_id
    owned = standing.owned_at is not None or is_own
    return {
        "id": str(track.id),
        "title": track.title,
        "artist": track.artist,
        "state": str(track.state),
        "duration_s": found.duration_s or 0,
        "sample_rate": found.master.sample_rate,
        "price_millicredits": 0 if owned or track.is_free else terms.price_after(plays),
        "step": min(plays + 1, terms.steps),
        "plays_left": 0 if owned or track.is_free else terms.plays_left_after(plays),
        "plays": plays,
        "owned": owned,
        "is_free": track.is_free,
        "artwork": None,
        "waveform_json_url": _waveform(found),
    }
