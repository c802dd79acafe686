"""Tracks on no release: what their owners write on them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from base.database import Session
from base.errors import Refused
from catalog.music import track_of
from ingest.saying import Said, tell_of_music


async def edit_single(session: Session, track_id: UUID, said: Said, *, now: datetime) -> None:
    """Write of a track what its owner says; tags change it no more.

    The caller of this knows that it is theirs.

    Raises:
        Refused: `track-unknown` 404; `track-on-release` 409; `word-unfit` 422.

    """
    found = await track_of(session, track_id)
    if found.release is not None:
        raise Refused(
            "track-on-release",
            "The track is on a release, which tells of it: write on that with PATCH.",
            status=409,
        )
    track = found.track
    await session.refresh(track, with_for_update=True)
    await tell_of_music(session, track, said, now=now)
    track.edited = sorted({*track.edited, *said.names})
