"""What the rows say of the fleet now, in a few queries that do not grow with its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, case, extract, func, select

from base.database import Session
from catalog.capacity import (
    Crew,
    LaneFigures,
    Recent,
    Stock,
    Wanted,
    usual_cores,
    wanted,
    wanted_in_all,
)
from catalog.deliveries import counts_by_partner
from catalog.delivery_list import message_states
from catalog.fleet import SILENT_AFTER
from catalog.kinds import Lane
from catalog.models.checks import StoreCheck
from catalog.models.jobs import Job, JobAttempt, Worker
from catalog.models.plays import PlaySession
from catalog.models.reconciling import Reconciliation
from catalog.models.uploads import UploadRow
from catalog.rechecks import mismatches
from catalog.states import JobState, Outcome, PlayState
from catalog.uploads import UNFINISHED

#: What is called lately.
WINDOW = timedelta(minutes=10)
_A_DAY = timedelta(days=1)
#: An upload that nobody wrote to for longer rests.
_UNDER_WAY = timedelta(minutes=1)
#: Lanes of rows; that of settlement has none.
LANES: Sequence[Lane] = [lane for lane in Lane if lane is not Lane.SETTLEMENT]
#: Whose next job shall not wait until a worker was started.
_ALWAYS = frozenset({Lane.FIRST})
_IDLE = Recent(window_s=WINDOW.total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningJob:
    """A job that a worker has."""

    id: UUID
    kind: str
    lane: str
    subject: str
    attempt: int
    since_s: float
    cost_s: float
    audio_s: float
    worker: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the last check of the store found, by its code, and how much of it is lost."""

    findings: Mapping[str, int]
    losses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What the last reconciliation of the books found, by its code, and how long ago it was."""

    differences: Mapping[str, int]
    age_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """All that is known of the fleet at one time.

    `plays_age_s` is how long the oldest play that qualified has waited to be settled; `held` are
    plays that wait for a person; `mismatches` are renditions that came out otherwise when they were
    made again, within a day.
    """

    at: datetime
    lanes: Mapping[str, LaneFigures]
    workers: Sequence[Worker]
    running: Sequence[RunningJob]
    uploads: int
    plays: int
    plays_age_s: float
    mismatches: int = 0
    checked: Checked | None = None
    held: int = 0
    reconciled: Reconciled | None = None
    #: How many deliveries there are, by the DPID of their label and their state.
    deliveries: Mapping[tuple[str, str], int] = field(default_factory=dict)
    #: The same of their messages.
    messages: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def crew(self) -> Crew:
        """All who take jobs."""
        return crew_of(self.workers)

    def wanted(self, within_s: float) -> tuple[Mapping[str, Wanted], Wanted]:
        """Answer how many workers would empty each lane in time, and how many all of them."""
        crew = self.crew
        lanes = {
            lane: wanted(
                figures,
                within_s=within_s,
                may_rest=lane not in _ALWAYS,
                usual_cores=usual_cores(crew),
            )
            for lane, figures in self.lanes.items()
        }
        load_s = sum(figures.load_s for figures in self.lanes.values())
        return lanes, wanted_in_all(lanes.values(), crew, load_s=load_s, within_s=within_s)


async def fleet_now(session: Session, *, now: datetime) -> Fleet:
    """Answer how the fleet stands."""
    workers = await _workers(session, now=now)
    running = await _running(session, now=now)
    stocks, ages = await _stocks(session, now=now)
    recent = await _recent(session, since=now - WINDOW)
    plays, oldest = await _plays(session)
    lanes: dict[str, LaneFigures] = {
        lane: LaneFigures(
            recent=recent.get(lane, _IDLE),
            due=stocks.get((lane, "due"), Stock()),
            put_off=stocks.get((lane, "put-off"), Stock()),
            quarantined=stocks.get((lane, JobState.QUARANTINED), Stock()),
            running=_stock_of(running, lane),
            left_s=sum(max(0.0, one.cost_s - one.since_s) for one in running if one.lane == lane),
            age_s=_age_s(ages.get(lane), now),
            crew=crew_of(workers, lane),
        )
        for lane in LANES
    }
    return Fleet(
        at=now,
        lanes=lanes,
        workers=workers,
        running=running,
        uploads=await _uploads(session, now=now),
        plays=plays,
        plays_age_s=_age_s(oldest, now),
        mismatches=await mismatches(session, since=now - _A_DAY),
        checked=await _checked(session),
        held=await _held(session),
        reconciled=await _reconciled(session, now=now),
        deliveries={
            (dpid, state): number for dpid, state, number in await counts_by_partner(session)
        },
        messages=await message_states(session),
    )


def crew_of(workers: Iterable[Worker], lane: Lane | None = None) -> Crew:
    """Answer those who take jobs, of one lane or of any."""
    crew = [one for one in workers if not one.is_draining and (lane is None or one.lanes.get(lane))]
    slots = (sum(one.lanes.values()) if lane is None else one.lanes[lane] for one in crew)
    return Crew(workers=len(crew), slots=sum(slots), cores=sum(one.cores for one in crew))


async def _workers(session: Session, *, now: datetime) -> Sequence[Worker]:
    query = select(Worker).where(Worker.seen_at >= now - SILENT_AFTER)
    return list(await session.scalars(query.order_by(Worker.host, Worker.started_at, Worker.name)))


async def _running(session: Session, *, now: datetime) -> list[RunningJob]:
    """Answer what is under way: there are no more than slots."""
    columns = Job.id, Job.kind, Job.lane, Job.payload, Job.attempts, Job.started_at
    query = select(*columns, Job.cost_s, Job.audio_s, Job.worker).where(
        Job.state == JobState.LEASED
    )
    return [
        RunningJob(
            id=row.id,
            kind=row.kind,
            lane=row.lane,
            subject=row.payload["subject"],
            attempt=row.attempts,
            since_s=_age_s(row.started_at, now),
            cost_s=row.cost_s,
            audio_s=row.audio_s,
            worker=row.worker,
        )
        for row in await session.execute(query.order_by(Job.started_at))
    ]


async def _stocks(
    session: Session, *, now: datetime
) -> tuple[dict[tuple[str, str], Stock], dict[str, datetime]]:
    """Answer what waits and what was set aside, and since when the oldest is due."""
    is_due = and_(Job.state == JobState.WAITING, Job.not_before <= now)
    is_put_off = and_(Job.state == JobState.WAITING, Job.not_before > now)
    sort = case((is_due, "due"), (is_put_off, "put-off"), else_=JobState.QUARANTINED.value)
    query = (
        select(
            Job.lane,
            sort.label("sort"),
            func.count(),
            func.sum(Job.cost_s),
            func.sum(Job.audio_s),
            func.min(Job.not_before),
        )
        .where(Job.state.in_((JobState.WAITING, JobState.QUARANTINED)))
        .group_by(Job.lane, "sort")
    )
    stocks, ages = {}, {}
    for lane, kind, jobs, cost_s, audio_s, oldest in await session.execute(query):
        stocks[lane, kind] = Stock(jobs=jobs, cost_s=cost_s, audio_s=audio_s)
        if kind == "due":
            ages[lane] = oldest
    return stocks, ages


async def _recent(session: Session, *, since: datetime) -> dict[str, Recent]:
    # Said so that SQLite does not go through the index that has all jobs in this order.
    lane = Job.lane.concat("")
    added = select(lane, func.count()).where(Job.created_at >= since).group_by(lane)
    came = {lane: number for lane, number in await session.execute(added)}  # noqa: C416 - rows are no pairs
    took_s = extract("epoch", JobAttempt.ended_at) - extract("epoch", JobAttempt.started_at)
    known_s = case((JobAttempt.cpu_s.is_not(None), JobAttempt.audio_s), else_=0.0)
    sort = (JobAttempt.lane, JobAttempt.outcome, JobAttempt.cause)
    query = (
        select(
            *sort,
            func.count().label("attempts"),
            func.sum(JobAttempt.audio_s).label("audio_s"),
            func.sum(JobAttempt.cost_s).label("cost_s"),
            func.sum(took_s).label("busy_s"),
            func.coalesce(func.sum(JobAttempt.cpu_s), 0.0).label("cpu_s"),
            func.sum(known_s).label("cpu_audio_s"),
        )
        .where(JobAttempt.ended_at >= since)
        .group_by(*sort)
    )
    rows = list(await session.execute(query))
    lanes = {row.lane for row in rows} | set(came)
    return {
        lane: _recent_of([row for row in rows if row.lane == lane], came.get(lane, 0))
        for lane in lanes
    }


def _recent_of(rows: Sequence[Row[Any]], added: int) -> Recent:
    done = [row for row in rows if row.outcome == Outcome.DONE]
    attempts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        attempts[row.outcome, row.cause or ""] += row.attempts
    return Recent(
        window_s=WINDOW.total_seconds(),
        added=added,
        audio_s=sum(row.audio_s for row in done),
        cost_s=sum(row.cost_s for row in done),
        busy_s=float(sum(row.busy_s for row in done)),
        cpu_s=sum(row.cpu_s for row in done),
        cpu_audio_s=sum(row.cpu_audio_s for row in done),
        attempts=attempts,
    )


async def _uploads(session: Session, *, now: datetime) -> int:
    states = [state.value for state in sorted(UNFINISHED)]
    query = (
        select(func.count())
        .select_from(UploadRow)
        .where(UploadRow.state.in_(states), UploadRow.touched_at >= now - _UNDER_WAY)
    )
    return await session.scalar(query) or 0


async def _plays(session: Session) -> tuple[int, datetime | None]:
    query = select(func.count(), func.min(PlaySession.active_at)).where(
        PlaySession.state == PlayState.QUALIFIED
    )
    number, oldest = (await session.execute(query)).one()
    return number, oldest


async def _held(session: Session) -> int:
    query = select(func.count()).select_from(PlaySession)
    return await session.scalar(query.where(PlaySession.state == PlayState.HELD)) or 0


async def _reconciled(session: Session, *, now: datetime) -> Reconciled | None:
    columns = Reconciliation.codes, Reconciliation.ended_at
    query = select(*columns).order_by(Reconciliation.ended_at.desc()).limit(1)
    row = (await session.execute(query)).first()
    if row is None:
        return None
    return Reconciled(differences=row.codes, age_s=_age_s(row.ended_at, now))


async def _checked(session: Session) -> Checked | None:
    columns = StoreCheck.codes, StoreCheck.losses  # and not all that was found
    query = select(*columns).order_by(StoreCheck.ended_at.desc()).limit(1)
    row = (await session.execute(query)).first()
    return Checked(findings=row.codes, losses=row.losses) if row else None


def _stock_of(running: Iterable[RunningJob], lane: Lane) -> Stock:
    own = [one for one in running if one.lane == lane]
    return Stock(
        jobs=len(own),
        cost_s=sum(one.cost_s for one in own),
        audio_s=sum(one.audio_s for one in own),
    )


def _age_s(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
