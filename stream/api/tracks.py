"""Tracks as documents."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, Field

from base.database import Session
from base.errors import Refused
from base.storage.port import Key
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.likeness import Duplicate, duplicates_of
from catalog.models.files import Master, Rendition
from catalog.models.music import Track
from catalog.music import Published, audible_tracks, track_of, unknown_track
from catalog.oversight import oversees
from catalog.permissions import Permission
from catalog.pictures import PictureOf, Shown
from catalog.plays import standing_of
from catalog.releases import lock_track
from catalog.removal import remove_track
from catalog.said import said_of_tracks
from catalog.states import TrackState
from catalog.words import Explicit
from ingest.alike import findings_of
from ingest.singles import edit_single, reinstate_track
from stream.api.answers import Printed, answered, printed
from stream.api.asking import Query, asking, told
from stream.api.catalogue_documents import (
    SaidOfTrack,
    credit_facts,
    line_facts,
    mbid_facts,
    named_facts,
    said_of,
)
from stream.api.documents import (
    DuplicateFacts,
    LoudnessReading,
    PriceTrack,
    RenditionFacts,
    TrackDocument,
    TrackList,
    WaveformLinks,
)
from stream.api.paging import LIMIT, Keyset, Paged
from stream.api.picture_documents import picture_url, pictures_told
from stream.api.preconditions import require_match
from stream.identity.callers import caller, caller_or_none
from stream.keys import MOMENTS, TOOLS

#: The order of what there is to hear.
PLACE = Keyset("tracks", tuple[AwareDatetime, UUID])
_FOREVER = "max-age=31536000, immutable"
#: As many as a wide screen has columns for, in a player that is as wide.
_SCREEN_PIXELS = 2_000
_WAVEFORM_TYPES = {"dat": "application/octet-stream", "json": "application/json"}


class WaveformQuery(Query):
    """How fine: in samples a pixel, one of the `zooms` of the track; the finest, unless told."""

    zoom: int | None = Field(default=None, ge=1, le=2**31)


def document(found: Published) -> TrackDocument:
    """Say all that is known of a track."""
    track, master = found.track, found.master
    return TrackDocument(
        id=str(track.id),
        recording=str(track.recording_id),
        title=track.title,
        artist=track.artist,
        state=TrackState(track.state),
        reason=track.reason,
        created_at=track.created_at,
        changed_at=track.changed_at,
        playable_at=track.playable_at,
        completed_at=track.completed_at,
        duration=found.duration_s,
        sample_rate=master.sample_rate,
        channels=master.channels,
        samples=master.samples,
        loudness=loudness_of(master),
        waveform=waveform_of(found),
        renditions=[_rendition(one, track) for one in found.renditions],
        release=str(found.release.id) if found.release else None,
        is_free=track.is_free,
        artwork=picture_url(found.cover),
        language=track.language,
        explicit=Explicit(track.explicit),
        iswc=track.iswc,
        mbid=mbid_facts(track),
        p_line=line_facts(track.p_year, track.p_owner),
    )


async def tell_more(session: Session, body: TrackDocument, found: Published) -> TrackDocument:
    """Say of one track what lists of them leave out."""
    [said] = (await said_of_tracks(session, [found.track.id])).values()
    body.genres, body.tags = said.genres, said.tags
    body.artists, body.credits = named_facts(said.named), credit_facts(said.done)
    body.has_lyrics = said.has_lyrics
    return body


async def get_track(request: web.Request) -> web.Response:
    """Answer a track: anyone's that is to be heard, otherwise only to those it concerns."""
    async with request.app[TOOLS].database.read() as session:
        found = await visible_track(session, request)
        is_own = concerns(found, await caller_or_none(request, session))
        return answered(request, await whole(session, found, is_own=is_own))


async def whole(session: Session, found: Published, *, is_own: bool) -> TrackDocument:
    """Say all of one track, and to its owner what is theirs to know."""
    body = await tell_more(session, document(found), found)
    own = PictureOf(kind=Shown.TRACK, id=found.track.id)
    pictures = await pictures_told(session, {own: found.track.artwork_id}, is_own=is_own)
    body.own_artwork = pictures.get(own)
    if not is_own:
        body.reason = None  # why it was withdrawn is for its owner
    else:
        duplicates = (await duplicates_of(session, [found.track]))[found.track.id]
        body.duplicates = [_duplicate(one, found.track.owner_id) for one in duplicates]
    return body


async def patch_track(request: web.Request) -> web.Response:
    """Call a track of the caller's that is on no release what they say."""
    body = await told(request, SaidOfTrack)
    found, tools = await own_track(request, request.match_info["track"]), request.app[TOOLS]
    async with tools.database.begin() as session:
        await matching_track(session, request, found.track.id)
        await edit_single(session, found.track.id, said_of(body), now=tools.clock())
        await session.flush()
        edited = await track_of(session, found.track.id)
        return answered(request, await whole(session, edited, is_own=True))


async def put_price(request: web.Request) -> web.Response:
    """Let all hear a track of the caller's for nothing from now on, or no longer."""
    body = await told(request, PriceTrack)
    found = await own_track(request, request.match_info["track"])
    async with request.app[TOOLS].database.begin() as session:
        priced = await matching_track(session, request, found.track.id)
        priced.track.is_free = body.is_free
    return answered(request, document(priced))


async def delete_track(request: web.Request) -> web.Response:
    """Delete a track of the caller's; where listeners own it, it stays with them."""
    who, tools = await caller(request), request.app[TOOLS]
    found = await own_track(request, request.match_info["track"])
    until = tools.clock() + timedelta(seconds=tools.settings.removal_grace_s)

    async def remove(session: Session) -> TrackState:
        if who.id != found.track.owner_id:
            await note_act(session, who, Act.TRACK_REMOVED, found.track.id, now=tools.clock())
        return await remove_track(
            session,
            found.track.id,
            now=tools.clock(),
            until=until,
            is_overseen=who.id != found.track.owner_id,
            once_locked=lambda: _require_match(session, request, found.track.id),
        )

    if await tools.database.run(remove) is TrackState.REMOVED:
        return web.Response(status=204)
    async with tools.database.read() as session:
        kept = await track_of(session, found.track.id)
    return answered(request, document(kept))


async def reinstate(request: web.Request) -> web.Response:
    """Let all hear a track of the caller's again that they deleted while listeners owned it."""
    who, tools = await caller(request), request.app[TOOLS]
    found = await own_track(request, request.match_info["track"])
    async with tools.database.begin() as session:
        if who.id != found.track.owner_id:
            await note_act(session, who, Act.TRACK_REINSTATED, found.track.id, now=tools.clock())
        await _require_match(session, request, found.track.id)
        await reinstate_track(
            session,
            found.track.id,
            now=tools.clock(),
            reviews=tools.settings.reviews,
            is_overseeing=who.may(Permission.MUSIC_OVERSEE),
        )
        await session.flush()
        answer = document(await track_of(session, found.track.id))
    return answered(request, answer)


async def matching_track(session: Session, request: web.Request, track_id: UUID) -> Published:
    """Lock a track, and see that it is still what was looked at."""
    found = await lock_track(session, track_id)
    await require_match(request, lambda: whole(session, found, is_own=True))
    return found


async def _require_match(session: Session, request: web.Request, track_id: UUID) -> None:
    if request.if_match is not None:
        await matching_track(session, request, track_id)


async def get_tracks(request: web.Request) -> web.Response:
    """Answer what there is to hear, the newest first."""
    asked, app = asking(request, Paged), request.app
    after = PLACE.after(asked.cursor)

    async def told() -> Printed:
        async with app[TOOLS].database.read() as session:
            found = await audible_tracks(session, limit=asked.limit + 1, after=after)
        page = PLACE.page(found, limit=asked.limit, place=place_of)
        return printed(TrackList(tracks=[document(one) for one in page.items], next=page.next))

    is_asked_often = after is None and asked.limit == LIMIT
    return answered(
        request, await app[MOMENTS].of("tracks", told) if is_asked_often else await told()
    )


def place_of(found: Published) -> tuple[datetime, UUID]:
    """Answer where a track stands among those that there are to hear."""
    return found.track.created_at, found.track.id


async def get_waveform(request: web.Request) -> web.StreamResponse:
    """Answer the peaks of a track."""
    async with request.app[TOOLS].database.read() as session:
        found = await visible_track(session, request)
    form = request.match_info["form"]
    key = _waveform_key(found.master, form, asking(request, WaveformQuery).zoom)
    return await stored(request, Key(key), _WAVEFORM_TYPES[form], is_public=found.is_audible)


async def stored(
    request: web.Request, key: Key, content_type: str, *, is_public: bool
) -> web.Response:
    """Answer a small object that never changes, to all who may have it."""
    response = web.Response(body=await read_all(request, key), content_type=content_type)
    response.etag = key.rpartition("/")[2].partition(".")[0]
    response.headers["Cache-Control"] = f"{'public' if is_public else 'private'}, {_FOREVER}"
    response.enable_compression()
    return response


async def read_all(request: web.Request, key: Key) -> bytes:
    """Answer a small object's bytes."""
    return b"".join([part async for part in request.app[TOOLS].storage.read(key)])


async def visible_track(session: Session, request: web.Request) -> Published:
    """Answer the track of the path if the caller may know of it.

    Raises:
        Refused: `track-unknown`, 404, also when it is not theirs to see.

    """
    found = await track_of(session, track_id_of(request.match_info["track"]))
    if found.is_audible:
        return found
    who = await caller_or_none(request, session)
    if not concerns(found, who) and not await _is_kept(session, found.track, who):
        raise unknown_track()
    return found


async def _is_kept(session: Session, track: Track, who: Caller | None) -> bool:
    """Whether somebody owns a track that was withdrawn: they go on hearing it."""
    if track.state != TrackState.WITHDRAWN or who is None or not who.may(Permission.LIBRARY_READ):
        return False
    mine = await standing_of(session, listener_id=who.id, recording_id=track.recording_id)
    return mine.owned_at is not None


async def own_track(request: web.Request, track: str) -> Published:
    """Answer a track that is the caller's own; an operator may look at any.

    Raises:
        Refused: `track-unknown`, 404, also when it is another's.

    """
    async with request.app[TOOLS].database.read() as session:
        found = await track_of(session, track_id_of(track))
    if not concerns(found, await caller_or_none(request)):
        raise unknown_track()
    return found


def track_id_of(text: str) -> UUID:
    """Read an id.

    Raises:
        Refused: `track-unknown`: what is no id is no track's.

    """
    try:
        return UUID(text)
    except ValueError:
        raise unknown_track() from None


def concerns(found: Published, caller: Caller | None) -> bool:
    """Tell whether it is the caller's own, or the caller looks after all of them."""
    if caller is None:
        return False
    is_own = caller.id == found.track.owner_id and caller.may(Permission.MUSIC_READ)
    return is_own or oversees(caller, Permission.MUSIC_OVERSEE)


def loudness_of(master: Master) -> LoudnessReading | None:
    """Answer the figures of a master; nothing before all of it was heard."""
    if master.pcm_sha256 is None:
        return None
    return LoudnessReading(
        integrated_lufs=master.integrated_lufs,
        range_lu=master.range_lu,
        max_momentary_lufs=master.max_momentary_lufs,
        max_short_term_lufs=master.max_short_term_lufs,
        true_peak_dbtp=master.true_peak_dbtp,
    )


def _duplicate(one: Duplicate, owner_id: UUID) -> DuplicateFacts:
    is_known = one.is_audible or one.track.owner_id == owner_id
    [finding] = findings_of([one], owner_id)
    return DuplicateFacts(
        kind=one.kind,
        text=finding.text,
        track=str(one.track.id) if is_known else None,
        errors=one.errors,
        offset=one.offset_s,
    )


def _waveform_key(master: Master, form: str, zoom: int | None) -> str:
    """Answer the object of a zoom, or of the finest."""
    if master.waveforms is None:
        raise Refused("not-examined", "The track has not been examined yet.", status=404)
    keys = master.waveforms[form]
    key = keys.get(str(zoom or min(keys, key=int)))
    if key is None:
        known = ", ".join(sorted(keys, key=int))
        raise Refused("zoom-unknown", f"There are zooms of {known} samples a pixel.", status=404)
    return key


def waveform_of(found: Published) -> WaveformLinks | None:
    """Answer where the peaks of a track are, once it was examined."""
    if found.master.waveforms is None:
        return None
    root = f"/api/v1/tracks/{found.track.id}/waveform"
    zooms = sorted(map(int, found.master.waveforms["json"]))
    most = (found.master.samples or 0) // _SCREEN_PIXELS
    zoom = max((each for each in zooms if each <= most), default=zooms[0])
    return WaveformLinks(
        dat=f"{root}.dat",
        peaks_json=f"{root}.json",
        zooms=zooms,
        screen=f"{root}.json?zoom={zoom}",
    )


def _rendition(rendition: Rendition, track: Track) -> RenditionFacts:
    address = f"/api/v1/tracks/{track.id}/downloads/{rendition.rung}"
    return RenditionFacts(
        rung=rendition.rung,
        codec=rendition.codec,
        bitrate=rendition.average_bps,
        bytes=rendition.size_bytes,
        etag=f'"{rendition.sha256}"',
        download=address if rendition.is_kept else None,
    )
