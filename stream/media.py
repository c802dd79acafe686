"""The media of a play session: playlists, and byte ranges of one object each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from uuid import UUID

from aiohttp import web

from base.errors import Refused
from catalog.models.files import GrowingRendition
from catalog.music import master_of
from stream import growing, manifests
from stream.edge import tag_of
from stream.grants import Granted
from stream.keys import DELIVERIES, EDGE, GRANTS, OFFLOAD, PRESENCE, TOOLS
from stream.limits import address_of, require_allowed
from stream.media_headers import (
    CROSS_ORIGIN,
    EDGE_OBJECT,
    GROWING_CACHE,
    LIST_CACHE,
    OBJECT,
    PREFLIGHT,
)
from stream.multivariant import StatedLoudness
from stream.objects import Served
from stream.offload import handed_over, may_be_handed_over
from stream.ranges import is_named
from stream.sending import Stored, send

_HLS = "application/vnd.apple.mpegurl"
_DASH = "application/dash+xml"
#: When to ask again for what is made while a track already grows, in seconds.
_READY_AFTER_S = 5


async def get_multivariant(request: web.Request) -> web.Response:
    """Answer the choice of renditions."""
    granted = await _granted(request)
    if granted.growth is not None:
        return _growing_playlist(request, granted.growth, growing.multivariant)
    async with request.app[TOOLS].database.read() as session:
        master = await master_of(session, granted.master_id)
    loudness = StatedLoudness(
        integrated_lufs=master.integrated_lufs,
        range_lu=master.range_lu,
        true_peak_dbtp=master.true_peak_dbtp,
    )
    return _playlist(request, manifests.multivariant(granted.renditions, loudness), _HLS)


async def get_playlist(request: web.Request) -> web.Response:
    """Answer the playlist of one rendition."""
    granted, rung = await _granted(request), request.match_info["rung"]
    growth = granted.grows(rung)
    if growth is not None:
        return _growing_playlist(request, growth, growing.media)
    return _playlist(
        request, manifests.media(granted.rung(rung), _addresses(request, granted)), _HLS
    )


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
    return _playlist(
        request, manifests.mpd(granted.renditions, _addresses(request, granted)), _DASH
    )


async def get_object(request: web.Request) -> web.StreamResponse:
    """Answer bytes of one object, and note what music they carried."""
    _require_plain(request)
    granted = await _granted(request)
    served, offload = granted.served(request.match_info["object"]), request.app[OFFLOAD]
    if offload is not None and may_be_handed_over({name.lower(): "" for name in request.headers}):
        return web.Response(headers=handed_over(offload, served))
    return await _serve(request, granted.session_id, served)


async def get_edge_object(request: web.Request) -> web.StreamResponse:
    """Answer bytes of one object to an edge that keeps them; what it sends is in its own log."""
    edge, said = request.app[EDGE], request.match_info
    if edge is None:
        raise Refused("no-edge", "There is no edge.", status=404)
    _require_plain(request)
    rest = f"/{said['tag']}/{said['object']}"
    edge.require_good(
        said["ticket"], said["until"], said["seal"], rest, now=request.app[TOOLS].clock()
    )
    granted = await request.app[GRANTS].opened(said["ticket"])
    served = granted.served(said["object"])
    if tag_of(served) != said["tag"]:
        raise Refused("object-unknown", f"The track has no such {said['object']}.", status=404)
    return await send(request, Stored(served=served, headers=EDGE_OBJECT))


def _require_plain(request: web.Request) -> None:
    """Refuse an address in other letters: fronts log it as it came, and it is evidence there."""
    if request.raw_path.partition("?")[0] != request.path:
        raise Refused("address-unknown", "There is nothing at this address.", status=404)


async def preflight(request: web.Request) -> web.Response:
    """Tell a page of any origin that it may ask for media as players do."""
    del request
    return web.Response(status=204, headers=PREFLIGHT)


async def _serve(request: web.Request, session_id: UUID, served: Served) -> web.StreamResponse:
    def note(start: int, length: int) -> None:
        request.app[DELIVERIES].note(session_id, served.timing, start, length)

    return await send(request, Stored(served=served, headers=OBJECT), note)


async def _granted(request: web.Request) -> Granted:
    """Answer what the ticket opens, to an account that has not asked for too much."""
    granted = await request.app[GRANTS].opened(request.match_info["ticket"])
    require_allowed(request, granted.listener_id)
    address = address_of(request)
    request.app[PRESENCE].note(granted.session_id, granted.listener_id, address)
    return granted


def _addresses(request: web.Request, granted: Granted) -> manifests.Address:
    """Answer how objects are addressed: beside the playlist, or at the edge."""
    edge, ticket = request.app[EDGE], request.match_info["ticket"]
    if edge is None:
        return str
    now = request.app[TOOLS].clock()
    return lambda name: edge.address(ticket, name, granted.served(name), now)


def _growing_playlist(
    request: web.Request, growth: GrowingRendition, printed: Callable[[GrowingRendition], str]
) -> web.Response:
    is_growing = growth.ended_at is None
    cache = GROWING_CACHE if is_growing else LIST_CACHE
    return _playlist(request, printed(growth), _HLS, cache=cache)


def _playlist(
    request: web.Request, text: str, content_type: str, *, cache: str = LIST_CACHE
) -> web.Response:
    # Weak, since it goes compressed and as it is (RFC 9110, 8.8.3.3).
    etag = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {"Cache-Control": cache, "ETag": etag, "Vary": "Accept-Encoding", **CROSS_ORIGIN}
    if is_named(etag, by=", ".join(request.headers.getall("If-None-Match", []))):
        return web.Response(status=304, headers=headers)
    response = web.Response(text=text, content_type=content_type, headers=headers)
    # Apple's authoring rules, 10.1: playlists go compressed where the client takes it.
    response.enable_compression()
    return response
