"""What is to become of masters, pictures and archives: rows beside the jobs to bring them on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select

from base.database import Session
from catalog.generations import CURRENT
from catalog.growth import growth_of
from catalog.jobs import lock_jobs, states_of
from catalog.kinds import Kind
from catalog.masters import lock_master
from catalog.models.files import GrowingRendition, Master, Rendition
from catalog.models.jobs import Job
from catalog.models.music import Track
from catalog.models.releases import Archive, Artwork
from catalog.models.splits import Piece, Split
from catalog.outlook import Outlook
from catalog.splits import piece_subject
from catalog.states import ArchiveState, ArtworkState, JobState, TrackState

_AT_ONCE = 500
_OF_MASTERS = (Kind.EXAMINE, Kind.LADDER)
_OVER = (None, JobState.DONE)
#: A lease that ran out longer ago was not taken back: no worker runs that would.
_TAKEN_BACK_WITHIN = timedelta(minutes=5)


async def outlooks(session: Session, after: UUID) -> list[Outlook]:
    """Answer the outlook of the next masters that tracks need, in the order of their ids."""
    is_needed = exists().where(Track.master_id == Master.id, Track.state != TrackState.REMOVED)
    query = select(Master.id).where(Master.id > after, is_needed).order_by(Master.id)
    return await _outlooks(session, list(await session.scalars(query.limit(_AT_ONCE))))


async def lock_outlook(session: Session, master_id: UUID) -> Outlook:
    """Answer the outlook of one master, and keep it so until the transaction ends."""
    await lock_jobs(session, _OF_MASTERS, str(master_id))
    await growth_of(session, master_id, lock=True)
    await lock_master(session, master_id)
    [found] = await _outlooks(session, [master_id])
    return found


async def _outlooks(session: Session, ids: Sequence[UUID]) -> list[Outlook]:
    subjects = [str(master_id) for master_id in ids]
    jobs = {kind: await states_of(session, kind, subjects) for kind in _OF_MASTERS}
    tracks, rungs = await _tracks(session, ids), await _rungs(session, ids)
    growing, split = await _growing(session, ids), await _split(session, ids)
    # Not the rows themselves: what was measured of a master is long.
    query = select(
        Master.id, Master.sample_rate, Master.channels, Master.is_lossless, Master.samples
    ).where(Master.id.in_(ids))
    found = await session.execute(query.order_by(Master.id))
    return [
        Outlook(
            master_id=str(master_id),
            tracks=frozenset(tracks[master_id]),
            examination=jobs[Kind.EXAMINE].get(str(master_id)),
            ladder=jobs[Kind.LADDER].get(str(master_id)),
            rungs=frozenset(rungs[master_id]),
            is_growing=master_id in growing,
            is_split=master_id in split,
            sample_rate=sample_rate,
            channels=channels,
            is_lossless=is_lossless,
            samples=samples,
        )
        for master_id, sample_rate, channels, is_lossless, samples in found
    ]


async def _growing(session: Session, ids: Collection[UUID]) -> set[UUID]:
    query = select(GrowingRendition.master_id).where(GrowingRendition.master_id.in_(ids))
    return set(await session.scalars(query.where(GrowingRendition.ended_at.is_(None))))


async def _split(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Answer the masters whose ladder is split, where a job of it is to come."""
    query = select(Split.master_id, Split.id, Piece.number).join(Piece)
    rows = (await session.execute(query.where(Split.master_id.in_(ids)))).all()
    pieces = {piece_subject(split_id, number): master_id for master_id, split_id, number in rows}
    joins = {str(split_id): master_id for master_id, split_id, _ in rows}
    states = await states_of(session, Kind.PIECE, pieces)
    states |= await states_of(session, Kind.JOIN, joins)
    return {(pieces | joins)[subject] for subject, at in states.items() if at not in _OVER}


async def _tracks(session: Session, ids: Collection[UUID]) -> Mapping[UUID, set[TrackState]]:
    found: dict[UUID, set[TrackState]] = defaultdict(set)
    query = select(Track.master_id, Track.state).where(Track.master_id.in_(ids))
    for master_id, state in await session.execute(query.where(Track.state != TrackState.REMOVED)):
        found[master_id].add(TrackState(state))
    return found


async def _rungs(session: Session, ids: Collection[UUID]) -> Mapping[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    query = select(Rendition.master_id, Rendition.rung).where(Rendition.master_id.in_(ids), CURRENT)
    for master_id, rung in await session.execute(query):
        found[master_id].add(rung)
    return found


async def waiting_subjects(session: Session, kind: Kind, after: UUID) -> dict[str, JobState | None]:
    """Answer the next pictures, or archives, that wait for a job of a kind, and its state."""
    row = Artwork if kind is Kind.ARTWORK else Archive
    state = ArtworkState.RECEIVED if kind is Kind.ARTWORK else ArchiveState.RECEIVED
    query = select(row.id).where(row.id > after, row.state == state).order_by(row.id)
    subjects = [str(one) for one in await session.scalars(query.limit(_AT_ONCE))]
    found = await states_of(session, kind, subjects)
    return {subject: found.get(subject) for subject in subjects}


async def is_waiting(session: Session, kind: Kind, subject: str) -> bool:
    """Whether a picture, or an archive, still waits for its job, and there is none."""
    await lock_jobs(session, [kind], subject)
    if kind is Kind.ARTWORK:
        artwork = await session.get(Artwork, UUID(subject), populate_existing=True)
        waits = artwork is not None and artwork.state == ArtworkState.RECEIVED
    else:
        archive = await session.get(Archive, UUID(subject), populate_existing=True)
        waits = archive is not None and archive.state == ArchiveState.RECEIVED
    return waits and (await states_of(session, kind, [subject])).get(subject) in _OVER


async def jobs_unleased(session: Session, *, now: datetime) -> list[Job]:
    """Answer jobs that say they are leased, and whose lease nobody holds or takes back."""
    query = select(Job).where(_is_unleased(now)).order_by(Job.id)
    return list(await session.scalars(query.limit(_AT_ONCE)))


async def lock_unleased(session: Session, job_id: UUID, *, now: datetime) -> Job | None:
    """Answer such a job, and keep it so until the transaction ends; None if it is none."""
    query = select(Job).where(Job.id == job_id, _is_unleased(now)).with_for_update()
    return (await session.scalars(query)).first()


def _is_unleased(now: datetime) -> ColumnElement[bool]:
    is_overdue = Job.lease_until < now - _TAKEN_BACK_WITHIN
    is_nobodys = Job.lease.is_(None) | Job.lease_until.is_(None) | is_overdue
    return and_(Job.state == JobState.LEASED, is_nobodys)
