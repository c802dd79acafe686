"""Pictures over HTTP: taken in, and shown in the form and near the size that is asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from uuid import UUID

from aiohttp import hdrs, web
from pydantic import Field

from base.database import Session
from base.errors import Refused
from base.storage.port import Key
from catalog.artworks import NewArtwork, Pictured, images_of, put_up, take_down
from catalog.claims import Claims
from catalog.models.releases import ArtworkImage
from catalog.upload_rows import usage_of
from ingest.pictures import take_picture
from ingest.quotas import require_room
from stream.api.asking import Query, asking
from stream.api.tracks import read_all
from stream.keys import REQUEST_ID, TOOLS
from stream.negotiation import chosen

_READ_BYTES = 1 << 18
_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}
#: What has a picture may get another.
_CACHE = "max-age=300"


class PictureQuery(Query):
    """How large: what the longer side should measure in pixels at least, if there is one."""

    size: int = Field(default=640, ge=1, le=9999, description="Pixels of the longer side.")


def body_of(request: web.Request) -> AsyncIterator[bytes]:
    """Answer what is sent, bit by bit."""
    return request.content.iter_chunked(_READ_BYTES)


async def received(request: web.Request, parts: AsyncIterator[bytes]) -> NewArtwork:
    """Store a picture that comes in parts; what it is for is written down afterwards.

    Raises:
        Refused: `too-large` 413; `empty-file` or `artwork-kind` 422.

    """
    tools = request.app[TOOLS]
    claims = Claims(database=tools.database, storage=tools.storage, clock=tools.clock)
    return await take_picture(parts, claims, request_id=request[REQUEST_ID])


async def put_on(
    request: web.Request,
    session: Session,
    row: Pictured,
    new: NewArtwork,
    *,
    owner_id: UUID | None,
) -> None:
    """Show something with a picture, as far as its owner has room; what nobody owns has.

    Raises:
        Refused: `quota-stored`, 413.

    """
    tools = request.app[TOOLS]
    if owner_id is not None:
        usage = await usage_of(session, owner_id)
        require_room(usage, new.size_bytes, tools.settings)
    now = tools.clock()
    grace = timedelta(seconds=tools.settings.removal_grace_s)
    await put_up(session, row, new, now=now, until=now + grace)


async def take_off(request: web.Request, session: Session, row: Pictured) -> None:
    """Show something with no picture any more."""
    tools = request.app[TOOLS]
    grace = timedelta(seconds=tools.settings.removal_grace_s)
    await take_down(session, row, until=tools.clock() + grace)


async def sizes_of(session: Session, row: Pictured) -> list[ArtworkImage]:
    """Answer the sizes of what something is shown with; none where there is nothing, or not yet."""
    return await images_of(session, row.artwork_id) if row.artwork_id else []


async def shown(
    request: web.Request, images: Sequence[ArtworkImage], *, is_public: bool
) -> web.Response:
    """Answer a picture in the form that is named or that the browser takes best.

    The path tells the size, or the query.

    Raises:
        Refused: `artwork-missing` 404, `not-acceptable` 406.

    """
    named = request.match_info.get("size")
    size = int(named) if named else asking(request, PictureQuery).size
    return await shown_near(request, images, size, is_public=is_public)


async def shown_near(
    request: web.Request, images: Sequence[ArtworkImage], size: int, *, is_public: bool
) -> web.Response:
    """Answer a picture near a size, in the form that is named or that is taken best.

    Raises:
        Refused: `artwork-missing` 404, `not-acceptable` 406.

    """
    form = request.match_info.get("form") or _form_for(request)
    image = nearest([one for one in images if one.form == form], size)
    key = Key(image.storage_key)
    response = web.Response(body=await read_all(request, key), content_type=_TYPES[form])
    response.etag = image.storage_key.rpartition("/")[2].partition(".")[0]
    response.headers["Cache-Control"] = f"{'public' if is_public else 'private'}, {_CACHE}"
    response.headers["Vary"] = "Accept"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


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
