"""Take in masters and covers of an earlier house as those that are sent, under its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from base.database import Session
from catalog.artists import name_on_track
from catalog.artworks import ARTWORK, NewArtwork, put_up
from catalog.credit_roles import Did
from catalog.earlier_facts import Song
from catalog.events import EventKind, tell_of_track
from catalog.masters import catch_up
from catalog.models.files import Master
from catalog.models.music import Track
from catalog.models.releases import Release
from catalog.objects import HOLD
from catalog.people import caller_with, require_open
from catalog.releases import put_on, release_of, write_credits
from catalog.states import TrackState
from ingest.accept import order_examination, take_master
from ingest.crediting import named_in
from ingest.describing import ARTIST, CREDITS, ORDER, TITLE, describe
from ingest.receive import Received
from ingest.words import PATH_LETTERS, one_line

#: What stays as it was called there, whatever the file says.
_EDITED = [TITLE, ARTIST, ORDER]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a track stands: on which draft, behind how many others; `track_id` is its number."""

    release_id: UUID
    track_id: UUID
    position: int


async def bring_track(  # noqa: PLR0913 - what is known of a master
    session: Session,
    received: Received,
    song: Song,
    places: Sequence[Place],
    *,
    filename: str,
    warnings: Sequence[Mapping[str, Any]],
    request_id: str,
    now: datetime,
) -> int:
    """Begin a track for each place that has none; all are of the recording that was paid for there.

    Answer how many were begun. A draft that came out meanwhile gets none.

    Raises:
        Refused: `account-closed`, 409; `release-unknown`, 404.

    """
    caller = await caller_with(session, song.owner_id)
    master = await take_master(
        session, received, filename=filename, caller=caller, now=now, warnings=warnings
    )
    await require_open(session, song.owner_id)
    begun = 0
    for place in places:
        release = await release_of(session, place.release_id, lock=True)
        if await session.get(Track, place.track_id) is not None or not release.is_draft:
            continue
        track = await _begin(session, song, master, release, place, request_id, now=now)
        data = {"filename": master.filename, "size_bytes": master.size_bytes}
        await tell_of_track(session, track, EventKind.TRACK_RECEIVED, data, now=now)
        await catch_up(session, track, now=now)
        await describe(session, track, master, now=now)
        begun += 1
    if begun:
        await order_examination(session, master, song.owner_id, request_id=request_id, now=now)
    return begun


async def bring_cover(
    session: Session, release_id: UUID, new: NewArtwork, *, now: datetime
) -> bool:
    """Show a draft with a picture, unless somebody chose one here; answer whether it is now."""
    release = await release_of(session, release_id, lock=True)
    if ARTWORK in release.edited or not release.is_draft:
        return False
    await put_up(session, release, new, now=now, until=now + HOLD)
    return True


async def _begin(  # noqa: PLR0913, PLR0917 - what a track is made of
    session: Session,
    song: Song,
    master: Master,
    release: Release,
    place: Place,
    request_id: str,
    *,
    now: datetime,
) -> Track:
    artist = song.artist or release.artist
    edited = [*_EDITED, *([CREDITS] if song.composer else [])]
    track = Track(
        id=place.track_id,
        recording_id=song.id,
        master_id=master.id,
        owner_id=song.owner_id,
        title=song.title,
        artist=artist,
        path=one_line(master.filename, PATH_LETTERS),
        edited=edited,
        state=TrackState.RECEIVED,
        changed_at=now,
        created_at=song.created_at,
        request_id=request_id,
        is_free=song.is_free,
    )
    session.add(track)
    await session.flush()
    stands = await put_on(session, release, track)
    stands.position, stands.edited = place.position, edited
    await name_on_track(session, track.id, named_in(artist), owner_id=song.owner_id, now=now)
    if song.composer:
        await write_credits(session, track.id, [Did(role="composer", name=song.composer)])
    return track
