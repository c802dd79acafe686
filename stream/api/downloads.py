"""Files to keep: for who made a track, and for who owns it after the ninth play."""

from __future__ import annotations

from aiohttp import web

from accounting.terms import terms_at
from base.errors import Refused
from catalog.models.files import Rendition
from catalog.models.music import Track
from catalog.music import Published, track_of, unknown_track
from catalog.plays import note_download, standing_of, was_downloaded
from catalog.states import TrackState
from stream.api.tracks import track_id_of
from stream.attachments import attachment
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.objects import whole
from stream.sending import Stored, send

#: When to ask again for what is still being made, in seconds.
_READY_AFTER_S = 60
#: Ownership is asked for each time; what is the same need not be sent again.
_CACHE = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}


async def get_download(request: web.Request) -> web.StreamResponse:
    """Answer bytes of a file that its owner may keep."""
    listener, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        found = await track_of(session, track_id_of(request.match_info["track"]))
        recording_id = found.track.recording_id
        pair = {"listener_id": listener.id, "recording_id": recording_id}
        standing = await standing_of(session, **pair)
        is_noted = await was_downloaded(session, **pair)
        terms = await terms_at(session, tools.clock())
    # What is theirs stays theirs when the track is withdrawn.
    if listener.id != found.track.owner_id and standing.owned_at is None:
        left = terms.plays_left_after(standing.plays)
        raise _not_owned(left) if found.is_audible else unknown_track()
    rendition = _download(found, request.match_info["rung"])
    if listener.id != found.track.owner_id and not is_noted:
        async with tools.database.begin() as session:
            if not await note_download(session, **pair, now=tools.clock()):
                raise unknown_track()  # given back at this very moment
    return await send(request, _stored(rendition, found.track))


def _not_owned(left: int) -> Refused:
    sentence = (
        "After one more play this track is yours to download."
        if left == 1
        else f"After {left} more plays this track is yours to download."
    )
    return Refused("not-owned", sentence, status=403)


def _download(found: Published, rung: str) -> Rendition:
    files = {one.rung: one for one in found.renditions if one.is_download}
    if rung in files:
        return files[rung]
    if found.track.state == TrackState.PLAYABLE:
        raise Refused(
            "not-ready",
            "The downloads of this track are still being made; please try again in a moment.",
            status=409,
            retry_after_s=_READY_AFTER_S,
        )
    known = " and ".join(sorted(files)) or "none"
    raise Refused("rung-unknown", f"The track has no download {rung}, but {known}.", status=404)


def _stored(rendition: Rendition, track: Track) -> Stored:
    _, dot, suffix = rendition.storage_key.rpartition(".")
    name = attachment(f"{track.artist} - {track.title}", dot + suffix)
    return Stored(
        served=whole(rendition),
        headers={**_CACHE, "Content-Disposition": name, "X-Content-Type-Options": "nosniff"},
    )
