"""The media of a play session: playlists, and byte ranges of one object each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from aiohttp import web

from base.errors import Refused
from base.storage.port import Key
from catalog.growth import GrownPart, growth_of, parts_of
from catalog.models.files import GrowingRendition, Rendition
from catalog.models.plays import Grant
from catalog.music import master_of, renditions_of
from catalog.plays import play_session
from stream import growing, manifests
from stream.growing import is_heard_by
from stream.keys import DELIVERIES, SECRETS, TOOLS
from stream.manifests import Timing
from stream.multivariant import StatedLoudness
from stream.ranges import Resource
from stream.sending import Stored, send
from stream.tickets import open_ticket, require_fresh

_HLS = "application/vnd.apple.mpegurl"
_DASH = "application/dash+xml"
_AUDIO = "audio/mp4"
#: An object never changes and its address is one listener's: their cache may keep it.
_OBJECT_CACHE = "private, max-age=21600, immutable"
#: A playlist grows while the track is not complete.
_LIST_CACHE = "private, max-age=10"
_GROWING_CACHE = "private, max-age=1"
#: When to ask again for what is made while a track already grows, in seconds.
_READY_AFTER_S = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What a ticket opens."""

    session_id: UUID
    master_id: UUID
    renditions: list[Rendition]
    growth: GrowingRendition | None

    def grows(self, name: str) -> GrowingRendition | None:
        """Answer the growing rendition if it is of this rung and the session began with it."""
        return self.growth if self.growth is not None and self.growth.rung == name else None

    def part(self, name: str, number: int) -> _Object:
        """Answer a part of the growing rendition.

        Raises:
            Refused: `part-unknown`, 404.

        """
        growth = self.grows(name)
        parts = parts_of(growth) if growth else ()
        if growth is None or number >= len(parts):
            raise Refused("part-unknown", f"There is no part {number} of {name}.", status=404)
        return _part(growth, parts[number])

    def rung(self, name: str) -> Rendition:
        """Answer the rendition of a rung.

        Raises:
            Refused: `rung-unknown`, 404.

        """
        for rendition in self.renditions:
            if rendition.rung == name:
                return rendition
        raise Refused("rung-unknown", f"The track has no rendition {name}.", status=404)


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
    """Answer bytes of one rendition, and note what music they carried."""
    granted = await _granted(request)
    rendition = granted.rung(request.match_info["rung"])
    return await _serve(request, granted.session_id, _whole(rendition))


async def get_part(request: web.Request) -> web.StreamResponse:
    """Answer bytes of one part of the rendition that grows, and note what music they carried."""
    granted, number = await _granted(request), int(request.match_info["number"])
    part = granted.part(request.match_info["rung"], number)
    return await _serve(request, granted.session_id, part)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Object:
    """An object to serve, and which music is where in it."""

    key: Key
    resource: Resource
    timing: Timing


def _whole(rendition: Rendition) -> _Object:
    return _Object(
        key=Key(rendition.storage_key),
        resource=Resource(
            etag=f'"{rendition.sha256}"',
            size_bytes=rendition.size_bytes,
            modified_at=rendition.created_at,
            content_type=_AUDIO,
        ),
        timing=Timing(fragments=rendition.fragments, timescale=rendition.timescale),
    )


def _part(growth: GrowingRendition, part: GrownPart) -> _Object:
    return _Object(
        key=Key(part.storage_key),
        resource=Resource(
            etag=f'"{part.digest}"',
            size_bytes=part.size_bytes,
            modified_at=growth.created_at,
            content_type=_AUDIO,
        ),
        timing=Timing(
            fragments=part.fragments, timescale=growth.timescale, begins_at=part.begins_at
        ),
    )


async def _serve(request: web.Request, session_id: UUID, served: _Object) -> web.StreamResponse:
    def note(start: int, length: int) -> None:
        heard = manifests.heard_in(served.timing, start, length)
        request.app[DELIVERIES].note(session_id, heard)

    headers = {"Cache-Control": _OBJECT_CACHE, "Access-Control-Allow-Origin": "*"}
    stored = Stored(key=served.key, resource=served.resource, headers=headers)
    return await send(request, stored, note)


async def _granted(request: web.Request) -> Granted:
    """Open the ticket in the path.

    Raises:
        Refused: it is not ours, or too long after its session's last activity.

    """
    tools = request.app[TOOLS]
    session_id = open_ticket(request.match_info["ticket"], request.app[SECRETS])
    async with tools.database.read() as session:
        play = await play_session(session, session_id)
        # In this order: what has ended has renditions.
        growth = await growth_of(session, play.master_id)
        renditions = await renditions_of(session, play.master_id)
    lifetime = timedelta(seconds=tools.settings.ticket_lifetime_s)
    require_fresh(active_at=play.active_at, now=tools.clock(), lifetime=lifetime)
    grant = Grant(play.grant)
    is_growing = grant is not Grant.PREVIEW and is_heard_by(growth, opened_at=play.opened_at)
    return Granted(
        session_id=session_id,
        master_id=play.master_id,
        renditions=manifests.offered(renditions, grant),
        growth=growth if is_growing else None,
    )


def _growing_playlist(
    growth: GrowingRendition, printed: Callable[[GrowingRendition], str]
) -> web.Response:
    response = _playlist(printed(growth), _HLS)
    if growth.ended_at is None:
        response.headers["Cache-Control"] = _GROWING_CACHE
    return response


def _playlist(text: str, content_type: str) -> web.Response:
    response = web.Response(text=text, content_type=content_type)
    response.headers["Cache-Control"] = _LIST_CACHE
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Vary"] = "Accept-Encoding"
    # Apple's authoring rules, 10.1: playlists go compressed where the client takes it.
    response.enable_compression()
    return response
