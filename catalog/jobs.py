"""Work to be done, added in the transaction that makes it necessary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import and_, delete, func, select

from base.database import Session, insert_once
from base.tracing import current_trace
from catalog.kinds import COSTS, LANES, Kind
from catalog.models.jobs import Job
from catalog.states import JOB_MOVES, JobEvent, JobState, next_state

_UNDER_WAY = (JobState.WAITING, JobState.LEASED)
#: Of a master as most are: between a WAV of CD quality and its FLAC.
_GUESSED_BYTES_A_SECOND = 140_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A piece of work about one subject, which is its payload and its dedupe key.

    It counts to the share of `owner_id`; what it takes is estimated from the music it is about
    (`audio_s`) unless `cost_s` tells; `avoid` names a worker that leaves it to others.
    """

    kind: Kind
    subject: str
    request_id: str
    owner_id: UUID | None = None
    audio_s: float = 0.0
    cost_s: float | None = None
    priority: int = 0
    avoid: str | None = None
    trace: str | None = None

    @property
    def estimate_s(self) -> float:
        """What it takes of one core, in seconds."""
        if self.cost_s is not None:
            return self.cost_s
        itself, each_second = COSTS[self.kind]
        return itself + each_second * self.audio_s


async def add(session: Session, job: NewJob, *, now: datetime) -> bool:
    """Add a job once; answer whether it is new."""
    row = Job(
        id=uuid4(),
        kind=job.kind,
        lane=LANES[job.kind],
        payload={"subject": job.subject},
        dedupe_key=_key(job.kind, job.subject),
        owner_id=job.owner_id,
        priority=job.priority,
        cost_s=job.estimate_s,
        audio_s=job.audio_s,
        avoid=job.avoid,
        state=JobState.WAITING,
        attempts=0,
        kills=0,
        not_before=now,
        request_id=job.request_id,
        trace=current_trace() or job.trace,
        created_at=now,
    )
    return await insert_once(session, row)


async def add_again(session: Session, job: NewJob, *, now: datetime) -> bool:
    """Add a job that may have been done before; answer whether none was under way."""
    for known in await lock_jobs(session, [job.kind], job.subject):
        if known.state in _UNDER_WAY:
            return False
        begin_anew(known, now=now)
        return True
    return await add(session, job, now=now)


def begin_anew(job: Job, *, now: datetime) -> None:
    """Let a job that nobody has be done as if it had never been tried; one that waits, now."""
    if job.state != JobState.WAITING:
        job.state = next_state(JOB_MOVES, JobState(job.state), JobEvent.REPLAY)
    job.attempts, job.kills, job.not_before, job.sent_at = 0, 0, now, None
    job.reason, job.cause, job.finished_at = None, None, None


async def is_under_way(session: Session, kind: Kind) -> bool:
    """Whether any job of a kind waits, or is being done."""
    query = select(Job.id).where(Job.lane == LANES[kind], Job.state.in_(_UNDER_WAY))
    return await session.scalar(query.where(Job.kind == kind).limit(1)) is not None


async def forget_done(session: Session, kinds: Iterable[Kind], *, before: datetime) -> None:
    """Forget jobs of these kinds that were done so long ago."""
    is_old = and_(Job.state == JobState.DONE, Job.finished_at < before)
    await session.execute(delete(Job).where(Job.kind.in_(list(kinds)), is_old))


async def job_of(session: Session, kind: Kind, subject: str) -> Job | None:
    """Answer the job of a kind about a subject, if it was ever added."""
    query = select(Job).where(Job.dedupe_key == _key(kind, subject))
    return (await session.scalars(query.execution_options(populate_existing=True))).first()


async def states_of(session: Session, kind: Kind, subjects: Iterable[str]) -> dict[str, JobState]:
    """Answer the states of the jobs of a kind about subjects, of those that were ever added."""
    keys = {_key(kind, subject): subject for subject in subjects}
    query = select(Job.dedupe_key, Job.state).where(Job.dedupe_key.in_(keys))
    return {keys[key]: JobState(state) for key, state in await session.execute(query)}


async def lock_jobs(session: Session, kinds: Iterable[Kind], *subjects: str) -> list[Job]:
    """Keep whoever has these jobs from ending them in this transaction; answer them."""
    keys = sorted(_key(kind, subject) for kind in kinds for subject in subjects)
    query = select(Job).where(Job.dedupe_key.in_(keys)).order_by(Job.dedupe_key)
    return list(await session.scalars(query.with_for_update()))


async def counts(session: Session) -> dict[tuple[str, str], int]:
    """Answer how many jobs there are, by lane and state."""
    query = select(Job.lane, Job.state, func.count()).group_by(Job.lane, Job.state)
    return {(lane, state): number for lane, state, number in await session.execute(query)}


def guess_audio_s(size_bytes: int) -> float:
    """Guess how long the music of a file is that nobody has looked into yet, in seconds."""
    return size_bytes / _GUESSED_BYTES_A_SECOND


def _key(kind: Kind, subject: str) -> str:
    return f"{kind}:{subject}"
