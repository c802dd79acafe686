"""How attempts at a job end: its row moves on, and what happened is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from base.database import Session
from base.storable import storable
from catalog.models.base import table_of
from catalog.models.jobs import Job, JobAttempt
from catalog.retrying import Trouble
from catalog.states import JOB_MOVES, Cause, JobEvent, JobState, Outcome, next_state

_LONGEST_REASON = 2000
_LONGEST_OUTPUT = 16_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of an attempt that ended; `output` is what the failing child said last."""

    reason: str | None = None
    cause: Cause | None = None
    output: str | None = None
    #: What it took of the processors, in seconds, where that is known.
    cpu_s: float | None = None


def note(session: Session, job: Job, outcome: Outcome, said: Said, *, now: datetime) -> None:
    """Write down how the attempt ended that is under way."""
    session.add(
        JobAttempt(
            id=uuid4(),
            job_id=job.id,
            lane=job.lane,
            cost_s=job.cost_s,
            audio_s=job.audio_s,
            worker=job.worker or "",
            started_at=job.started_at or now,
            ended_at=now,
            outcome=outcome,
            cause=said.cause,
            reason=_short(said.reason),
            output=_kept(said.output),
            cpu_s=said.cpu_s,
        )
    )


def move_job(
    job: Job, event: JobEvent, *, reason: str | None = None, cause: Cause | None = None
) -> None:
    """Change the state of a job as the table allows; whoever had it has it no longer.

    Raises:
        Broken: the table does not allow it.

    """
    for column, value in move(JobState(job.state), event, reason=reason, cause=cause).items():
        setattr(job, column, value)


def move(
    state: JobState, event: JobEvent, *, reason: str | None = None, cause: Cause | None = None
) -> dict[str, Any]:
    """Answer what the columns of a job become that whoever had it has no longer.

    Raises:
        Broken: the table does not allow it.

    """
    left = dict.fromkeys(("lease", "lease_until", "sent_at", "worker", "started_at"))
    after = next_state(JOB_MOVES, state, event)
    return {**left, "state": after, "reason": _short(reason), "cause": cause}


async def note_done(session: Session, jobs: Sequence[Any], *, now: datetime) -> None:
    """Write down the ends of many attempts, of which nothing is to be said."""
    rows = [
        {
            "id": uuid4(),
            "job_id": job.id,
            "lane": job.lane,
            "cost_s": job.cost_s,
            "audio_s": job.audio_s,
            "worker": job.worker,
            "started_at": job.started_at,
            "ended_at": now,
            "outcome": Outcome.DONE,
        }
        for job in jobs
    ]
    await session.execute(table_of(JobAttempt).insert(), rows)


async def attempts_of(session: Session, job_id: UUID) -> Sequence[JobAttempt]:
    """Answer the attempts at a job, the oldest first."""
    query = select(JobAttempt).where(JobAttempt.job_id == job_id)
    return (await session.scalars(query.order_by(JobAttempt.ended_at, JobAttempt.id))).all()


async def troubles_of(session: Session, job: Job) -> list[Trouble]:
    """Answer what came in the way before this attempt, since the job was begun or replayed."""
    query = select(JobAttempt.cause, JobAttempt.reason, JobAttempt.ended_at)
    query = query.where(
        JobAttempt.job_id == job.id, JobAttempt.outcome.in_((Outcome.FAILED, Outcome.EXPIRED))
    )
    # Those before a replay are not counted any more, and so many were since.
    since = query.order_by(JobAttempt.ended_at.desc()).limit(job.attempts - 1)
    return [
        Trouble(cause=Cause(cause or Cause.FAULT), reason=reason or "", at=at)
        for cause, reason, at in reversed((await session.execute(since)).all())
    ]


async def forget_attempts(session: Session, *, before: datetime, limit: int) -> int:
    """Forget attempts that ended before a time, not too many at once; answer how many."""
    old = select(JobAttempt.id).where(JobAttempt.ended_at < before).limit(limit)
    found = list(await session.scalars(old))
    await session.execute(delete(JobAttempt).where(JobAttempt.id.in_(found)))
    return len(found)


def _short(reason: str | None) -> str | None:
    return storable(reason[:_LONGEST_REASON]) if reason else None


def _kept(output: str | None) -> str | None:
    """Keep the end."""
    return storable(output[-_LONGEST_OUTPUT:]) if output else None
