"""Tracks on no release: what their owners write on them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from base.database import Session
from base.errors import Refused
from catalog.music import Naming, rename, track_of
from ingest.fields import read_needed


async def edit_single(session: Session, track_id: UUID, words: Mapping[str, str]) -> None:
    """Call a track what its owner says, its title and its artist; tags change them no more.

    The caller of this knows that it is theirs.

    Raises:
        Refused: `track-unknown` 404; `track-on-release` 409; `word-unfit` 422.

    """
    found = await track_of(session, track_id)
    if found.release is not None:
        raise Refused(
            "track-on-release",
            "The track is on a release, which tells what it is called: change a draft with "
            "PATCH; what is published stays.",
            status=409,
        )
    track = found.track
    said = {name: read_needed(name, text) for name, text in words.items()}
    await session.refresh(track, with_for_update=True)
    await rename(session, track, Naming(title=said.get("title"), artist=said.get("artist")))
    track.edited = sorted({*track.edited, *said})
