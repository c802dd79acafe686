"""The fleet as a document: what waits, who works, and how many would do it in time."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web
from pydantic import BaseModel, Field

from base.errors import Unavailable
from catalog.capacity import DRAIN_WITHIN_S, LaneFigures, Wanted, drain_s
from catalog.fleet_figures import WINDOW, Fleet, RunningJob
from catalog.models.jobs import Worker
from stream.api.asking import Sparse, asking
from stream.fleet import EvidenceWaiting, see
from stream.keys import TOOLS

_MINUTE_S = 60


class DrainWithin(Sparse):
    """How soon what waits shall be done."""

    drain_within: float = Field(default=DRAIN_WITHIN_S, ge=1, le=86_400, allow_inf_nan=False)


class AttemptCount(BaseModel):
    """How many attempts ended in one way within the window."""

    outcome: str
    cause: str | None
    attempts: int


class LaneDocument(BaseModel):
    """One lane; `drain_s` is null where there is work that nobody takes.

    `waiting` jobs are due, those `put_off` will be; `age_s` is how long the oldest has been due.
    `throughput` counts seconds of music done in a second.
    """

    waiting: int
    put_off: int
    running: int
    quarantined: int
    age_s: float
    audio_waiting_s: float
    audio_running_s: float
    cost_waiting_s: float
    cost_left_s: float
    drain_s: float | None
    workers: int
    slots: int
    cores: int
    added: int
    throughput: float
    cpu_s_per_audio_minute: float | None
    attempts: list[AttemptCount]
    wanted_workers: int
    wanted_cores: int


class RunningDocument(BaseModel):
    """A job that a worker has."""

    job: str
    kind: str
    lane: str
    subject: str
    attempt: int
    since_s: float
    cost_s: float
    audio_s: float
    worker: str | None


class WorkerDocument(BaseModel):
    """A worker process, and how many jobs of each lane it does at a time."""

    name: str
    host: str
    pid: int
    version: str
    cores: int
    lanes: dict[str, int]
    is_draining: bool
    started_at: datetime
    seen_s: float


class FleetDocument(BaseModel):
    """All lanes, all workers, and a hint for who starts and stops them.

    `wanted_workers` and `wanted_cores` would do what is there within `drain_within_s`, as workers
    of all lanes; what was done lately is counted over `window_s`. Evidence is null while Valkey
    does not answer.
    """

    at: datetime
    window_s: float
    drain_within_s: float
    wanted_workers: int
    wanted_cores: int
    lanes: dict[str, LaneDocument]
    workers: list[WorkerDocument]
    running: list[RunningDocument]
    uploads_under_way: int
    plays_waiting: int
    plays_waiting_age_s: float
    evidence_waiting: int | None
    evidence_waiting_age_s: float | None


async def get_fleet(request: web.Request) -> web.Response:
    """Answer how the fleet stands, to operators."""
    asked = asking(request, DrainWithin)
    seen = await see(request.app[TOOLS])
    if seen.fleet is None:
        raise Unavailable("database-unavailable", "The database cannot be reached now.")
    body = fleet_document(seen.fleet, seen.evidence, within_s=asked.drain_within)
    return web.json_response(text=body.model_dump_json(), headers={"Cache-Control": "no-store"})


def fleet_document(
    fleet: Fleet, evidence: EvidenceWaiting | None, *, within_s: float
) -> FleetDocument:
    """Answer the document of what was found."""
    each, in_all = fleet.wanted(within_s)
    return FleetDocument(
        at=fleet.at,
        window_s=WINDOW.total_seconds(),
        drain_within_s=within_s,
        wanted_workers=in_all.workers,
        wanted_cores=in_all.cores,
        lanes={lane: _lane(figures, each[lane]) for lane, figures in fleet.lanes.items()},
        workers=[_worker(one, fleet.at) for one in fleet.workers],
        running=[_running(one) for one in fleet.running],
        uploads_under_way=fleet.uploads,
        plays_waiting=fleet.plays,
        plays_waiting_age_s=fleet.plays_age_s,
        evidence_waiting=evidence.batches if evidence else None,
        evidence_waiting_age_s=evidence.age_s if evidence else None,
    )


def _lane(figures: LaneFigures, wanted: Wanted) -> LaneDocument:
    recent, cpu_ratio = figures.recent, figures.recent.cpu_ratio
    return LaneDocument(
        waiting=figures.due.jobs,
        put_off=figures.put_off.jobs,
        running=figures.running.jobs,
        quarantined=figures.quarantined.jobs,
        age_s=figures.age_s,
        audio_waiting_s=figures.due.audio_s,
        audio_running_s=figures.running.audio_s,
        cost_waiting_s=figures.due.cost_s,
        cost_left_s=figures.left_s,
        drain_s=drain_s(figures),
        workers=figures.crew.workers,
        slots=figures.crew.slots,
        cores=figures.crew.cores,
        added=recent.added,
        throughput=recent.throughput,
        cpu_s_per_audio_minute=None if cpu_ratio is None else cpu_ratio * _MINUTE_S,
        attempts=[
            AttemptCount(outcome=outcome, cause=cause or None, attempts=number)
            for (outcome, cause), number in sorted(recent.attempts.items())
        ],
        wanted_workers=wanted.workers,
        wanted_cores=wanted.cores,
    )


def _worker(row: Worker, now: datetime) -> WorkerDocument:
    return WorkerDocument(
        name=row.name,
        host=row.host,
        pid=row.pid,
        version=row.version,
        cores=row.cores,
        lanes=row.lanes,
        is_draining=row.is_draining,
        started_at=row.started_at,
        seen_s=max(0.0, (now - row.seen_at).total_seconds()),
    )


def _running(one: RunningJob) -> RunningDocument:
    return RunningDocument(
        job=str(one.id),
        kind=one.kind,
        lane=one.lane,
        subject=one.subject,
        attempt=one.attempt,
        since_s=one.since_s,
        cost_s=one.cost_s,
        audio_s=one.audio_s,
        worker=one.worker,
    )
