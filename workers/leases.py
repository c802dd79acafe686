"""Who may do a job, and until when: the queue carries messages, the row decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, or_, select

from base.database import Session
from base.errors import Refused
from catalog.jobs import wait_after
from catalog.models.jobs import Job
from catalog.states import JOB_MOVES, JobEvent, JobState, next_state

_LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """A job that is ours for now."""

    id: UUID
    kind: str
    subject: str
    lease: UUID
    attempt: int
    request_id: str


async def take(session: Session, job_id: UUID, *, now: datetime, lease: timedelta) -> Leased | None:
    """Lease a waiting job; nothing when another has it, or it is done."""
    job = await session.get(Job, job_id, with_for_update=True)
    if job is None or job.state != JobState.WAITING or job.not_before > now:
        return None
    job.state = next_state(JOB_MOVES, JobState(job.state), JobEvent.LEASE)
    job.attempts += 1
    job.lease, job.lease_until = uuid4(), now + lease
    return Leased(
        id=job.id,
        kind=job.kind,
        subject=job.payload["subject"],
        lease=job.lease,
        attempt=job.attempts,
        request_id=job.request_id,
    )


async def extend(session: Session, leased: Leased, *, until: datetime) -> None:
    """Keep a job for longer.

    Raises:
        Refused: `lease-lost`.

    """
    (await held(session, leased)).lease_until = until


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
    job = await held(session, leased)
    _move(job, JobEvent.FINISH, reason)
    job.finished_at = now


async def fail(
    session: Session, leased: Leased, *, now: datetime, reason: str, most_attempts: int
) -> JobState:
    """Give a job back after an error; set it aside when it failed too often.

    Raises:
        Refused: `lease-lost`.

    """
    job = await held(session, leased)
    if job.attempts >= most_attempts:
        _move(job, JobEvent.GIVE_UP, reason)
    else:
        _move(job, JobEvent.FAIL, reason)
        job.not_before = now + wait_after(job.attempts)
    return JobState(job.state)


async def give_back(session: Session, leased: Leased) -> None:
    """Return a job that was not tried to its end: the worker is being stopped."""
    job = await held(session, leased)
    _move(job, JobEvent.EXPIRE, "the worker was stopped")
    job.attempts -= 1


async def put_off(session: Session, leased: Leased, *, until: datetime) -> None:
    """Return a job that was not tried, and cannot be before a time."""
    job = await held(session, leased)
    _move(job, JobEvent.EXPIRE, "put off")
    job.attempts -= 1
    job.not_before = until


async def expire(session: Session, *, now: datetime, most_attempts: int) -> list[Job]:
    """Take jobs from workers that fell silent; a job that kills its workers is set aside."""
    query = select(Job).where(Job.state == JobState.LEASED, Job.lease_until < now)
    jobs = list(await session.scalars(query.with_for_update(skip_locked=True)))
    for job in jobs:
        killer = job.attempts >= most_attempts
        _move(job, JobEvent.GIVE_UP if killer else JobEvent.EXPIRE, "the worker fell silent")
    return jobs


async def has_to_send(session: Session, *, now: datetime, lost_before: datetime) -> bool:
    """Whether a job waits that no message tells of."""
    query = _unsent(now=now, lost_before=lost_before).with_only_columns(Job.id).limit(1)
    return await session.scalar(query) is not None


async def claim_to_send(
    session: Session, *, now: datetime, lost_before: datetime
) -> list[tuple[UUID, str]]:
    """Claim waiting jobs that no message tells of; answer each with its lane.

    Those sent before `lost_before` and still waiting are sent again.
    """
    query = _unsent(now=now, lost_before=lost_before).order_by(Job.not_before).limit(500)
    jobs = list(await session.scalars(query.with_for_update(skip_locked=True)))
    for job in jobs:
        job.sent_at = now
    return [(job.id, job.lane) for job in jobs]


def _unsent(*, now: datetime, lost_before: datetime) -> Select[Job]:
    return (
        select(Job)
        .where(Job.state == JobState.WAITING, Job.not_before <= now)
        .where(or_(Job.sent_at.is_(None), Job.sent_at < lost_before))
    )


def _move(job: Job, event: JobEvent, reason: str | None) -> None:
    job.state = next_state(JOB_MOVES, JobState(job.state), event)
    job.reason = reason[:_LONGEST_REASON] if reason else None
    job.lease, job.lease_until, job.sent_at = None, None, None
