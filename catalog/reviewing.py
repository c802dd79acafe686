"""Whose music is looked at before all hear it, and what was taken down and does not come back."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, or_, select

from base.database import Session
from base.errors import Refused
from catalog.models.music import Track
from catalog.models.people import Account
from catalog.models.publishing import TrackVersion
from catalog.models.releases import Release, ReleaseTrack
from catalog.release_moves import last_move
from catalog.states import ReleaseEvent, ReleaseState


async def is_reviewed(session: Session, owner_id: UUID, *, by_default: bool) -> bool:
    """Whether others look at what somebody lets all hear; `by_default` where nobody said."""
    said = (await session.get_one(Account, owner_id)).is_reviewed
    return by_default if said is None else said


def review_needed(sentence: str) -> Refused:
    """Say that others have to look at it before, and what to do."""
    return Refused("review-needed", sentence, status=409)


def withdrawn_by_others() -> Refused:
    """Say that its owner cannot put it back."""
    return Refused(
        "withdrawn-by-others",
        "Those who look after the catalogue withdrew it: please write to them.",
        status=403,
    )


async def require_not_withdrawn(session: Session, master_id: UUID, owner_id: UUID) -> None:
    """Refuse bytes of an owner's that are, or were, on a release that a moderator withdrew.

    Raises:
        Refused: `withdrawn-by-others`, 403.

    """
    was_its = exists().where(TrackVersion.track_id == Track.id, TrackVersion.master_id == master_id)
    query = (
        select(Release.id)
        .join(ReleaseTrack, ReleaseTrack.release_id == Release.id)
        .join(Track, Track.id == ReleaseTrack.track_id)
        .where(Release.state == ReleaseState.WITHDRAWN, Track.owner_id == owner_id)
        .where(or_(Track.master_id == master_id, was_its))
        .distinct()
    )
    for release_id in await session.scalars(query):
        last = await last_move(session, release_id, ReleaseEvent.WITHDRAW)
        if last is not None and last.is_overseen:
            raise withdrawn_by_others()
