"""Work to be done, added in the transaction that makes it necessary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import func, select

from base.database import Session, insert_once
from catalog.models.jobs import Job
from catalog.states import JobState


class Lane(StrEnum):
    """Queues that do not wait for one another."""

    FAST = "fast"
    LADDER = "ladder"
    INTAKE = "intake"
    WEBHOOKS = "webhooks"


class Kind(StrEnum):
    """What is to be done."""

    EXAMINE = "examine"
    LADDER = "ladder"
    UNPACK = "unpack"
    ARTWORK = "artwork"
    COMPARE = "compare"
    DELIVER = "deliver"


LANES = {
    Kind.EXAMINE: Lane.FAST,
    Kind.LADDER: Lane.LADDER,
    Kind.UNPACK: Lane.INTAKE,
    Kind.ARTWORK: Lane.INTAKE,
    Kind.COMPARE: Lane.INTAKE,
    Kind.DELIVER: Lane.WEBHOOKS,
}
#: How often a kind is tried, where that is not the setting: a server that listens to us may be
#: down for a night, and each wait is twice the one before.
ATTEMPTS = {Kind.DELIVER: 15}
_FIRST_WAIT = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A piece of work about one subject, which is its payload and its dedupe key."""

    kind: Kind
    subject: str
    request_id: str


async def add(session: Session, job: NewJob, *, now: datetime) -> bool:
    """Add a job once; answer whether it is new."""
    row = Job(
        id=uuid4(),
        kind=job.kind,
        lane=LANES[job.kind],
        payload={"subject": job.subject},
        dedupe_key=_key(job.kind, job.subject),
        state=JobState.WAITING,
        attempts=0,
        not_before=now,
        request_id=job.request_id,
        created_at=now,
    )
    return await insert_once(session, row)


async def job_of(session: Session, kind: Kind, subject: str) -> Job | None:
    """Answer the job of a kind about a subject, if it was ever added."""
    query = select(Job).where(Job.dedupe_key == _key(kind, subject))
    return (await session.scalars(query.execution_options(populate_existing=True))).first()


async def lock_jobs(session: Session, kinds: Iterable[Kind], *subjects: str) -> list[Job]:
    """Keep whoever has these jobs from ending them in this transaction; answer them."""
    keys = sorted(_key(kind, subject) for kind in kinds for subject in subjects)
    query = select(Job).where(Job.dedupe_key.in_(keys)).order_by(Job.dedupe_key)
    return list(await session.scalars(query.with_for_update()))


async def counts(session: Session) -> dict[tuple[str, str], int]:
    """Answer how many jobs there are, by lane and state."""
    query = select(Job.lane, Job.state, func.count()).group_by(Job.lane, Job.state)
    return {(lane, state): number for lane, state, number in await session.execute(query)}


def wait_after(failures: int) -> timedelta:
    """Answer what to wait before something that failed so often is tried again."""
    return _FIRST_WAIT * (1 << (failures - 1))


def _key(kind: Kind, subject: str) -> str:
    return f"{kind}:{subject}"
