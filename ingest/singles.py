"""Tracks by themselves: what their owners write on them, and how one is heard again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from base.database import Session
from base.errors import Refused
from catalog.masters import put_back
from catalog.releases import lock_track
from catalog.removal import TAKEN_DOWN
from catalog.reviewing import is_reviewed, review_needed, withdrawn_by_others
from catalog.states import ReleaseState, TrackState
from ingest.saying import Said, tell_of_music


async def edit_single(session: Session, track_id: UUID, said: Said, *, now: datetime) -> None:
    """Write of a track what its owner says; tags change it no more.

    The caller of this knows that it is theirs.

    Raises:
        Refused: `track-unknown` 404; `track-on-release` 409; `word-unfit` 422.

    """
    found = await lock_track(session, track_id)
    if found.release is not None:
        raise Refused(
            "track-on-release",
            "The track is on a release, which tells of it: write on that with PATCH.",
            status=409,
        )
    track = found.track
    await tell_of_music(session, track, said, now=now)
    track.edited = sorted({*track.edited, *said.names})


async def reinstate_track(
    session: Session, track_id: UUID, *, now: datetime, reviews: bool, is_overseeing: bool
) -> None:
    """Let all hear a track again that its owner took down while listeners owned it.

    The caller of this knows that it is theirs, or oversees all music.

    Raises:
        Refused: `track-unknown` 404; `track-on-release`, `track-not-withdrawn` or `review-needed`
            409; `withdrawn-by-others` 403.

    """
    found = await lock_track(session, track_id)
    if found.release is not None and found.release.state != ReleaseState.PUBLISHED:
        sentence = "Its release is not published: publish or reinstate that."
        raise Refused("track-on-release", sentence, status=409)
    track = found.track
    if track.state != TrackState.WITHDRAWN:
        raise Refused("track-not-withdrawn", "The track is not withdrawn.", status=409)
    if not is_overseeing:
        if track.reason != TAKEN_DOWN:
            raise withdrawn_by_others()
        if await is_reviewed(session, track.owner_id, by_default=reviews):
            raise review_needed("it first: please ask those who look after the catalogue.")
    await put_back(session, track, now=now)
