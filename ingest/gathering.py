"""Drafts that are put together of tracks which were sent before, each in a draft of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.models.releases import Release
from catalog.music import track_of
from catalog.releases import (
    create_release,
    lock_draft,
    move_to,
    places_of,
    release_of,
    require_draft,
)


async def gather(
    session: Session, release_id: UUID, tracks: Sequence[UUID], caller: Caller, *, now: datetime
) -> Release:
    """Put tracks of other drafts at the end of a draft; those that are on it stay where they are.

    What is on no release is heard by all, and stays so.

    Raises:
        Refused: `release-unknown`, 404, `release-published`, 409: of any of these drafts;
            `track-elsewhere`, 409.

    """
    require_draft(await release_of(session, release_id), caller)
    places = await places_of(session, tracks)
    if missing := [one for one in tracks if one not in places]:
        raise Refused(
            "track-elsewhere", f"The track {missing[0]} is in no draft of yours.", status=409
        )
    # In one order, as all who hold several do.
    for one in sorted({release_id, *places.values()}):
        release = await lock_draft(session, one, caller)
        release.changed_at = now
    release = await release_of(session, release_id)
    places = await places_of(session, tracks)
    moving = [one for one in dict.fromkeys(tracks) if places.get(one) != release_id]
    await move_to(session, release, moving)
    return release


async def set_apart(
    session: Session, release_id: UUID, tracks: Sequence[UUID], caller: Caller, *, now: datetime
) -> Release:
    """Take tracks off a draft, into another draft, where nobody hears them either.

    Raises:
        Refused: `release-unknown`, 404; `release-published`, 409; `track-elsewhere`, 409.

    """
    release = await lock_draft(session, release_id, caller)
    if not tracks:
        return release
    places = await places_of(session, tracks)
    if any(places.get(one) != release_id for one in tracks):
        raise Refused("track-elsewhere", "One of the tracks is not on this release.", status=409)
    first = (await track_of(session, tracks[0])).track
    apart = await create_release(session, caller, title=first.title, artist=first.artist, now=now)
    await move_to(session, apart, list(dict.fromkeys(tracks)))
    release.changed_at = now
    return release
