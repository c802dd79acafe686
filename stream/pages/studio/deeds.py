"""What is done with a draft beside its words: it is given a cover, or deleted."""

from __future__ import annotations

from aiohttp import web

from base.errors import Refused
from stream.api.artwork import require_own_draft, take_cover
from stream.api.releases import delete_release, release_id_in
from stream.form_files import first_file
from stream.identity.origins import require_same_origin
from stream.pages.forms import form_of, see_other
from stream.pages.studio.editor import show_editor


async def post_artwork(request: web.Request) -> web.Response:
    """Take a picture as the cover, and show the release again."""
    require_same_origin(request)
    try:
        await require_own_draft(request)
        await take_cover(request, first_file(request, _no_picture()))
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


def _no_picture() -> Refused:
    return Refused("artwork-kind", "Please choose a picture.", status=422)
