"""Work to be done, added in the transaction that makes it necessary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import and_, delete, func, select

from base.database import Session, insert_once
from base.tracing import current_trace
from catalog.models.jobs import Job
from catalog.states import JOB_MOVES, JobEvent, JobState, next_state


class Lane(StrEnum):
    """Queues that do not wait for one another."""

    #: Listeners wait for what is made here.
    FIRST = "first"
    LADDER = "ladder"
    #: Pieces of masters that are too long for one worker, and their joining.
    LONG = "long"
    ANALYSIS = "analysis"
    INTAKE = "intake"
    WEBHOOKS = "webhooks"
    #: What nobody waits for, with what is left over.
    BACKGROUND = "background"
    #: Has no rows: what is due is told by the plays themselves.
    SETTLEMENT = "settlement"
    HOUSEKEEPING = "housekeeping"


class Kind(StrEnum):
    """What is to be done."""

    EXAMINE = "examine"
    LADDER = "ladder"
    PIECE = "piece"
    JOIN = "join"
    REENCODE = "reencode"
    RECHECK = "recheck"
    UNPACK = "unpack"
    ARTWORK = "artwork"
    COMPARE = "compare"
    DELIVER = "deliver"
    #: A release comes out, for its time has come.
    RELEASE = "release"
    MAIL = "mail"
    TIDY = "tidy"
    FSCK = "fsck"
    RECONCILE = "reconcile"
    PROVE = "prove"
    #: All that is known of somebody, for them.
    EXPORT = "export"
    #: What is kept no longer: of people who want to be forgotten, and what is too old.
    FORGET = "forget"
    #: Dues that run out.
    RENEW = "renew"
    ROLLUP = "rollup"
    NEIGHBOURS = "neighbours"
    WEIGH = "weigh"
    #: Nothing: what a fleet itself takes is measured with it.
    NOTHING = "nothing"


LANES = {
    Kind.EXAMINE: Lane.FIRST,
    Kind.LADDER: Lane.LADDER,
    Kind.PIECE: Lane.LONG,
    Kind.JOIN: Lane.LONG,
    Kind.REENCODE: Lane.BACKGROUND,
    Kind.RECHECK: Lane.ANALYSIS,
    Kind.UNPACK: Lane.INTAKE,
    Kind.ARTWORK: Lane.INTAKE,
    Kind.COMPARE: Lane.ANALYSIS,
    Kind.DELIVER: Lane.WEBHOOKS,
    Kind.RELEASE: Lane.FIRST,
    Kind.MAIL: Lane.WEBHOOKS,
    Kind.TIDY: Lane.HOUSEKEEPING,
    Kind.FSCK: Lane.HOUSEKEEPING,
    Kind.RECONCILE: Lane.HOUSEKEEPING,
    Kind.PROVE: Lane.HOUSEKEEPING,
    Kind.EXPORT: Lane.BACKGROUND,
    Kind.FORGET: Lane.HOUSEKEEPING,
    Kind.RENEW: Lane.HOUSEKEEPING,
    Kind.ROLLUP: Lane.HOUSEKEEPING,
    Kind.NEIGHBOURS: Lane.HOUSEKEEPING,
    Kind.WEIGH: Lane.HOUSEKEEPING,
    Kind.NOTHING: Lane.WEBHOOKS,
}
#: What a job takes of one core, in seconds: for itself, and for each second of music. Measured with
#: `refrain bench pipeline`; what is fair, and what waits, is told in these.
COSTS: Mapping[Kind, tuple[float, float]] = {
    Kind.EXAMINE: (0.5, 0.03),
    Kind.LADDER: (1.0, 0.2),
    Kind.PIECE: (0.5, 0.2),
    Kind.JOIN: (1.0, 0.03),
    Kind.REENCODE: (1.5, 0.23),
    Kind.RECHECK: (0.5, 0.05),
    Kind.UNPACK: (1.0, 0.0),
    Kind.ARTWORK: (1.0, 0.0),
    Kind.COMPARE: (0.25, 0.0),
    Kind.DELIVER: (0.1, 0.0),
    Kind.RELEASE: (0.1, 0.0),
    Kind.MAIL: (0.1, 0.0),
    Kind.TIDY: (1.0, 0.0),
    Kind.FSCK: (10.0, 0.0),
    Kind.RECONCILE: (10.0, 0.0),
    Kind.PROVE: (2.0, 0.0),
    Kind.EXPORT: (1.0, 0.0),
    Kind.FORGET: (2.0, 0.0),
    Kind.RENEW: (1.0, 0.0),
    Kind.ROLLUP: (2.0, 0.0),
    Kind.NEIGHBOURS: (30.0, 0.0),
    Kind.WEIGH: (10.0, 0.0),
    Kind.NOTHING: (0.0, 0.0),
}
#: How often a kind is tried, where that is not the setting: a server that listens to us may be
#: down for a night, and each wait is twice the one before.
ATTEMPTS = {Kind.DELIVER: 15}
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
