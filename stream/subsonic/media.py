"""Calls that send music: as a file that goes out as it is heard, as HLS, or to keep."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import hdrs, web

from catalog.models.files import Rendition
from catalog.models.plays import Grant
from catalog.music import renditions_of
from stream.api.downloads import BEST, send_kept
from stream.choosing import chosen
from stream.cut.files import cut_file
from stream.heard import inferred, is_beginning, session_for
from stream.identity.callers import caller
from stream.kept.files import kept_file
from stream.keys import HOT, PRESENCE, SECRETS, TOOLS
from stream.limits import address_of
from stream.manifests import offered
from stream.media_headers import OBJECT
from stream.objects import whole
from stream.sending import Stored
from stream.subsonic.door import ASKED
from stream.subsonic.faults import Code, Fault
from stream.subsonic.ids import Thing, id_of
from stream.subsonic.sent import File, send_as_heard
from stream.tickets import seal

_MOST_KBPS = 10_000
_FLAC = "flac"


async def stream(request: web.Request) -> web.StreamResponse:
    """Send a song as fast as it is heard, and a little ahead; the preview where credit is short.

    From a second on where one is told; of the preview, all.
    """
    asked = request[ASKED]
    track_id, second = id_of(asked.must("id"), Thing.SONG), asked.number("timeOffset", 0)
    begins = not second and is_beginning(request)
    play = await session_for(request, track_id, is_beginning=begins)
    async with request.app[TOOLS].database.read() as session:
        renditions = await renditions_of(session, play.master_id, at=play.opened_at)
    rendition = chosen(
        offered(renditions, Grant(play.grant)),
        most_kbps=asked.number("maxBitRate", 0, most=_MOST_KBPS),
        form=asked.get("format"),
    )
    if rendition is None:
        raise Fault(Code.GENERIC, "This song is still being made: please try again in a moment.")
    second = 0 if rendition.is_preview else second
    file = await _file(request, rendition, second)
    who = await caller(request)
    request.app[PRESENCE].note(play.id, who.person_id, address_of(request))
    if second and request.method != hdrs.METH_HEAD:
        # Players that tell what they play seldom tell where they are in it.
        await inferred(request, play.id, position_ms=second * 1000)
    return await send_as_heard(request, play, rendition, file, begins_s=second)


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


async def _file(request: web.Request, rendition: Rendition, second: int) -> File:
    """Answer what is sent: FLAC as a file of its own, which more players know than in MP4.

    Raises:
        Fault: 0: the song ends before that second.

    """
    if second * rendition.timescale >= rendition.samples:
        raise Fault(Code.GENERIC, "The song ends before timeOffset: ask for an earlier second.")
    if second:
        return await cut_file(request.app[HOT], rendition, second)
    if rendition.codec == _FLAC and not rendition.is_preview:
        return await kept_file(request.app[HOT], rendition, {}, None)
    return Stored(served=whole(rendition), headers=OBJECT)
