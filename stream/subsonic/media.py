"""Calls that send music: as a file that goes out as it is heard, as HLS, or to keep."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import hdrs, web

from catalog.models.files import Rendition
from catalog.models.plays import Grant
from catalog.music import renditions_of
from stream.api.downloads import BEST, send_kept
from stream.choosing import chosen
from stream.heard import is_beginning, session_for
from stream.identity.callers import caller
from stream.kept.files import kept_file
from stream.keys import HOT, PRESENCE, SECRETS, TOOLS
from stream.limits import address_of
from stream.manifests import offered
from stream.media_headers import OBJECT
from stream.objects import whole
from stream.sending import Answered, Stored
from stream.subsonic.door import ASKED
from stream.subsonic.faults import Code, Fault
from stream.subsonic.ids import Thing, id_of
from stream.subsonic.sent import send_as_heard
from stream.tickets import seal

_MOST_KBPS = 10_000
_FLAC = "flac"


async def stream(request: web.Request) -> web.StreamResponse:
    """Send a song as fast as it is heard, and a little ahead; the preview where credit is short."""
    asked = request[ASKED]
    track_id = id_of(asked.must("id"), Thing.SONG)
    play = await session_for(request, track_id, is_beginning=is_beginning(request))
    async with request.app[TOOLS].database.read() as session:
        renditions = await renditions_of(session, play.master_id, at=play.opened_at)
    rendition = chosen(
        offered(renditions, Grant(play.grant)),
        most_kbps=asked.number("maxBitRate", 0, most=_MOST_KBPS),
        form=asked.get("format"),
    )
    if rendition is None:
        raise Fault(Code.GENERIC, "This song is still being made: please try again in a moment.")
    who = await caller(request)
    request.app[PRESENCE].note(play.id, who.person_id, address_of(request))
    return await send_as_heard(request, play, rendition, await _file(request, rendition))


async def hls(request: web.Request) -> web.StreamResponse:
    """Lead to the playlists of a session, whose player may fetch as it likes."""
    track_id = id_of(request[ASKED].must("id"), Thing.SONG)
    play = await session_for(request, track_id, is_beginning=True)
    ticket = seal(play.id, request.app[SECRETS][0])
    where = {hdrs.LOCATION: f"/media/{ticket}/multivariant.m3u8"}
    return web.Response(status=HTTPStatus.FOUND, headers=where)


async def download(request: web.Request) -> web.StreamResponse:
    """Send the best file of a song that is whoever asks' own, to keep."""
    return await send_kept(request, id_of(request[ASKED].must("id"), Thing.SONG), BEST)


async def _file(request: web.Request, rendition: Rendition) -> Answered:
    """Answer what is sent: FLAC as a file of its own, which more players know than in MP4."""
    if rendition.codec == _FLAC and not rendition.is_preview:
        return await kept_file(request.app[HOT], rendition, {}, None)
    return Stored(served=whole(rendition), headers=OBJECT)
