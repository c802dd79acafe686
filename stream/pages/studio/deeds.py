"""What is done with a draft beside its words: it is given a cover, or deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import BodyPartReader, web

from base.errors import Refused
from stream.api.artwork import require_own_draft, take_cover
from stream.api.releases import delete_release, release_id_in
from stream.identity.origins import require_same_origin
from stream.pages.forms import form_of, see_other
from stream.pages.studio.editor import show_editor

_PART_BYTES = 1 << 16


async def post_artwork(request: web.Request) -> web.Response:
    """Take a picture as the cover, and show the release again."""
    require_same_origin(request)
    try:
        await require_own_draft(request)
        await take_cover(request, _picture(request))
    except Refused as refused:
        return await show_editor(request, refused=refused)
    return see_other(f"/studio/releases/{release_id_in(request)}?notice=cover")


async def post_delete(request: web.Request) -> web.Response:
    """Delete a draft and its tracks."""
    await form_of(request)
    try:
        await delete_release(request)
    except Refused as refused:
        return await show_editor(request, refused=refused)
    return see_other("/studio?notice=deleted")


async def _picture(request: web.Request) -> AsyncIterator[bytes]:
    """Answer the bytes of the first file of a form."""
    if not request.content_type.startswith("multipart/"):
        raise Refused("artwork-kind", "Please choose a picture.", status=422)
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.filename:
            while chunk := await part.read_chunk(_PART_BYTES):
                yield bytes(chunk)
            return
    raise Refused("artwork-kind", "Please choose a picture.", status=422)
