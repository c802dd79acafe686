"""Masters that sound alike: looked up by terms, remembered in pairs, told to their owners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select

from base.database import Session, insert_if_new, insert_once
from catalog.holders import holds
from catalog.models.files import Master
from catalog.models.likeness import FingerprintTerm, Likeness
from catalog.models.music import Track
from catalog.models.releases import Release, ReleaseTrack
from catalog.music import is_audible
from catalog.states import TrackState

#: Of those that share terms, the most alike are compared.
MOST_CANDIDATES = 50


class Alike(StrEnum):
    """What two tracks have in common, the most of it first."""

    FILE = "same-file"
    AUDIO = "same-audio"
    RECORDING = "same-recording"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Another track of the same sound; which one, its owner may know, and all if they hear it."""

    track: Track
    is_audible: bool
    kind: Alike
    errors: float = 0.0
    offset_s: float = 0.0


async def add_terms(session: Session, master_id: UUID, terms: Sequence[int]) -> None:
    """Write down what a master is looked up by, before anyone looks; again does no harm."""
    rows = [{"term": term, "master_id": master_id} for term in sorted(terms)]
    await insert_if_new(session, FingerprintTerm, rows)


async def of_same_audio(session: Session, master: Master) -> list[Master]:
    """Answer the other masters whose samples are the very same."""
    query = select(Master).where(Master.pcm_sha256 == master.pcm_sha256, Master.id != master.id)
    return list(await session.scalars(query.where(_is_published()).limit(MOST_CANDIDATES)))


async def candidates(
    session: Session, master_id: UUID, terms: Sequence[int], *, least_shared: int
) -> list[Master]:
    """Answer the masters that share so many terms with one, those with the most first."""
    shared = func.count()
    counted = (
        select(FingerprintTerm.master_id, shared.label("shared"))
        .where(FingerprintTerm.term.in_(terms), FingerprintTerm.master_id != master_id)
        .group_by(FingerprintTerm.master_id)
        .having(shared >= least_shared)
        .order_by(shared.desc())
        .limit(MOST_CANDIDATES)
        .subquery()
    )
    query = select(Master).join(counted, Master.id == counted.c.master_id)
    return list(await session.scalars(query.order_by(counted.c.shared.desc())))


async def add_likeness(session: Session, likeness: Likeness) -> bool:
    """Remember a pair; answer whether it is new, whichever of the two came first."""
    turned = await session.get(Likeness, (likeness.other_id, likeness.master_id))
    return turned is None and await insert_once(session, likeness)


async def duplicates_of(session: Session, track: Track) -> list[Duplicate]:
    """Answer the other tracks of the same sound, the most alike first."""
    pairs = await session.execute(
        select(Likeness).where(
            or_(Likeness.master_id == track.master_id, Likeness.other_id == track.master_id)
        )
    )
    said: dict[UUID, tuple[Alike, float, float]] = {track.master_id: (Alike.FILE, 0.0, 0.0)}
    for (pair,) in pairs:
        is_first = pair.master_id == track.master_id
        other_id = pair.other_id if is_first else pair.master_id
        offset_s = pair.offset_s if is_first else -pair.offset_s
        said[other_id] = (Alike(pair.kind), pair.errors, offset_s)
    others = (
        select(Track, Release)
        .outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
        .outerjoin(Release, ReleaseTrack.release_id == Release.id)
        .where(Track.master_id.in_(said), Track.id != track.id)
        .where(Track.state != TrackState.REMOVED, ~holds())
    )
    found = [
        Duplicate(
            track=other,
            is_audible=is_audible(other, release),
            kind=kind,
            errors=errors,
            offset_s=offset_s,
        )
        for other, release in await session.execute(others)
        for kind, errors, offset_s in [said[other.master_id]]
    ]
    return sorted(found, key=lambda one: (one.errors, list(Alike).index(one.kind), one.track.id))


def _is_published() -> ColumnElement[bool]:
    return exists().where(Track.master_id == Master.id, Track.state != TrackState.REMOVED)
