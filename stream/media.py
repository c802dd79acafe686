"""The media of a play session: playlists, and byte ranges of one object each."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from aiohttp import web

from base.errors import Refused
from catalog.models.files import GrowingRendition
from catalog.music import master_of
from stream import growing, manifests
from stream.grants import Granted
from stream.keys import DELIVERIES, GRANTS, TOOLS
from stream.media_headers import CROSS_ORIGIN, GROWING_CACHE, LIST_CACHE, OBJECT, PREFLIGHT
from stream.multivariant import StatedLoudness
from stream.objects import Served
from stream.sending import Stored, send

_HLS = "application/vnd.apple.mpegurl"
_DASH = "application/dash+xml"
#: When to ask again for what is made while a track already grows, in seconds.
_READY_AFTER_S = 5


async def get_multivariant(request: web.Request) -> web.Response:
    """Answer the choice of renditions."""
    granted = await _granted(request)
    if granted.growth is not None:
        return _growing_playlist(granted.growth, growing.multivariant)
    async with request.app[TOOLS].database.read() as session:
        master = await master_of(session, granted.master_id)
    loudness = StatedLoudness(
        integrated_lufs=master.integrated_lufs,
        range_lu=master.range_lu,
        true_peak_dbtp=master.true_peak_dbtp,
    )
    return _playlist(manifests.multivariant(granted.renditions, loudness), _HLS)


async def get_playlist(request: web.Request) -> web.Response:
    """Answer the playlist of one rendition."""
    granted, rung = await _granted(request), request.match_info["rung"]
    growth = granted.grows(rung)
    if growth is not None:
        return _growing_playlist(growth, growing.media)
    return _playlist(manifests.media(granted.rung(rung)), _HLS)


async def get_mpd(request: web.Request) -> web.Response:
    """Answer the DASH manifest."""
    granted = await _granted(request)
    if not granted.renditions:
        raise Refused(
            "not-ready",
            "The DASH manifest is not ready yet; play HLS, or ask again in a moment.",
            status=409,
            retry_after_s=_READY_AFTER_S,
        )
    return _playlist(manifests.mpd(granted.renditions), _DASH)


async def get_object(request: web.Request) -> web.StreamResponse:
    """Answer bytes of one object, and note what music they carried."""
    granted = await _granted(request)
    return await _serve(request, granted.session_id, granted.served(request.match_info["object"]))


async def preflight(request: web.Request) -> web.Response:
    """Tell a page of any origin that it may ask for media as players do."""
    del request
    return web.Response(status=204, headers=PREFLIGHT)


async def _serve(request: web.Request, session_id: UUID, served: Served) -> web.StreamResponse:
    def note(start: int, length: int) -> None:
        request.app[DELIVERIES].note(session_id, served.timing, start, length)

    return await send(request, Stored(served=served, headers=OBJECT), note)


async def _granted(request: web.Request) -> Granted:
    return await request.app[GRANTS].opened(request.match_info["ticket"])


def _growing_playlist(
    growth: GrowingRendition, printed: Callable[[GrowingRendition], str]
) -> web.Response:
    response = _playlist(printed(growth), _HLS)
    if growth.ended_at is None:
        response.headers["Cache-Control"] = GROWING_CACHE
    return response


def _playlist(text: str, content_type: str) -> web.Response:
    response = web.Response(text=text, content_type=content_type)
    response.headers.update({"Cache-Control": LIST_CACHE, **CROSS_ORIGIN})
    response.headers["Vary"] = "Accept-Encoding"
    # Apple's authoring rules, 10.1: playlists go compressed where the client takes it.
    response.enable_compression()
    return response
