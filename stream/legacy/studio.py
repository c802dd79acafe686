"""Trackgroups of whoever makes music: releases that are begun, written, filled and put out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from uuid import UUID

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.artists import artist_of
from catalog.callers import Caller
from catalog.credit_roles import Named
from catalog.models.releases import Release
from catalog.numbered import releases_owned
from catalog.releases import (
    concerns,
    create_release,
    release_of,
    releases_by_id,
    standing_on,
    unknown_release,
)
from catalog.said import said_of_releases
from catalog.states import ReleaseState
from catalog.upload_rows import tracks_of_uploads
from ingest.coming_out import publish, reinstate, withdraw
from ingest.drafts import Edit, edit
from ingest.gathering import gather, set_apart
from ingest.saying import Said
from ingest.words import one_line
from stream.api.artwork import require_own_draft, take_cover
from stream.api.asking import told
from stream.api.coming_out import done
from stream.api.releases import delete_release, release_id_in
from stream.form_files import first_file
from stream.identity.callers import caller
from stream.keys import ORIGIN, TOOLS
from stream.legacy.bodies import Items, NewGroup, Privacy, WrittenGroup
from stream.legacy.paging import Document, listed, single
from stream.legacy.reading import page_of
from stream.legacy.shapes import release_shape, with_items
from stream.legacy.told import told_tracks

Move = Callable[..., Awaitable[Release]]
_DAY_LETTERS = len("2026-11-24")
_ALBUM = "album"
#: Why nobody hears a release any more that was hidden by a client which does not ask why.
_HIDDEN = "Hidden by its owner."


async def get_own(request: web.Request) -> Document:
    """Answer the releases of whoever asks, whatever became of them."""
    who, page = await caller(request), page_of(request)
    numbered = releases_owned(who.id)
    async with request.app[TOOLS].database.read() as session:
        ids = await numbered.page(session, limit=page.limit, offset=page.offset)
        found = await releases_by_id(session, ids)
        said = await said_of_releases(session, ids) if ids else {}
        count = await numbered.count(session)
    at = request.app[ORIGIN]
    return listed([release_shape(found[o], said[o], at=at) for o in ids], count=count, page=page)


async def post_own(request: web.Request) -> Document:
    """Begin a draft."""
    who, tools, wanted = await caller(request), request.app[TOOLS], await told(request, NewGroup)
    now = tools.clock()
    async with tools.database.begin() as session:
        artist = await _artist_name(session, wanted, who)
        title = one_line(wanted.title) or wanted.title
        made = await create_release(session, who, title=title, artist=artist, now=now)
        await edit(session, made.id, who, await _change(session, wanted), now=now)
        return await _answer(session, request, who, made.id)


async def get_one(request: web.Request) -> Document:
    """Answer a release of whoever asks, and its tracks."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        return await _answer(session, request, who, release_id_in(request))


async def put_one(request: web.Request) -> Document:
    """Write on a release."""
    who, tools = await caller(request), request.app[TOOLS]
    wanted, release_id = await told(request, WrittenGroup), release_id_in(request)
    async with tools.database.begin() as session:
        change = await _change(session, wanted)
        await edit(session, release_id, who, change, now=tools.clock())
        await session.flush()
        return await _answer(session, request, who, release_id)


async def delete_one(request: web.Request) -> Document:
    """Delete a draft and its tracks."""
    await delete_release(request)
    return single({"id": str(release_id_in(request))})


async def put_items(request: web.Request) -> Document:
    """Let the tracks of a draft stand in an order; what was in other drafts comes to it."""
    who, tools, wanted = await caller(request), request.app[TOOLS], await told(request, Items)
    release_id, now = release_id_in(request), tools.clock()
    async with tools.database.begin() as session:
        tracks = await _tracks(session, who, wanted)
        await gather(session, release_id, tracks, who, now=now)
        await edit(session, release_id, who, Edit(said=Said(), order=[tracks]), now=now)
        return await _answer(session, request, who, release_id)


async def add_items(request: web.Request) -> Document:
    """Put tracks at the end of a draft."""
    return await _moved(request, gather)


async def remove_items(request: web.Request) -> Document:
    """Take tracks off a draft: they wait in another."""
    return await _moved(request, set_apart)


async def put_cover(request: web.Request) -> Document:
    """Take a picture as the cover of a draft."""
    await require_own_draft(request)
    none = Refused("artwork-kind", "Please choose a picture.", status=422)
    await take_cover(request, first_file(request, none))
    return await get_one(request)


async def put_privacy(request: web.Request) -> Document:
    """Let all hear a draft, or nobody a release any more but those who own its tracks."""
    who, wanted = await caller(request), await told(request, Privacy)
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        release = await release_of(session, release_id_in(request))
        is_out = release.state == ReleaseState.PUBLISHED
        if not concerns(release, who):
            raise unknown_release()
    if wanted.private and is_out:
        await done(request, withdraw, _HIDDEN)
    elif not wanted.private and release.state == ReleaseState.WITHDRAWN:
        await done(request, reinstate, None)
    elif not wanted.private and not is_out:
        await done(request, partial(publish, reviews=tools.settings.reviews), None)
    return await get_one(request)


async def _moved(request: web.Request, move: Move) -> Document:
    who, tools, wanted = await caller(request), request.app[TOOLS], await told(request, Items)
    release_id = release_id_in(request)
    async with tools.database.begin() as session:
        tracks = await _tracks(session, who, wanted)
        await move(session, release_id, tracks, who, now=tools.clock())
        return await _answer(session, request, who, release_id)


async def _tracks(session: Session, who: Caller, wanted: Items) -> Sequence[UUID]:
    """Answer tracks by the numbers that they were announced under."""
    ids = wanted.in_order
    announced = await tracks_of_uploads(session, who.id, ids)
    return [announced.get(one, one) for one in ids]


async def _answer(
    session: Session, request: web.Request, who: Caller, release_id: UUID
) -> Document:
    release = await release_of(session, release_id)
    if not concerns(release, who):
        raise unknown_release()
    said = (await said_of_releases(session, [release_id]))[release_id]
    tracks = [one.track.id for one in await standing_on(session, release_id)]
    items = await told_tracks(session, request, tracks, owner_id=release.owner_id)
    return single(with_items(release_shape(release, said, at=request.app[ORIGIN]), items))


async def _change(session: Session, wanted: WrittenGroup) -> Edit:
    artists = None
    if wanted.artistId is not None:
        artist = await artist_of(session, wanted.artistId)
        artists = [Named(name=artist.name, artist_id=artist.id)]
    return Edit(said=Said(words=_words(wanted), artists=artists, tags=wanted.tags))


def _words(wanted: WrittenGroup) -> Mapping[str, str]:
    said = {
        "title": wanted.title,
        "type": _ALBUM if wanted.type == "lp" else wanted.type,
        "released_on": None if wanted.releaseDate is None else wanted.releaseDate[:_DAY_LETTERS],
    }
    return {name: text for name, text in said.items() if text is not None}


async def _artist_name(session: Session, wanted: NewGroup, who: Caller) -> str:
    if wanted.artistId is None:
        return who.name
    return (await artist_of(session, wanted.artistId)).name
