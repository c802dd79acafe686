"""Previews that anybody may hear, where no deal forbids it; nothing is counted or charged."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from aiohttp import web

from accounting.deal_rows import deals_of
from accounting.deals import DealModel, deal_for
from base.errors import Refused
from catalog.models.files import Rendition
from catalog.music import Published, track_of, unknown_track
from stream.keys import TOOLS
from stream.objects import whole
from stream.sending import Stored, send

#: Of an address that is the preview's to whoever asks.
_OPEN: Mapping[str, str] = MappingProxyType({"Cache-Control": "public, max-age=300"})
_AAC = "aac"
#: When to ask again for what is still being made, in seconds.
_READY_AFTER_S = 60


async def preview_of(request: web.Request, track_id: UUID) -> Rendition:
    """Answer the preview of a track.

    Raises:
        Refused: `track-unknown`, 404; `no-deal`, or `preview-not-ready` for now, 409.

    """
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        found = await track_of(session, track_id)
        if not found.is_audible:
            raise unknown_track()
        deals = (await deals_of(session, [track_id])).get(track_id, ())
    territory = tools.settings.territory or None
    if deal_for(deals, at=tools.clock(), territory=territory).model is DealModel.UNAVAILABLE:
        raise Refused("no-deal", "This track may not be played everywhere.", status=409)
    return _preview(found)


async def send_preview(
    request: web.Request, track_id: UUID, *, cached: Mapping[str, str] = _OPEN
) -> web.StreamResponse:
    """Answer bytes of the preview of a track; `cached` are headers that say who may keep them.

    Raises:
        Refused: as `preview_of`.

    """
    preview = await preview_of(request, track_id)
    headers = {**cached, "X-Content-Type-Options": "nosniff"}
    return await send(request, Stored(served=whole(preview), headers=headers))


def _preview(found: Published) -> Rendition:
    for one in found.renditions:
        if one.is_preview and one.codec == _AAC:
            return one
    raise Refused(
        "preview-not-ready",
        "The preview of this track is still being made; please try again in a moment.",
        status=409,
        retry_after_s=_READY_AFTER_S,
    )
