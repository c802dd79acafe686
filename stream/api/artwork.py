"""Covers: of releases while they are drafts, and of single tracks."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import web

from base.database import Session
from catalog.music import track_of
from catalog.releases import lock_draft, release_of, require_draft
from catalog.states import ReleaseState
from stream.api.answers import answered, no_content
from stream.api.documents import TrackDocument
from stream.api.pictures import body_of, put_on, received, shown, sizes_of, take_off
from stream.api.preconditions import require_match
from stream.api.release_documents import ReleaseDocument
from stream.api.releases import document, release_id_in, visible_release
from stream.api.tracks import matching_track, own_track, visible_track, whole
from stream.identity.callers import caller, caller_or_none
from stream.keys import TOOLS


async def put_artwork(request: web.Request) -> web.Response:
    """Take a picture as the cover of a draft; its sizes are made in a moment."""
    await require_own_draft(request)  # before anything is read
    return answered(request, await take_cover(request, body_of(request)), status=202)


async def require_own_draft(request: web.Request) -> None:
    """Let go on whose draft the path names.

    Raises:
        Refused: as `require_draft`.

    """
    artist, release_id = await caller(request), release_id_in(request)
    async with request.app[TOOLS].database.read() as session:
        require_draft(await release_of(session, release_id), artist)


async def take_cover(request: web.Request, parts: AsyncIterator[bytes]) -> ReleaseDocument:
    """Make the picture that comes in parts the cover of the draft of the path.

    Raises:
        Refused: `too-large` 413, `empty-file` or `artwork-kind` 422; as `lock_draft`.

    """
    artist, release_id = await caller(request), release_id_in(request)
    tools, new = request.app[TOOLS], await received(request, parts)

    async def take(session: Session) -> ReleaseDocument:
        release = await lock_draft(session, release_id, artist)
        await require_match(request, lambda: document(session, release, artist))
        release.changed_at = tools.clock()
        await put_on(request, session, release, new, owner_id=release.owner_id)
        return await document(session, release, artist)

    return await tools.database.run(take)


async def get_artwork(request: web.Request) -> web.Response:
    """Answer the cover of a release."""
    who = await caller_or_none(request)
    async with request.app[TOOLS].database.read() as session:
        release = await visible_release(session, request, who)
        images = await sizes_of(session, release)
    return await shown(request, images, is_public=release.state == ReleaseState.PUBLISHED)


async def put_track_artwork(request: web.Request) -> web.Response:
    """Take a picture as the cover of one track of the caller's."""
    track_id = (await own_track(request, request.match_info["track"])).track.id
    new = await received(request, body_of(request))

    async def take(session: Session) -> TrackDocument:
        track = (await matching_track(session, request, track_id)).track
        await put_on(request, session, track, new, owner_id=track.owner_id)
        return await whole(session, await track_of(session, track_id), is_own=True)

    answer = await request.app[TOOLS].database.run(take)
    return answered(request, answer, status=202)


async def get_track_artwork(request: web.Request) -> web.Response:
    """Answer the cover that a track has for itself."""
    async with request.app[TOOLS].database.read() as session:
        found = await visible_track(session, request)
        images = await sizes_of(session, found.track)
    return await shown(request, images, is_public=found.is_audible)


async def remove_track_artwork(request: web.Request) -> web.Response:
    """Let a track of the caller's have no cover of its own, not that of its file either."""
    track_id = (await own_track(request, request.match_info["track"])).track.id

    async def remove(session: Session) -> None:
        track = (await matching_track(session, request, track_id)).track
        await take_off(request, session, track)

    await request.app[TOOLS].database.run(remove)
    return no_content()
