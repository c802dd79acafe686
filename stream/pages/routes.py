"""The pages: what there is to hear, one track with its player, and the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from accounting.pricing import Terms
from accounting.terms import terms_at
from base.database import Session
from base.errors import Refused, Unavailable
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
from stream.keys import MOMENTS, TOOLS
from stream.pages.account_pages import account_pages
from stream.pages.docs import get_docs
from stream.pages.invitation import get_invitation_page, post_invitation_page
from stream.pages.openid_pages import openid_pages
from stream.pages.own_data import get_data_page, post_data_page
from stream.pages.pages import Page
from stream.pages.quality import get_quality_page
from stream.pages.render import account_of, page, page_of, rendered
from stream.pages.shares import get_shares_page, post_shares_page

_ON_PAGE = 50
_UNHEARD = Standing(plays=0, owned_at=None)
_INVITATION = "/invitations/{secret:[A-Za-z0-9_-]+}"
_OPEN = Permission.CATALOGUE_READ


def page_routes() -> Sequence[Page]:
    """Answer all pages."""
    return [
        Page(path="/", handler=get_home, needs=_OPEN),
        Page(path="/tracks/{track}", handler=get_track_page, needs=_OPEN),
        Page(path="/tracks/{track}/quality", handler=get_quality_page, needs=Permission.MUSIC_READ),
        Page(path="/docs", handler=get_docs, needs=_OPEN),
        Page(path="/shares", handler=get_shares_page, needs=Permission.SHARES_READ),
        Page(
            method="POST",
            path="/shares/{sheet}",
            handler=post_shares_page,
            needs=Permission.SHARES_WRITE,
        ),
        Page(path="/account/data", handler=get_data_page, needs=Permission.ACCOUNT_CLOSE),
        Page(
            method="POST",
            path="/account/data",
            handler=post_data_page,
            needs=Permission.ACCOUNT_CLOSE,
        ),
        Page(path=_INVITATION, handler=get_invitation_page, needs=Permission.MEMBERSHIPS),
        Page(
            method="POST",
            path=_INVITATION,
            handler=post_invitation_page,
            needs=Permission.MEMBERSHIPS,
        ),
        *account_pages(),
        *openid_pages(),
    ]


async def get_home(request: web.Request) -> web.Response:
    """Show what there is to hear."""
    app, account = request.app, await caller_or_none(request)
    after = PLACE.after(request.query.get("cursor"))
    if account is not None:
        return page_of(await _home(app, account, after))
    return page_of(await app[MOMENTS].of(("home", after), partial(_home, app, None, after)))


async def _home(
    app: web.Application, account: Caller | None, after: tuple[datetime, UUID] | None
) -> str:
    found = await newest(app, limit=_ON_PAGE + 1, after=after)
    part, now = PLACE.page(found, limit=_ON_PAGE, place=place_of), app[TOOLS].clock()
    async with app[TOOLS].database.read() as session:
        context = {
            "tracks": await _tracks(session, part.items, account, now=now),
            "next": part.next,
            "account": await account_of(session, account, now=now),
        }
    return rendered(app, "home.html", context)


async def get_track_page(request: web.Request) -> web.Response:
    """Show one track and its player."""
    async with request.app[TOOLS].database.read() as session:
        found = await visible_track(session, request)
        account = await caller_or_none(request, session)
        [track] = await _tracks(session, [found], account, now=request.app[TOOLS].clock())
        context = {
            "track": track | document(found).model_dump(include={"loudness", "renditions"}),
            "account": await account_of(session, account, now=request.app[TOOLS].clock()),
            "may_see_report": concerns(found, account),
        }
    return page(request, "track.html", context)


@web.middleware
async def error_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Show people a page where programs get a problem document."""
    try:
        return await handler(request)
    except (Refused, Unavailable, web.HTTPNotFound) as error:
        accepts = request.headers.get(hdrs.ACCEPT, "")
        if "text/html" not in accepts or request.path.startswith(("/api/", "/media/")):
            raise
        sentence = getattr(error, "sentence", "There is nothing at this address.")
        context = {
            "status": error.status,
            "title": "That did not work",
            "sentence": sentence,
            "account": None,
        }
        return page(request, "error.html", context, status=error.status)


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
        "waveform_json_url": _waveform(found),
    }
