"""What is done to a release that somebody holds: it comes out, is dated, goes, and is put back.

Who may, and when, is for the callers; what happened is written down, and its owner is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from base.database import Session
from catalog.callers import Caller
from catalog.events import EventKind, NewEvent, tell
from catalog.masters import put_back
from catalog.models.music import Track
from catalog.models.releases import Release
from catalog.music import AUDIBLE, move
from catalog.people import refuse_closed
from catalog.pre_saves import fulfil
from catalog.release_moves import last_move, move_with_note
from catalog.release_types import type_of
from catalog.releases import standing_on
from catalog.states import ReleaseEvent, ReleaseState, TrackEvent, TrackState
from ingest.dates import Date

_TOLD = {
    ReleaseEvent.SUBMIT: EventKind.RELEASE_SUBMITTED,
    ReleaseEvent.RECALL: EventKind.RELEASE_RETURNED,
    ReleaseEvent.RETURN: EventKind.RELEASE_RETURNED,
    ReleaseEvent.SCHEDULE: EventKind.RELEASE_SCHEDULED,
    ReleaseEvent.PUBLISH: EventKind.RELEASE_PUBLISHED,
    ReleaseEvent.WITHDRAW: EventKind.RELEASE_WITHDRAWN,
    ReleaseEvent.REINSTATE: EventKind.RELEASE_REINSTATED,
}
_WITHDRAWN = "Its release was withdrawn."


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Who does something, when, in which request, and why."""

    caller: Caller
    request_id: str
    now: datetime
    note: str | None = None
    #: As one who looks after all releases.
    is_overseeing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """It is time, or a label's message says so: nobody of ours does it."""

    request_id: str
    now: datetime
    note: str | None = None
    caller: None = None
    is_overseeing: bool = False


async def come_out(session: Session, release: Release, occasion: Occasion | Turn) -> None:
    """Let all hear a release now.

    Raises:
        Refused: `account-closed` 409. What is closed at the same moment is withdrawn after it.

    """
    await refuse_closed(session, release.owner_id)
    await done(session, release, ReleaseEvent.PUBLISH, occasion)
    if release.type is None:
        lengths = [one.master.duration_s or 0 for one in await standing_on(session, release.id)]
        release.type = type_of(lengths)
    if release.released_on is None:
        there = ZoneInfo(release.publish_zone or "UTC")
        release.released_on = occasion.now.astimezone(there).date().isoformat()
    await fulfil(session, release, now=occasion.now)


async def take_out(session: Session, release: Release, occasion: Occasion | Turn) -> None:
    """Let nobody hear a release any more but those who own its tracks."""
    before = await last_move(session, release.id, ReleaseEvent.WITHDRAW)
    went = before.tracks if before and release.state == ReleaseState.WITHDRAWN else []
    heard = [
        one.track.id for one in await standing_on(session, release.id) if one.track.state in AUDIBLE
    ]
    # In the order of all who lock several: somebody may buy them at this moment.
    for track_id in sorted(heard):
        reason = occasion.note or _WITHDRAWN
        await move(session, track_id, TrackEvent.WITHDRAW, now=occasion.now, reason=reason)
    tracks = [*map(UUID, went), *heard]
    await done(session, release, ReleaseEvent.WITHDRAW, occasion, tracks=tracks)


async def let_back(session: Session, release: Release, occasion: Occasion | Turn) -> None:
    """Let all hear a release again, with the tracks that went with it."""
    last = await last_move(session, release.id, ReleaseEvent.WITHDRAW)
    for track_id in sorted(map(UUID, last.tracks if last else ())):
        track = await session.get(Track, track_id)
        if track is None or track.state != TrackState.WITHDRAWN:
            continue  # it was deleted meanwhile
        await put_back(session, track, now=occasion.now)
    await done(session, release, ReleaseEvent.REINSTATE, occasion)


async def done(
    session: Session,
    release: Release,
    event: ReleaseEvent,
    occasion: Occasion | Turn,
    *,
    tracks: Sequence[UUID] = (),
) -> None:
    """Write down that something is done to a release, by whom and why, and tell its owner."""
    await move_with_note(
        session,
        release,
        event,
        by=occasion.caller,
        is_overseen=occasion.is_overseeing,
        note=occasion.note,
        tracks=tracks,
        now=occasion.now,
    )
    told = NewEvent(
        owner_id=release.owner_id,
        kind=_TOLD[event],
        request_id=occasion.request_id,
        data={"release": str(release.id), "title": release.title, "reason": occasion.note},
    )
    await tell(session, told, now=occasion.now)


def write_date(release: Release, date: Date | None) -> None:
    """Say when a release comes out; or that nobody has said so."""
    release.publish_at = date.at if date else None
    release.publish_zone = date.zone if date else None
    release.is_announced = date.is_announced if date else False
