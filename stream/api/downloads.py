"""Files to keep: for who made a track, and for who owns it after the ninth play."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from aiohttp import web

from accounting.terms import terms_at
from base.errors import Refused
from catalog.models.files import Rendition
from catalog.music import Published, track_of, unknown_track
from catalog.plays import note_download, standing_of, was_downloaded
from catalog.states import TrackState
from stream.api.tracks import track_id_of
from stream.attachments import attachment
from stream.identity.callers import caller
from stream.kept.files import Kept, kept_file
from stream.kept.telling import about, said_of
from stream.keys import HOT, TOOLS
from stream.sending import is_sent, send

#: When to ask again for what is still being made, in seconds.
_READY_AFTER_S = 60
#: Ownership is asked for each time; what is the same need not be sent again.
HEADERS = {
    "Cache-Control": "private, no-cache",
    "Vary": "Authorization, Cookie",
    "X-Content-Type-Options": "nosniff",
}
#: What stands for the best file that there is, and what is better than what.
BEST = "best"
_BEST = ("flac", "alac", "mp3-320")


async def get_download(request: web.Request) -> web.StreamResponse:
    """Answer bytes of a file that its owner may keep."""
    track_id = track_id_of(request.match_info["track"])
    return await send_kept(request, track_id, request.match_info["rung"])


async def send_kept(request: web.Request, track_id: UUID, rung: str) -> web.StreamResponse:
    """Answer bytes of a file of a track that whoever asks may keep.

    Raises:
        Refused: `track-unknown`, `rung-unknown`, 404; `not-owned`, 403; `not-ready`, 409.

    """
    listener, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        found = await track_of(session, track_id)
        recording_id = found.track.recording_id
        pair = {"listener_id": listener.id, "recording_id": recording_id}
        standing = await standing_of(session, **pair)
        is_noted = await was_downloaded(session, **pair)
        terms = await terms_at(session, tools.clock())
    # What is theirs stays theirs when the track is withdrawn.
    if listener.id != found.track.owner_id and standing.owned_at is None:
        left = terms.plays_left_after(standing.plays)
        raise _not_owned(left) if found.is_audible else unknown_track()
    rendition = _download(found, rung)
    kept = await _kept(request, found, rendition)
    is_given = listener.id != found.track.owner_id and is_sent(request, kept)
    if is_given and not is_noted:
        async with tools.database.begin() as session:
            if not await note_download(session, **pair, now=tools.clock()):
                raise unknown_track()  # given back at this very moment
    return await send(request, kept)


def _not_owned(left: int) -> Refused:
    sentence = (
        "After one more play this track is yours to download."
        if left == 1
        else f"After {left} more plays this track is yours to download."
    )
    return Refused("not-owned", sentence, status=403)


def _download(found: Published, rung: str) -> Rendition:
    files = {one.rung: one for one in found.renditions if one.is_kept}
    best = next((name for name in _BEST if name in files), None) if rung == BEST else rung
    if best in files:
        return files[best]
    if found.track.state == TrackState.PLAYABLE:
        raise Refused(
            "not-ready",
            "The downloads of this track are still being made; please try again in a moment.",
            status=409,
            retry_after_s=_READY_AFTER_S,
        )
    known = " and ".join(sorted(files)) or "none"
    raise Refused("rung-unknown", f"The track has no download {rung}, but {known}.", status=404)


async def _kept(request: web.Request, found: Published, rendition: Rendition) -> Kept:
    """Answer the file with what is known of the track today."""
    async with request.app[TOOLS].database.read() as session:
        known = await about(session, found)
    fields = said_of(found, rendition, known)
    kept = await kept_file(request.app[HOT], rendition, fields, known.cover)
    name = attachment(f"{found.track.artist} - {found.track.title}", kept.suffix)
    return replace(kept, headers={**HEADERS, "Content-Disposition": name})
