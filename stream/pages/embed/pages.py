"""Players for other people's pages: the preview of a track, or of each on a release; no script.

They ask for nothing that is somebody's, and know nobody: no cookie is read or set.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from aiohttp import hdrs, web

from base.database import Session
from base.errors import Refused
from catalog.artworks import artwork_of
from catalog.music import Published, is_audible, track_of, unknown_track
from catalog.releases import release_of, standing_on, unknown_release
from catalog.states import ArtworkState, ReleaseState
from stream.api.releases import release_id_in
from stream.api.tracks import track_id_of
from stream.keys import ASSETS, ORIGIN, TOOLS
from stream.pages.embed.oembed import Embedded, Kind, Shown, oembed, parse_url, print_xml
from stream.pages.environments import environment_of
from stream.pages.language import accepted
from stream.previews import send_preview

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
_CACHE = "public, max-age=300"
_COVER_PX, _DIGITS = 320, 6


async def get_embedded_track(request: web.Request) -> web.Response:
    """Show a track with its preview."""
    async with request.app[TOOLS].database.read() as session:
        found = await _audible(session, request)
        shown = await _track_shown(session, found)
    tracks = [{"id": str(found.track.id), "title": found.track.title}]
    return _player(request, shown, tracks)


async def get_embedded_release(request: web.Request) -> web.Response:
    """Show a release with the previews of its tracks."""
    async with request.app[TOOLS].database.read() as session:
        shown, tracks = await _release_shown(session, release_id_in(request))
    return _player(request, shown, tracks)


async def get_preview(request: web.Request) -> web.StreamResponse:
    """Answer bytes of the preview of a track."""
    return await send_preview(request, track_id_of(request.match_info["track"]))


async def get_oembed(request: web.Request) -> web.Response:
    """Answer how a page of ours is shown in another's."""
    told, origin = request.query, request.app[ORIGIN]
    form = told.get("format", "json")
    if form not in {"json", "xml"}:
        raise Refused("format-unknown", "There are the formats json and xml.", status=501)
    what = parse_url(told.get("url", ""), origin=origin)
    if what is None:
        raise Refused("not-found", "That is no track or release of ours.", status=404)
    async with request.app[TOOLS].database.read() as session:
        shown = await _shown(session, what)
    said = oembed(
        replace(shown, cover=shown.cover and f"{origin}{shown.cover}"),
        origin=origin,
        max_width=_number(told.get("maxwidth")),
        max_height=_number(told.get("maxheight")),
    )
    headers = {"Cache-Control": _CACHE, "Access-Control-Allow-Origin": "*"}
    if form == "xml":
        return web.Response(text=print_xml(said), content_type="text/xml", headers=headers)
    return web.json_response(dict(said), headers=headers)


async def _shown(session: Session, what: Embedded) -> Shown:
    if what.kind is Kind.RELEASE:
        shown, _ = await _release_shown(session, what.id)
        return shown
    found = await track_of(session, what.id)
    if not found.is_audible:
        raise unknown_track()
    return await _track_shown(session, found)


async def _audible(session: Session, request: web.Request) -> Published:
    found = await track_of(session, track_id_of(request.match_info["track"]))
    if not found.is_audible:
        raise unknown_track()
    return found


async def _track_shown(session: Session, found: Published) -> Shown:
    return Shown(
        embedded=Embedded(kind=Kind.TRACK, id=found.track.id),
        title=found.track.title,
        artist=found.track.artist,
        cover=await cover_of(session, None if found.place is None else found.place.release_id),
        cover_px=_COVER_PX,
    )


async def _release_shown(session: Session, release_id: UUID) -> tuple[Shown, list[dict[str, str]]]:
    release = await release_of(session, release_id)
    if release.state != ReleaseState.PUBLISHED:
        raise unknown_release()
    shown = Shown(
        embedded=Embedded(kind=Kind.RELEASE, id=release.id),
        title=release.title,
        artist=release.artist,
        cover=await cover_of(session, release.id),
        cover_px=_COVER_PX,
    )
    standing = await standing_on(session, release.id)
    tracks = [one.track for one in standing if is_audible(one.track, release)]
    return shown, [{"id": str(one.id), "title": one.title} for one in tracks]


async def cover_of(session: Session, release_id: UUID | None) -> str | None:
    """Answer where the cover of a release is, if it has one that can be shown."""
    if release_id is None:
        return None
    artwork = await artwork_of(session, (await release_of(session, release_id)).artwork_id)
    if artwork is None or artwork.state != ArtworkState.READY:
        return None
    return f"/api/v1/releases/{release_id}/artwork/{_COVER_PX}.jpeg"


def _player(request: web.Request, shown: Shown, tracks: list[dict[str, str]]) -> web.Response:
    what = shown.embedded
    context: dict[str, Any] = {
        "assets": request.app[ASSETS],
        "url": f"{request.app[ORIGIN]}/{what.kind}/{what.id}",
        "kind": what.kind,
        "title": shown.title,
        "artist": shown.artist,
        "cover": shown.cover,
        "tracks": tracks,
    }
    language = accepted(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
    text = environment_of(language).get_template("embed/player.html").render(context)
    headers = {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cache-Control": _CACHE,
        "Content-Language": language,
        "Vary": "Accept-Language",
    }
    return web.Response(text=text, content_type="text/html", headers=headers)


def _number(said: str | None) -> int | None:
    return int(said) if said is not None and said.isdecimal() and len(said) < _DIGITS else None
