"""Masters that wait for who looks after the catalogue, before all hear them in place of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.keysets import behind
from catalog.models.files import Master
from catalog.models.music import Track
from catalog.models.people import Account
from catalog.models.publishing import TrackVersion
from catalog.models.releases import Release, ReleaseTrack
from catalog.music import AUDIBLE
from catalog.states import HIDDEN
from catalog.version_states import VersionState
from catalog.versions import cancel_version, use_version, version_of, versions_of

_ORDER = TrackVersion.made_at, TrackVersion.track_id, TrackVersion.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A master that waits, and the track that it is for."""

    version: TrackVersion
    track: Track
    master: Master


async def waiting_versions(
    session: Session, *, reviews: bool, after: tuple[datetime, UUID, int] | None, limit: int
) -> list[Waiting]:
    """Answer masters of music that is out, and is looked at; those that wait longest first.

    `reviews` says whether others look at it where nobody said.
    """
    is_reviewed = func.coalesce(Account.is_reviewed, reviews).is_(True)
    query = (
        select(TrackVersion, Track, Master)
        .join(Track, Track.id == TrackVersion.track_id)
        .join(Account, Account.id == Track.owner_id)
        .join(Master, Master.id == TrackVersion.master_id)
        .outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
        .outerjoin(Release, Release.id == ReleaseTrack.release_id)
        .where(TrackVersion.state == VersionState.READY, is_reviewed, Track.state.in_(AUDIBLE))
        .where(or_(Release.id.is_(None), Release.state.not_in(HIDDEN)))
        .where(behind(_ORDER, after, descending=False))
    )
    rows = await session.execute(query.order_by(*_ORDER).limit(limit))
    return [Waiting(version=version, track=track, master=one) for version, track, one in rows]


async def approve_version(
    session: Session, track_id: UUID, number: int, *, by: Caller, now: datetime
) -> Track:
    """Let all hear a master that was looked at.

    Raises:
        Refused: `track-unknown` or `version-unknown`, 404; `version-unready` 409: it does not
            wait; `release-under-way` 409.

    """
    await _lock(session, track_id, number)
    await note_act(session, by, Act.VERSION_APPROVED, track_id, now=now, facts={"number": number})
    return await use_version(session, track_id, number, now=now, reviews=True, is_overseeing=True)


async def return_version(  # noqa: PLR0913 - who says so, and why
    session: Session, track_id: UUID, number: int, *, reason: str, by: Caller, now: datetime
) -> UUID | None:
    """Let a master not be heard, and say why; answer the track that holds it.

    Raises:
        Refused: `version-unknown` 404; `version-unready` 409.

    """
    version = await _lock(session, track_id, number)
    await note_act(session, by, Act.VERSION_RETURNED, track_id, now=now, facts={"number": number})
    holder_id = await cancel_version(session, track_id, number)
    version.reason = reason
    return holder_id


async def _lock(session: Session, track_id: UUID, number: int) -> TrackVersion:
    """Answer a master that waits, locked behind its release and its track, as all do."""
    await versions_of(session, track_id, lock=True)
    version = await version_of(session, track_id, number)
    if version.state != VersionState.READY:
        raise Refused("version-unready", "The version does not wait to be looked at.", status=409)
    return version
