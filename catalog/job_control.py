"""What people do to jobs: stop, set aside, let them be done again, and put one before others.

Each takes a job under its lock. Whoever had it under way finds its lease gone within a moment and
stops; it can write nothing more. Locks are taken in one order: job, then what it is about.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from base.database import Session
from base.errors import Refused
from catalog.aside import take_back, tell_if_set_aside
from catalog.attempts import Said, move_job, note
from catalog.job_list import unknown_job
from catalog.jobs import begin_anew
from catalog.kinds import Kind
from catalog.models.jobs import Job
from catalog.states import JOB_MOVES, JobEvent, JobState, Outcome
from catalog.subjects import is_there

#: What a person may ask for; what is meant fits in it many times.
HIGHEST_PRIORITY = 1000
_TO_BE_DONE = (JobState.WAITING, JobState.LEASED)


async def cancel(session: Session, job_id: UUID, *, reason: str, now: datetime) -> Job:
    """Stop a job for good, unless it is replayed.

    Raises:
        Refused: `job-unknown`, 404; `job-over`, 409: it is done, or was cancelled before.

    """
    return await _take_away(session, job_id, JobEvent.CANCEL, reason=reason, now=now)


async def set_aside(session: Session, job_id: UUID, *, reason: str, now: datetime) -> Job:
    """Quarantine a job until somebody has looked into it.

    Raises:
        Refused: `job-unknown`, 404; `job-over`, 409: it is not waited for.

    """
    return await _take_away(session, job_id, JobEvent.SET_ASIDE, reason=reason, now=now)


async def replay(session: Session, job_id: UUID, *, now: datetime) -> Job:
    """Let a job be done again, or now, as if it had never been tried.

    Raises:
        Refused: `job-unknown`, 404; `job-running`, `split-over` or `subject-gone`, 409.

    """
    job = await lock_job(session, job_id)
    if job.state == JobState.LEASED:
        raise Refused(
            "job-running", "The job is under way; cancel it first to begin anew.", status=409
        )
    if not await is_there(session, job.kind, job.payload["subject"]):
        raise _gone(job)
    begin_anew(job, now=now)
    await take_back(session, job)
    return job


async def prioritise(session: Session, job_id: UUID, priority: int) -> Job:
    """Let a job go before those of a lower priority in its lane; 0 is what all begin with.

    Raises:
        Refused: `job-unknown`, 404; `job-over`, 409.

    """
    job = await lock_job(session, job_id)
    if job.state not in _TO_BE_DONE:
        raise _over(job)
    job.priority = priority
    return job


async def prioritise_all_of(session: Session, owner_id: UUID, priority: int) -> int:
    """Do the same for all that is to be done of one owner; answer how many.

    What is under way hands its priority on to what it makes necessary.
    """
    query = update(Job).where(Job.owner_id == owner_id, Job.state.in_(_TO_BE_DONE))
    raised = await session.scalars(query.values(priority=priority).returning(Job.id))
    return len(raised.all())


async def _take_away(
    session: Session, job_id: UUID, event: JobEvent, *, reason: str, now: datetime
) -> Job:
    job = await lock_job(session, job_id)
    if (JobState(job.state), event) not in JOB_MOVES:
        raise _over(job)
    if job.state == JobState.LEASED:
        note(session, job, Outcome.CANCELLED, Said(reason=reason), now=now)
    move_job(job, event, reason=reason)
    await tell_if_set_aside(session, job)
    return job


async def lock_job(session: Session, job_id: UUID) -> Job:
    """Answer a job that nobody else changes until the transaction ends.

    Raises:
        Refused: `job-unknown`, 404.

    """
    job = await session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None:
        raise unknown_job()
    return job


def _gone(job: Job) -> Refused:
    if job.kind in {Kind.PIECE, Kind.JOIN}:
        sentence = (
            "The ladder it was a part of was joined and published, begun anew, or deleted; "
            "retry the ladder of its master."
        )
        return Refused("split-over", sentence, status=409)
    return Refused("subject-gone", "What the job was about has been deleted.", status=409)


def _over(job: Job) -> Refused:
    return Refused("job-over", f"Nothing is to be done: the job is {job.state}.", status=409)
