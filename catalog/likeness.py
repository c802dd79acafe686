"""Masters that sound alike: looked up by terms, remembered in pairs, told to their owners."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
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


class _Likeness(NamedTuple):
    kind: Alike
    errors: float
    offset_s: float


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


async def duplicates_of(session: Session, tracks: Sequence[Track]) -> dict[UUID, list[Duplicate]]:
    """Answer the other tracks of the same sound as each of some, the most alike first."""
    alike = await _alike(session, {one.master_id for one in tracks})
    masters = {other for pairs in alike.values() for other in pairs}
    others = (
        select(Track, Release)
        .outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
        .outerjoin(Release, ReleaseTrack.release_id == Release.id)
        .where(Track.master_id.in_(masters))
        .where(Track.state != TrackState.REMOVED, ~holds())
    )
    rows = [(other, is_audible(other, release)) for other, release in await session.execute(others)]
    return {one.id: _duplicates(one, alike[one.master_id], rows) for one in tracks}


def _duplicates(
    track: Track, alike: Mapping[UUID, _Likeness], rows: Sequence[tuple[Track, bool]]
) -> list[Duplicate]:
    found = [
        Duplicate(
            track=other,
            is_audible=is_heard,
            kind=alike[other.master_id].kind,
            errors=alike[other.master_id].errors,
            offset_s=alike[other.master_id].offset_s,
        )
        for other, is_heard in rows
        if other.id != track.id and other.master_id in alike
    ]
    return sorted(found, key=lambda one: (one.errors, list(Alike).index(one.kind), one.track.id))


async def _alike(session: Session, masters: Collection[UUID]) -> dict[UUID, dict[UUID, _Likeness]]:
    """Answer which masters each of some is like, and how; itself first of all."""
    found = {one: {one: _Likeness(Alike.FILE, 0.0, 0.0)} for one in masters}
    is_one = or_(Likeness.master_id.in_(masters), Likeness.other_id.in_(masters))
    for pair in await session.scalars(select(Likeness).where(is_one)):
        kind = Alike(pair.kind)
        for one, other, offset_s in (
            (pair.master_id, pair.other_id, pair.offset_s),
            (pair.other_id, pair.master_id, -pair.offset_s),
        ):
            if one in found:
                found[one][other] = _Likeness(kind, pair.errors, offset_s)
    return found


def _is_published() -> ColumnElement[bool]:
    return exists().where(Track.master_id == Master.id, Track.state != TrackState.REMOVED)
