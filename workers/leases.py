"""Who may do a job, and until when: the queue carries messages, the row decides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, select, update

from base.database import Session
from base.errors import Refused
from catalog.fleet import at_work
from catalog.jobs import wait_after
from catalog.models.jobs import Job, JobAttempt
from catalog.states import JOB_MOVES, Cause, JobEvent, JobState, Outcome, next_state

_LONGEST_REASON = 2000
_LONGEST_OUTPUT = 16_000
#: A retry comes up to so much later than it must, so that not all come at once.
_JITTER = 0.25
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an attempt came to nothing; `output` is what the failing child said last."""

    cause: Cause
    reason: str
    output: str | None = None
    cpu_s: float | None = None


async def leave_to_others(
    session: Session, job_ids: Collection[UUID], *, worker: str, now: datetime
) -> None:
    """Put off those jobs that shall be done elsewhere, while there is somebody else."""
    query = select(Job).where(Job.id.in_(job_ids), Job.avoid == worker)
    jobs = [job for job in await session.scalars(query) if job.state == JobState.WAITING]
    if not jobs:
        return
    workers = await at_work(session, now=now)
    for job in jobs:
        if any(other.name != worker and job.lane in other.lanes for other in workers):
            job.not_before, job.sent_at = now + _LEFT_FOR, None


async def take(
    session: Session, job_ids: Collection[UUID], *, worker: str, now: datetime, lease: timedelta
) -> list[Leased]:
    """Lease those jobs that wait; another has the others, or they are done."""
    query = (
        select(Job)
        .where(Job.id.in_(job_ids), Job.state == JobState.WAITING, Job.not_before <= now)
        .order_by(Job.id)
    )
    jobs = list(await session.scalars(query.with_for_update()))
    for job in jobs:
        job.state = next_state(JOB_MOVES, JobState(job.state), JobEvent.LEASE)
        job.attempts += 1
        job.lease, job.lease_until = uuid4(), now + lease
        job.worker, job.started_at = worker, now
    return [_leased(job) for job in jobs]


def _leased(job: Job) -> Leased:
    if job.lease is None:
        raise AssertionError(job.id)
    return Leased(
        id=job.id,
        kind=job.kind,
        subject=job.payload["subject"],
        lease=job.lease,
        attempt=job.attempts,
        request_id=job.request_id,
        owner_id=job.owner_id,
        trace=job.trace,
    )


async def extend(session: Session, leases: Collection[UUID], *, until: datetime) -> set[UUID]:
    """Keep jobs for longer; answer the leases that still hold."""
    query = update(Job).where(_is_leased(leases)).values(lease_until=until).returning(Job.lease)
    return {lease for lease in await session.scalars(query) if lease is not None}


async def still_ours(session: Session, leases: Collection[UUID]) -> set[UUID]:
    """Answer the leases that still hold."""
    found = await session.scalars(select(Job.lease).where(_is_leased(leases)))
    return {lease for lease in found if lease is not None}


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
    session: Session,
    leased: Leased,
    *,
    now: datetime,
    reason: str | None = None,
    cpu_s: float | None = None,
) -> None:
    """End a job, in the transaction that writes what came of it.

    Raises:
        Refused: `lease-lost`.

    """
    _end(session, await held(session, leased), now=now, reason=reason, cpu_s=cpu_s)


async def finish_all(session: Session, leases: Sequence[Leased], *, now: datetime) -> set[UUID]:
    """End jobs that nothing came of but their end; answer those that were still ours."""
    ours = {one.lease for one in leases}
    query = select(Job).where(Job.id.in_([one.id for one in leases]), Job.lease.in_(ours))
    jobs = await session.scalars(query.order_by(Job.id).with_for_update())
    ended = [job for job in jobs if job.state == JobState.LEASED]
    for job in ended:
        _end(session, job, now=now)
    return {job.id for job in ended}


def _end(
    session: Session,
    job: Job,
    *,
    now: datetime,
    reason: str | None = None,
    cpu_s: float | None = None,
) -> None:
    _note(session, job, Outcome.DONE, now=now, reason=reason, cpu_s=cpu_s)
    _move(job, JobEvent.FINISH, reason=reason)
    job.finished_at = now


async def fail(
    session: Session, leased: Leased, failure: Failure, *, now: datetime, most_attempts: int
) -> JobState:
    """Give a job back after an error; set it aside when it failed too often.

    Raises:
        Refused: `lease-lost`.

    """
    job = await held(session, leased)
    _note_failure(session, job, Outcome.FAILED, failure, now=now)
    event = JobEvent.GIVE_UP if job.attempts >= most_attempts else JobEvent.FAIL
    _move(job, event, reason=failure.reason, cause=failure.cause)
    if event is JobEvent.FAIL:
        spread = 1 + _JITTER * (leased.lease.int % 1000) / 1000  # a lease's name is chance
        job.not_before = now + wait_after(job.attempts) * spread
    return JobState(job.state)


async def give_back(session: Session, leased: Leased, *, now: datetime) -> None:
    """Return a job that was not tried to its end: the worker is being stopped.

    Raises:
        Refused: `lease-lost`.

    """
    job = await held(session, leased)
    _note(session, job, Outcome.GIVEN_BACK, now=now, reason="the worker was stopped")
    _move(job, JobEvent.EXPIRE, reason="the worker was stopped")
    job.attempts -= 1


async def put_off(session: Session, leased: Leased, *, until: datetime) -> None:
    """Return a job that was not tried, and cannot be before a time.

    Raises:
        Refused: `lease-lost`.

    """
    job = await held(session, leased)
    _move(job, JobEvent.EXPIRE, reason="put off")
    job.attempts -= 1
    job.not_before = until


async def has_expired(session: Session, *, now: datetime) -> bool:
    """Whether a worker fell silent that had a job."""
    query = select(Job.id).where(Job.state == JobState.LEASED, Job.lease_until < now)
    return await session.scalar(query.limit(1)) is not None


async def expire(session: Session, *, now: datetime, most_attempts: int) -> list[Job]:
    """Take jobs from workers that fell silent; a job that kills its workers is set aside."""
    query = select(Job).where(Job.state == JobState.LEASED, Job.lease_until < now)
    jobs = list(await session.scalars(query.with_for_update(skip_locked=True)))
    failure = Failure(cause=Cause.WORKER_LOST, reason="the worker fell silent")
    for job in jobs:
        job.kills += 1
        _note_failure(session, job, Outcome.EXPIRED, failure, now=now)
        event = JobEvent.GIVE_UP if job.attempts >= most_attempts else JobEvent.EXPIRE
        _move(job, event, reason=failure.reason, cause=failure.cause)
    return jobs


def _note_failure(
    session: Session, job: Job, outcome: Outcome, failure: Failure, *, now: datetime
) -> None:
    _note(
        session,
        job,
        outcome,
        now=now,
        reason=failure.reason,
        cause=failure.cause,
        output=failure.output,
        cpu_s=failure.cpu_s,
    )


def _note(  # noqa: PLR0913 - an attempt has as many sides
    session: Session,
    job: Job,
    outcome: Outcome,
    *,
    now: datetime,
    reason: str | None = None,
    cause: Cause | None = None,
    output: str | None = None,
    cpu_s: float | None = None,
) -> None:
    """Write down how the attempt ended that is under way."""
    session.add(
        JobAttempt(
            id=uuid4(),
            job_id=job.id,
            worker=job.worker or "",
            started_at=job.started_at or now,
            ended_at=now,
            outcome=outcome,
            cause=cause,
            reason=_short(reason),
            output=output[-_LONGEST_OUTPUT:] if output else None,
            cpu_s=cpu_s,
        )
    )


def _move(job: Job, event: JobEvent, *, reason: str | None, cause: Cause | None = None) -> None:
    job.state = next_state(JOB_MOVES, JobState(job.state), event)
    job.reason, job.cause = _short(reason), cause
    job.lease, job.lease_until, job.sent_at = None, None, None
    job.worker, job.started_at = None, None


def _short(reason: str | None) -> str | None:
    return reason[:_LONGEST_REASON] if reason else None
