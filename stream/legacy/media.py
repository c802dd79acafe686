"""Music for earlier clients: playlists and whole files of a play, or the preview for visitors."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from aiohttp import hdrs, web

from base.errors import Refused
from catalog.models.plays import Grant
from catalog.music import renditions_of, unknown_track
from catalog.permissions import Permission
from stream.choosing import chosen
from stream.heard import is_beginning, session_for
from stream.identity.callers import caller_or_visitor
from stream.ids import id_in
from stream.keys import SECRETS, TOOLS
from stream.manifests import media, offered
from stream.previews import preview_of, send_preview
from stream.tickets import seal

_HLS = "application/vnd.apple.mpegurl"
#: Beside the playlist, as it names it.
_PREVIEW = "preview.mp4"
#: Who signs in, or has credit by then, hears all of it at the same address: it is asked each time.
_ASKED_AGAIN = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}


async def get_playlist(request: web.Request) -> web.StreamResponse:
    """Lead to the playlists of a play: all of a track, or the preview where credit is short."""
    play = await session_for(request, _track(request), is_beginning=True)
    ticket = seal(play.id, request.app[SECRETS][0])
    return _to(f"/media/{ticket}/multivariant.m3u8")


async def get_file(request: web.Request) -> web.StreamResponse:
    """Lead to the file of a play, in what every player plays; who goes on in it begins no other."""
    play = await session_for(request, _track(request), is_beginning=is_beginning(request))
    async with request.app[TOOLS].database.read() as session:
        renditions = await renditions_of(session, play.master_id, at=play.opened_at)
    rendition = chosen(offered(renditions, Grant(play.grant)), form="aac")
    if rendition is None:
        raise Refused(
            "not-ready",
            "This track is still being made: please try again in a moment.",
            status=409,
        )
    ticket = seal(play.id, request.app[SECRETS][0])
    return _to(f"/media/{ticket}/{rendition.rung}.mp4")


async def get_open_playlist(request: web.Request) -> web.StreamResponse:
    """Answer the playlist of the preview, which anybody may hear; nothing is counted.

    Who says who they are hears what they would elsewhere; whose token is no longer good is told so,
    as the client renews it then.
    """
    if await _may_play(request):
        return await get_playlist(request)
    preview = await preview_of(request, _track(request))
    headers = {**_ASKED_AGAIN, "Content-Type": _HLS}
    return web.Response(text=media(preview, lambda _: _PREVIEW), headers=headers)


async def get_open_file(request: web.Request) -> web.StreamResponse:
    """Answer the file of the preview, as for the playlist."""
    if await _may_play(request):
        return await get_file(request)
    return await send_preview(request, _track(request), cached=_ASKED_AGAIN)


async def get_preview(request: web.Request) -> web.StreamResponse:
    """Answer bytes of the preview that a playlist names."""
    return await send_preview(request, _track(request))


async def _may_play(request: web.Request) -> bool:
    who = await caller_or_visitor(request)
    return who is not None and who.may(Permission.PLAY)


def _track(request: web.Request) -> UUID:
    return id_in(request.match_info["id"], unknown_track())


def _to(path: str) -> web.Response:
    headers = {hdrs.LOCATION: path, "Cache-Control": "no-store"}
    return web.Response(status=HTTPStatus.FOUND, headers=headers)
