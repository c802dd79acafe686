"""Jobs as documents, for operators: what waits, what failed and why, and what to do about it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import structlog
from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from base.database import Session
from base.tools import Tools
from catalog.acts import Act
from catalog.attempts import attempts_of
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.job_control import HIGHEST_PRIORITY, cancel, lock_job, prioritise, replay, set_aside
from catalog.job_facts import attempt_facts, job_facts
from catalog.job_list import Wanted, job_called, jobs_like, unknown_job
from catalog.kinds import Kind, Lane
from catalog.models.jobs import Job
from catalog.states import Cause, JobState, Outcome
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import asking, told
from stream.api.paging import Keyset, Paged
from stream.api.preconditions import require_match
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS

log = structlog.get_logger()

_LIMIT, _MOST = 50, 500
PLACES = Keyset("jobs", tuple[AwareDatetime, UUID])
#: A line without control characters: it is shown in lists and logs.
_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]*$"


class JobQuery(Paged):
    """Which jobs: those that agree in all that is told, `limit` of them from `cursor` on."""

    lane: Lane | None = None
    state: JobState | None = None
    kind: Kind | None = None
    cause: Cause | None = None
    owner: UUID | None = None
    limit: int = Field(default=_LIMIT, ge=1, le=_MOST)


#: Its id, or enough of how that begins.
JobName = Annotated[str, Field(pattern="^[0-9A-Fa-f-]{1,36}$")]


class JobFacts(BaseModel):
    """A job: what it is about, where it stands, and why it failed when it last did.

    `cost_s` is what it takes of one core, as estimated; `audio_s` the music it is about.
    """

    id: str
    kind: str
    lane: str
    subject: str
    state: JobState
    cause: Cause | None
    reason: str | None
    attempts: int
    kills: int
    priority: int
    owner: str | None
    worker: str | None
    cost_s: float
    audio_s: float
    request: str
    created_at: datetime
    not_before: datetime
    started_at: datetime | None
    finished_at: datetime | None


class AttemptFacts(BaseModel):
    """One try at a job; `output` is what the failing child said last."""

    worker: str
    started_at: datetime
    ended_at: datetime
    took_s: float
    cpu_s: float | None
    outcome: Outcome
    cause: Cause | None
    reason: str | None
    output: str | None


class JobDocument(JobFacts):
    """A job with every attempt at it, the oldest first."""

    history: list[AttemptFacts]


class JobList(BaseModel):
    """Jobs, the newest first, and the cursor of those that follow; null: there are no more."""

    jobs: list[JobFacts]
    next: str | None


class EditJob(BaseModel):
    """Let a job go before those of a lower priority in its lane."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"priority": 5}]})

    priority: int = Field(ge=-HIGHEST_PRIORITY, le=HIGHEST_PRIORITY)


class WhyAside(BaseModel):
    """Why a job is set aside, for who looks into it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Looked at by hand."}]}
    )

    reason: str = Field(min_length=1, max_length=500, pattern=_PRINTABLE)


async def get_jobs(request: web.Request) -> web.Response:
    """Answer jobs, the newest first."""
    await caller(request)
    asked = asking(request, JobQuery)
    after = PLACES.after(asked.cursor)
    wanted = Wanted(
        lane=asked.lane,
        state=asked.state,
        kind=asked.kind,
        cause=asked.cause,
        owner_id=asked.owner,
    )
    async with request.app[TOOLS].database.read() as session:
        found = await jobs_like(session, wanted, limit=asked.limit + 1, after=after)
    page = PLACES.page(found, limit=asked.limit, place=lambda job: (job.created_at, job.id))
    body = JobList(jobs=[JobFacts(**job_facts(job)) for job in page.items], next=page.next)
    return answered(request, body, cache=NEVER_KEPT)


async def get_job(request: web.Request) -> web.Response:
    """Answer a job with its attempts."""
    await caller(request)
    async with request.app[TOOLS].database.read() as session:
        job = await job_called(session, str(_id_of(request)))
        return answered(request, await _document(session, job), cache=NEVER_KEPT)


async def retry_job(request: web.Request) -> web.Response:
    """Let a job be done again, as if it had never been tried."""
    body = await retried(request.app[TOOLS], await caller(request), _id_of(request))
    return answered(request, body, cache=NEVER_KEPT)


async def cancel_job(request: web.Request) -> web.Response:
    """Stop a job, also one under way."""
    body = await cancelled(request.app[TOOLS], await caller(request), _id_of(request))
    return answered(request, body, cache=NEVER_KEPT)


async def quarantine_job(request: web.Request) -> web.Response:
    """Set a job aside."""
    who, why = await caller(request), await told(request, WhyAside)
    body = await put_aside(request.app[TOOLS], who, _id_of(request), why)
    return answered(request, body, cache=NEVER_KEPT)


async def retried(tools: Tools, who: Caller, job_id: UUID) -> JobDocument:
    """Let a job be done again in somebody's name.

    Raises:
        Refused: as `replay` does.

    """
    async with tools.database.begin() as session:
        job = await replay(session, job_id, now=tools.clock())
        await note_act(session, who, Act.JOB_RETRIED, job.id, now=tools.clock())
        body = await _document(session, job)
    _note(body, who, "replay")
    return body


async def cancelled(tools: Tools, who: Caller, job_id: UUID, why: str = "") -> JobDocument:
    """Stop a job in somebody's name, who may say why.

    Raises:
        Refused: as `cancel` does.

    """
    reason = f"cancelled by {who.name}" + (f": {why}" if why else "")
    async with tools.database.begin() as session:
        job = await cancel(session, job_id, reason=reason, now=tools.clock())
        await note_act(session, who, Act.JOB_CANCELLED, job.id, now=tools.clock())
        body = await _document(session, job)
    _note(body, who, "cancel")
    return body


async def put_aside(tools: Tools, who: Caller, job_id: UUID, why: WhyAside) -> JobDocument:
    """Set a job aside in somebody's name.

    Raises:
        Refused: as `set_aside` does.

    """
    reason = f"{why.reason} ({who.name})"
    async with tools.database.begin() as session:
        job = await set_aside(session, job_id, reason=reason, now=tools.clock())
        await note_act(session, who, Act.JOB_SET_ASIDE, job.id, now=tools.clock())
        body = await _document(session, job)
    _note(body, who, "quarantine")
    return body


async def patch_job(request: web.Request) -> web.Response:
    """Give a job a priority."""
    who, tools = await caller(request), request.app[TOOLS]
    edit = await told(request, EditJob)
    async with tools.database.begin() as session:
        if request.if_match is not None:
            before = await lock_job(session, _id_of(request))
            await require_match(request, lambda: _document(session, before))
        job = await prioritise(session, _id_of(request), edit.priority)
        facts = {"priority": edit.priority}
        await note_act(session, who, Act.JOB_RANKED, job.id, now=tools.clock(), facts=facts)
        body = await _document(session, job)
    _note(body, who, "raise")
    return answered(request, body, cache=NEVER_KEPT)


def _id_of(request: web.Request) -> UUID:
    return id_in(request.match_info["job"], unknown_job())


async def _document(session: Session, job: Job) -> JobDocument:
    await session.flush()
    history = [AttemptFacts(**attempt_facts(one)) for one in await attempts_of(session, job.id)]
    return JobDocument(**job_facts(job), history=history)


def _note(body: JobDocument, who: Caller, act: str) -> None:
    log.info("job changed", act=act, job=body.id, by=str(who.id), name=who.name, state=body.state)
