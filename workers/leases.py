"""Who may do a job, and until when: the queue carries messages, the row decides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update

from base.database import Session
from base.errors import Refused
from base.settings import Settings
from catalog.attempts import Said, move, move_job, note, note_done, troubles_of
from catalog.fleet import at_work, machine_of
from catalog.kinds import ATTEMPTS
from catalog.models.base import table_of
from catalog.models.jobs import Job, JobAttempt
from catalog.retrying import KILLS, Patience, Trouble, judge
from catalog.states import JOB_MOVES, Cause, JobEvent, JobState, Outcome, next_state
from transcode.process import spent_s

_JOBS = table_of(Job)
#: Many at once, and without objects: what is asked again and again is this.
_LEASE = (
    _JOBS.update()
    .where(_JOBS.c.id == bindparam("taken"))
    .values(
        state=next_state(JOB_MOVES, JobState.WAITING, JobEvent.LEASE),
        lease=bindparam("lease"),
        attempts=bindparam("attempts"),
        lease_until=bindparam("lease_until"),
        worker=bindparam("worker"),
        started_at=bindparam("started_at"),
    )
)
#: How long a job stays untouched that a worker leaves to others.
_LEFT_FOR = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """A job that is ours for now."""

    id: UUID
    kind: str
    subject: str
    lease: UUID
    attempt: int
    request_id: str
    owner_id: UUID | None
    trace: str | None


#: By kind, of which a newer version may have more than we know.
_TRIES: Mapping[str, int] = {str(kind): most for kind, most in ATTEMPTS.items()}


def patience(settings: Settings, kind: str) -> Patience:
    """Answer how often a kind of job is tried."""
    return Patience(faults=settings.job_attempts, kills=settings.job_kills, tries=_TRIES.get(kind))


async def leave_to_others(
    session: Session, job_ids: Collection[UUID], *, worker: str, now: datetime
) -> None:
    """Put off those jobs that shall be done elsewhere, while there is somebody else.

    Elsewhere is another machine, and where there is none, another process.
    """
    query = select(Job).where(Job.id.in_(job_ids), Job.avoid.is_not(None))
    here = machine_of(worker)
    waiting = [job for job in await session.scalars(query) if job.state == JobState.WAITING]
    jobs = [job for job in waiting if machine_of(job.avoid or "") == here]
    if not jobs:
        return
    workers = await at_work(session, now=now)
    for job in jobs:
        others = [one.name for one in workers if one.name != worker and job.lane in one.lanes]
        is_elsewhere = any(machine_of(name) != here for name in others)
        if is_elsewhere or (others and job.avoid == worker):
            job.not_before, job.sent_at = now + _LEFT_FOR, None


async def leave_unknown(
    session: Session, job_ids: Collection[UUID], *, known: Collection[str], now: datetime
) -> set[str]:
    """Put off those jobs whose kind a newer version added; answer the kinds."""
    query = select(Job).where(Job.id.in_(job_ids), Job.kind.not_in(known))
    jobs = [job for job in await session.scalars(query) if job.state == JobState.WAITING]
    for job in jobs:
        job.not_before, job.sent_at = now + _LEFT_FOR, None
    return {job.kind for job in jobs}


async def take(
    session: Session, job_ids: Collection[UUID], *, worker: str, now: datetime, lease: timedelta
) -> list[Leased]:
    """Lease those jobs that wait; another has the others, or they are done."""
    query = (
        select(Job.id, Job.kind, Job.payload, Job.attempts, Job.request_id, Job.owner_id, Job.trace)
        .where(Job.id.in_(job_ids), Job.state == JobState.WAITING, Job.not_before <= now)
        .order_by(Job.id)
    )
    taken = [
        Leased(
            id=job_id,
            kind=kind,
            subject=payload["subject"],
            lease=uuid4(),
            attempt=attempts + 1,
            request_id=request_id,
            owner_id=owner_id,
            trace=trace,
        )
        for job_id, kind, payload, attempts, request_id, owner_id, trace in await session.execute(
            query.with_for_update()
        )
    ]
    if taken:
        given = {"lease_until": now + lease, "worker": worker, "started_at": now}
        await session.execute(_LEASE, [_lent(one) | given for one in taken])
    return taken


def _lent(leased: Leased) -> dict[str, Any]:
    return {"taken": leased.id, "lease": leased.lease, "attempts": leased.attempt}


async def extend(session: Session, leases: Collection[UUID], *, until: datetime) -> set[UUID]:
    """Keep jobs for longer; answer the leases that still hold."""
    query = update(Job).where(_is_leased(leases)).values(lease_until=until).returning(Job.lease)
    return {lease for lease in await session.scalars(query) if lease is not None}


async def still_ours(session: Session, leases: Collection[UUID]) -> set[UUID]:
    """Answer the leases that still hold."""
    found = await session.scalars(select(Job.lease).where(_is_leased(leases)))
    return {lease for lease in found if lease is not None}


async def stopped_by_people(session: Session, job_ids: Collection[UUID]) -> set[UUID]:
    """Answer those jobs that were cancelled, or set aside for no cause but a word."""
    is_aside = and_(Job.state == JobState.QUARANTINED, Job.cause.is_(None))
    is_stopped = or_(Job.state == JobState.CANCELLED, is_aside)
    return set(await session.scalars(select(Job.id).where(Job.id.in_(job_ids), is_stopped)))


async def done_by(session: Session, job_ids: Collection[UUID], *, worker: str) -> set[UUID]:
    """Answer those jobs that are done, and that a worker has done."""
    query = select(Job.id).join(JobAttempt, JobAttempt.job_id == Job.id)
    is_done = and_(Job.state == JobState.DONE, JobAttempt.outcome == Outcome.DONE)
    is_theirs = and_(Job.id.in_(job_ids), JobAttempt.worker == worker)
    return set(await session.scalars(query.where(is_done, is_theirs)))


def _is_leased(leases: Collection[UUID]) -> ColumnElement[bool]:
    return and_(Job.lease.in_(leases), Job.state == JobState.LEASED)


async def held(session: Session, leased: Leased) -> Job:
    """Lock a job that we hold: whoever lost the lease writes nothing.

    Raises:
        Refused: `lease-lost`: another worker may have it by now.

    """
    job = await session.get(Job, leased.id, with_for_update=True, populate_existing=True)
    if job is None or job.state != JobState.LEASED or job.lease != leased.lease:
        raise Refused("lease-lost", f"The job {leased.id} is no longer ours.")
    return job


async def finish(
    session: Session, leased: Leased, *, now: datetime, reason: str | None = None
) -> None:
    """End a job, in the transaction that writes what came of it.

    Raises:
        Refused: `lease-lost`.

    """
    said = Said(reason=reason, cpu_s=spent_s())
    _end(session, await held(session, leased), said, now=now)


async def finish_all(session: Session, leases: Sequence[Leased], *, now: datetime) -> set[UUID]:
    """End jobs that nothing came of but their end; answer those that were still ours."""
    ours = _is_leased({one.lease for one in leases})
    worth = (Job.lane, Job.cost_s, Job.audio_s, Job.worker, Job.started_at)
    query = select(Job.id, *worth).where(ours).order_by(Job.id).with_for_update()
    ended = (await session.execute(query)).all()
    ids = {one.id for one in ended}
    if ids:
        left = {**move(JobState.LEASED, JobEvent.FINISH), "finished_at": now}
        await session.execute(_JOBS.update().where(_JOBS.c.id.in_(ids)).values(left))
        await note_done(session, ended, now=now)
    return ids


def _end(session: Session, job: Job, said: Said, *, now: datetime) -> None:
    note(session, job, Outcome.DONE, said, now=now)
    move_job(job, JobEvent.FINISH, reason=said.reason)
    job.finished_at = now


async def fail(
    session: Session, leased: Leased, trouble: Trouble, patience: Patience, *, output: str | None
) -> Job:
    """Give a job back after an error, to be tried again later; set it aside if it never will be.

    `output` is what the failing child said last. The job is answered as it stands now.

    Raises:
        Refused: `lease-lost`.

    """
    job = await held(session, leased)
    said = Said(reason=trouble.reason, cause=trouble.cause, output=output, cpu_s=spent_s())
    await _come_to_nothing(session, job, trouble, said, patience, outcome=Outcome.FAILED)
    return job


async def give_back(session: Session, leased: Leased, *, now: datetime) -> None:
    """Return a job that was not tried to its end: the worker is being stopped.

    Raises:
        Refused: `lease-lost`.

    """
    job = await held(session, leased)
    said = Said(reason="the worker was stopped", cpu_s=spent_s())
    _give_back(session, job, said, now=now)


async def give_back_all_of(
    session: Session, worker: str, *, reason: str, now: datetime
) -> list[Job]:
    """Return all jobs of a worker that is known to be dead, and of none of them."""
    jobs = await _all_of(session, worker)
    for job in jobs:
        _give_back(session, job, Said(reason=reason), now=now)
    return jobs


def _give_back(session: Session, job: Job, said: Said, *, now: datetime) -> None:
    note(session, job, Outcome.GIVEN_BACK, said, now=now)
    move_job(job, JobEvent.EXPIRE, reason=said.reason)
    job.attempts -= 1


async def put_off(
    session: Session, leased: Leased, *, until: datetime, reason: str = "put off"
) -> None:
    """Return a job that was not tried, and cannot be before a time.

    Raises:
        Refused: `lease-lost`.

    """
    job = await held(session, leased)
    move_job(job, JobEvent.EXPIRE, reason=reason)
    job.attempts -= 1
    job.not_before = until


async def has_expired(session: Session, *, now: datetime) -> bool:
    """Whether a worker fell silent that had a job."""
    query = select(Job.id).where(Job.state == JobState.LEASED, Job.lease_until < now)
    return await session.scalar(query.limit(1)) is not None


async def expire(
    session: Session, patience_with: Callable[[str], Patience], *, now: datetime
) -> list[Job]:
    """Take jobs from workers that fell silent; a job that kills its workers is set aside."""
    query = select(Job).where(Job.state == JobState.LEASED, Job.lease_until < now)
    jobs = list(await session.scalars(query.with_for_update(skip_locked=True)))
    await expire_these(session, jobs, patience_with, now=now)
    return jobs


async def expire_these(
    session: Session,
    jobs: Sequence[Job],
    patience_with: Callable[[str], Patience],
    *,
    now: datetime,
) -> None:
    """Take back jobs that are locked, and that nobody does any more."""
    trouble = Trouble(cause=Cause.WORKER_LOST, reason="the worker fell silent", at=now)
    await _take_back(session, jobs, trouble, patience_with)


async def expire_of(
    session: Session, worker: str, trouble: Trouble, patience_with: Callable[[str], Patience]
) -> list[Job]:
    """Take all jobs from a worker that is known to be dead, and of what.

    Where it had several, nobody knows which of them it was, and none is held to have killed it.
    """
    jobs = await _all_of(session, worker)
    if len(jobs) > 1:
        reason = f"{trouble.reason}, with {len(jobs)} jobs under way"
        trouble = Trouble(cause=Cause.WORKER_LOST, reason=reason, at=trouble.at)
    await _take_back(session, jobs, trouble, patience_with)
    return jobs


async def _all_of(session: Session, worker: str) -> list[Job]:
    query = select(Job).where(Job.state == JobState.LEASED, Job.worker == worker)
    return list(await session.scalars(query.order_by(Job.id).with_for_update()))


async def _take_back(
    session: Session,
    jobs: Sequence[Job],
    trouble: Trouble,
    patience_with: Callable[[str], Patience],
) -> None:
    said = Said(reason=trouble.reason, cause=trouble.cause)
    for job in jobs:
        bears = patience_with(job.kind)
        await _come_to_nothing(session, job, trouble, said, bears, outcome=Outcome.EXPIRED)


async def _come_to_nothing(  # noqa: PLR0913 - an end has as many sides
    session: Session,
    job: Job,
    trouble: Trouble,
    said: Said,
    patience: Patience,
    *,
    outcome: Outcome,
) -> None:
    troubles = [*await troubles_of(session, job), trouble]
    chance = (job.lease.int % 1000) / 1000 if job.lease else 0.0  # the name of a lease is chance
    verdict = judge(troubles, patience, chance=chance)
    note(session, job, outcome, said, now=trouble.at)
    if trouble.cause in KILLS:
        job.kills += 1
    if verdict.is_elsewhere:
        job.avoid = job.worker
    event = JobEvent.EXPIRE if outcome is Outcome.EXPIRED else JobEvent.FAIL
    if verdict.wait is None:
        event = JobEvent.GIVE_UP
    else:
        job.not_before = max(job.not_before, trouble.at + verdict.wait)
    move_job(job, event, reason=verdict.trouble.reason, cause=verdict.trouble.cause)
