"""Which jobs go next: the dearest to listeners first, and to each artist a fair share.

Messages are few and rows are many. What was sent can no longer be overtaken, so no more is sent
than is soon begun; the rest waits where it can still be put in order. Among jobs of one priority
the owner goes first for whom least is under way, measured in seconds of work and not in jobs
(start-time fair queueing: Goyal, Vin, Cheng, SIGCOMM 1996).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    update,
)

from base.database import Session
from catalog.models.jobs import Job
from catalog.states import JobState

#: What a job costs at least, in seconds of a core: itself.
LEAST_COST_S = 0.002
#: What may be sent ahead of what is under way, in seconds of a core, for each slot.
_AHEAD_S = 2.0
#: And in jobs: a part of those that are done at a time, so that nobody waits for the next turn.
_AHEAD = 4
#: Cheap jobs go together in one message, up to so many seconds.
_TOGETHER_S = 0.2
_MOST_TOGETHER = 100
#: What is claimed in one transaction.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is under way in a lane: jobs that were begun, and jobs and seconds sent ahead."""

    leased: int = 0
    sent: int = 0
    sent_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A job to be sent, and what it costs."""

    id: UUID
    cost_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a lane takes: so many jobs whatever they cost, and more while they cost little."""

    jobs: int
    cost_s: float

    def __bool__(self) -> bool:
        """Whether anything may be sent at all."""
        return self.jobs > 0 or self.cost_s >= LEAST_COST_S

    def fill(self, candidates: Iterable[Chosen]) -> list[Chosen]:
        """Answer those that go, the first first."""
        chosen: list[Chosen] = []
        cost_s = 0.0
        for one in candidates:
            cost_s += one.cost_s
            if len(chosen) >= self.jobs and cost_s > self.cost_s:
                break
            chosen.append(one)
        return chosen


def room(load: Load, slots: int) -> Room:
    """Answer what may still be sent to a lane that does `slots` jobs at a time."""
    free = max(0, slots - load.leased)
    return Room(
        jobs=max(0, free + max(1, slots // _AHEAD) - load.sent),
        cost_s=max(0.0, _AHEAD_S * max(1, slots) - load.sent_s),
    )


def bundles(jobs: Iterable[Chosen]) -> list[list[UUID]]:
    """Put jobs into messages: cheap ones together, in their order."""
    made: list[list[UUID]] = []
    cost_s = _TOGETHER_S
    for job in jobs:
        cost_s += job.cost_s
        if cost_s > _TOGETHER_S or len(made[-1]) >= _MOST_TOGETHER:
            made.append([])
            cost_s = job.cost_s
        made[-1].append(job.id)
    return made


async def loads(session: Session, *, lost_before: datetime) -> dict[str, Load]:
    """Answer what is under way in each lane."""
    is_sent = _is_sent(lost_before)
    query = (
        select(
            Job.lane,
            func.sum(case((Job.state == JobState.LEASED, 1), else_=0)),
            func.sum(case((is_sent, 1), else_=0)),
            func.sum(case((is_sent, _cost()), else_=0.0)),
        )
        .where(or_(Job.state == JobState.LEASED, is_sent))
        .group_by(Job.lane)
    )
    return {
        lane: Load(leased=leased, sent=sent, sent_s=sent_s)
        for lane, leased, sent, sent_s in await session.execute(query)
    }


async def lanes_to_send(session: Session, *, now: datetime, lost_before: datetime) -> Sequence[str]:
    """Answer the lanes with jobs that no message tells of."""
    query = select(Job.lane).where(_unsent(now=now, lost_before=lost_before)).distinct()
    return list(await session.scalars(query))


async def next_jobs(
    session: Session, lane: str, *, now: datetime, lost_before: datetime
) -> list[Chosen]:
    """Answer the jobs of a lane that go next, the first first."""
    waiting, busy = _waiting(lane, now=now, lost_before=lost_before), _busy(lane, lost_before)
    is_same = or_(
        waiting.c.owner_id == busy.c.owner_id,
        and_(waiting.c.owner_id.is_(None), busy.c.owner_id.is_(None)),
    )
    before_s = waiting.c.upto_s - waiting.c.cost_s + func.coalesce(busy.c.cost_s, 0.0)
    query = (
        select(waiting.c.id, waiting.c.cost_s)
        .join(busy, is_same, isouter=True)
        .order_by(waiting.c.priority.desc(), before_s, waiting.c.created_at, waiting.c.id)
        .limit(_AT_ONCE)
    )
    return [Chosen(id=job_id, cost_s=cost_s) for job_id, cost_s in await session.execute(query)]


async def mark_sent(
    session: Session, jobs: Iterable[Chosen], *, now: datetime, lost_before: datetime
) -> list[Chosen]:
    """Claim jobs, whose messages follow the transaction; answer those that were not claimed yet."""
    wanted = {job.id: job for job in jobs}
    query = (
        update(Job)
        .where(Job.id.in_(wanted), _unsent(now=now, lost_before=lost_before))
        .values(sent_at=now)
        .returning(Job.id)
    )
    claimed = set(await session.scalars(query))
    return [job for job_id, job in wanted.items() if job_id in claimed]


def _waiting(lane: str, *, now: datetime, lost_before: datetime) -> Subquery:
    order = (Job.priority.desc(), Job.created_at, Job.id)
    return (
        select(
            Job.id,
            Job.owner_id,
            Job.priority,
            Job.created_at,
            _cost().label("cost_s"),
            func.sum(_cost()).over(partition_by=Job.owner_id, order_by=order).label("upto_s"),
        )
        .where(Job.lane == lane, _unsent(now=now, lost_before=lost_before))
        .subquery()
    )


def _busy(lane: str, lost_before: datetime) -> Subquery:
    return (
        select(Job.owner_id, func.sum(_cost()).label("cost_s"))
        .where(Job.lane == lane, or_(Job.state == JobState.LEASED, _is_sent(lost_before)))
        .group_by(Job.owner_id)
        .subquery()
    )


def _cost() -> ColumnElement[float]:
    least = literal(LEAST_COST_S)
    return case((Job.cost_s < least, least), else_=Job.cost_s)


def _is_sent(lost_before: datetime) -> ColumnElement[bool]:
    return and_(Job.state == JobState.WAITING, Job.sent_at >= lost_before)


def _unsent(*, now: datetime, lost_before: datetime) -> ColumnElement[bool]:
    return and_(
        Job.state == JobState.WAITING,
        Job.not_before <= now,
        or_(Job.sent_at.is_(None), Job.sent_at < lost_before),
    )
