"""Covers: taken from owners, and shown in the form and near the size that is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from aiohttp import hdrs, web

from base.database import Session
from base.errors import Refused
from base.settings import Settings
from base.storage.port import Key, key_of
from catalog.artworks import NewArtwork, drop_unneeded, images_of, take_artwork, try_again
from catalog.claims import Claims
from catalog.models.releases import ArtworkImage, Release
from catalog.releases import lock_draft, release_of, require_draft
from catalog.states import ArtworkState, ReleaseState
from catalog.upload_rows import usage_of
from ingest.describing import ARTWORK
from ingest.quotas import require_room
from ingest.sniff.kinds import Kind, kind_of
from stream.api.answers import answered
from stream.api.preconditions import require_match
from stream.api.release_documents import ReleaseDocument
from stream.api.releases import document, release_id_in, visible_release
from stream.api.tracks import read_all
from stream.identity.callers import caller, caller_or_none
from stream.keys import REQUEST_ID, TOOLS
from stream.negotiation import chosen

_MOST_BYTES = 32 << 20
_READ_BYTES = 1 << 18
#: By what it begins with a picture is told from other files.
_HEAD_BYTES = 1 << 10
_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}
#: A release may get another cover while it is a draft.
_CACHE = "max-age=300"


async def put_artwork(request: web.Request) -> web.Response:
    """Take a picture as the cover of a draft; its sizes are made in a moment."""
    await require_own_draft(request)  # before anything is read
    parts = request.content.iter_chunked(_READ_BYTES)
    return answered(request, await take_cover(request, parts), status=202)


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
    tools, new = request.app[TOOLS], await _received(request, parts)

    async def take(session: Session) -> ReleaseDocument:
        release = await lock_draft(session, release_id, artist)
        await require_match(request, lambda: document(session, release, artist))
        usage = await usage_of(session, release.owner_id)
        require_room(usage, new.size_bytes, tools.settings)
        await _put_on(session, release, new, tools.settings, now=tools.clock())
        return await document(session, release, artist)

    return await tools.database.run(take)


async def _put_on(
    session: Session, release: Release, new: NewArtwork, settings: Settings, *, now: datetime
) -> None:
    """Make a picture the cover of a draft; one that was rejected before is tried again."""
    was, artwork = release.artwork_id, await take_artwork(session, new, now=now)
    if artwork.state == ArtworkState.REJECTED:
        await try_again(session, artwork, request_id=new.request_id, now=now)
    release.artwork_id = artwork.id
    release.edited = sorted({*release.edited, ARTWORK})
    release.changed_at = now
    await session.flush()
    if was is not None and was != artwork.id:
        grace = timedelta(seconds=settings.removal_grace_s)
        await drop_unneeded(session, was, until=now + grace)


async def get_artwork(request: web.Request) -> web.Response:
    """Answer the cover in the form that is named, or that the browser takes best."""
    form = request.match_info.get("form") or _form_for(request)
    who = await caller_or_none(request)
    async with request.app[TOOLS].database.read() as session:
        release = await visible_release(session, request, who)
        images = await images_of(session, release.artwork_id) if release.artwork_id else []
    image = nearest([one for one in images if one.form == form], int(request.match_info["size"]))
    response = web.Response(
        body=await read_all(request, Key(image.storage_key)), content_type=_TYPES[form]
    )
    response.etag = image.storage_key.rpartition("/")[2].partition(".")[0]
    response.headers["Cache-Control"] = f"{_kept_by(release)}, {_CACHE}"
    response.headers["Vary"] = "Accept"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _kept_by(release: Release) -> str:
    return "public" if release.state == ReleaseState.PUBLISHED else "private"


def nearest(images: Sequence[ArtworkImage], size: int) -> ArtworkImage:
    """Answer the smallest image that is as large as was asked for, or else the largest.

    Raises:
        Refused: `artwork-missing`, 404.

    """
    if not images:
        raise Refused("artwork-missing", "There is no such artwork, or not yet.", status=404)
    large = [one for one in images if one.size >= size]
    return min(large or images, key=lambda one: one.size if large else -one.size)


def _form_for(request: web.Request) -> str:
    accept = ", ".join(request.headers.getall(hdrs.ACCEPT, []))
    wanted = chosen(accept, tuple(_TYPES.values()), said_by_all=_TYPES["jpeg"])
    for form, media_type in _TYPES.items():
        if media_type == wanted:
            return form
    raise Refused("not-acceptable", f"Artwork comes as {', '.join(_TYPES.values())}.", status=406)


async def _received(request: web.Request, parts: AsyncIterator[bytes]) -> NewArtwork:
    """Store a picture; who it is for is written down afterwards."""
    tools, data = request.app[TOOLS], bytearray()
    async for chunk in parts:
        data += chunk
        if len(data) > _MOST_BYTES:
            raise Refused(
                "too-large", f"A cover may have {_MOST_BYTES >> 20} MiB at most.", status=413
            )
    if not data:
        raise Refused("empty-file", "The file is empty.", status=422)
    if kind_of(bytes(data[:_HEAD_BYTES])) is not Kind.PICTURE:
        raise Refused(
            "artwork-kind",
            "This is no picture that we know; please send it as JPEG or PNG.",
            status=422,
        )
    digest = hashlib.sha256(data).hexdigest()
    key = key_of("artwork", digest)
    claims = Claims(database=tools.database, storage=tools.storage, clock=tools.clock)
    await claims.store(key, bytes(data))
    return NewArtwork(
        sha256=digest, size_bytes=len(data), storage_key=key, request_id=request[REQUEST_ID]
    )
