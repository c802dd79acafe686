"""Jobs from the command line: list them, look into one, and do something about it."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from rich.console import Group
from rich.table import Table
from rich.text import Text

from base.database import Session
from base.errors import Refused
from base.log import escaped
from base.settings import Settings
from base.tools import Tools, open_tools
from catalog.acts import Act as Noted
from catalog.attempts import attempts_of
from catalog.audit import note_act
from catalog.job_control import cancel, prioritise, prioritise_all_of, replay, set_aside
from catalog.job_facts import attempt_facts, job_facts
from catalog.job_list import Wanted, ids_like, job_called, jobs_like, owner_called
from catalog.models.jobs import Job

log = structlog.get_logger()

#: As much of an id as is shown; the beginning of one is enough to name a job.
_SHOWN = 8

Act = Callable[[Session, UUID], Awaitable[Job]]
_NOTED = {
    "replay": Noted.JOB_RETRIED,
    "cancel": Noted.JOB_CANCELLED,
    "quarantine": Noted.JOB_SET_ASIDE,
    "raise": Noted.JOB_RANKED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which jobs were asked for; `owner` is an id or a name."""

    lane: str | None = None
    state: str | None = None
    kind: str | None = None
    cause: str | None = None
    owner: str | None = None


async def list_jobs(
    settings: Settings, asked: Asked, *, limit: int
) -> tuple[list[dict[str, Any]], datetime]:
    """Answer the facts of jobs, the newest first, and what time it is."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        found = await jobs_like(session, await _wanted(session, asked), limit=limit)
        return [job_facts(job) for job in found], tools.clock()


async def show_job(settings: Settings, text: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Answer the facts of one job, and of each attempt at it."""
    async with open_tools(settings) as tools, tools.database.read() as session:
        job = await job_called(session, text)
        return job_facts(job), [attempt_facts(one) for one in await attempts_of(session, job.id)]


async def retry_jobs(settings: Settings, texts: Sequence[str], asked: Asked | None) -> list[str]:
    """Replay the jobs that are called so, and all that were `asked` for; answer what was done."""
    async with open_tools(settings) as tools:
        ids = await _called(tools, texts)
        if asked is not None:
            async with tools.database.read() as session:
                ids += await ids_like(session, await _wanted(session, asked))
        return await _each(tools, ids, "replay", lambda s, i: replay(s, i, now=tools.clock()))


async def cancel_jobs(settings: Settings, texts: Sequence[str]) -> list[str]:
    """Cancel jobs; answer what was done."""
    async with open_tools(settings) as tools:
        reason, ids = f"cancelled by {_who()}", await _called(tools, texts)
        return await _each(
            tools, ids, "cancel", lambda s, i: cancel(s, i, reason=reason, now=tools.clock())
        )


async def quarantine_job(settings: Settings, text: str, *, reason: str) -> list[str]:
    """Set a job aside; answer what was done."""
    async with open_tools(settings) as tools:
        said, ids = f"{reason} ({_who()})", await _called(tools, [text])
        return await _each(
            tools, ids, "quarantine", lambda s, i: set_aside(s, i, reason=said, now=tools.clock())
        )


async def raise_jobs(
    settings: Settings, texts: Sequence[str], *, owner: str | None, priority: int
) -> list[str]:
    """Give jobs a priority, or all that is to be done of an owner; answer what was done."""
    async with open_tools(settings) as tools:
        ids = await _called(tools, texts)
        said = await _each(tools, ids, "raise", lambda s, i: prioritise(s, i, priority))
        if owner is not None:
            async with tools.database.begin() as session:
                owner_id = await owner_called(session, owner)
                number = await prioritise_all_of(session, owner_id, priority)
            log.info("jobs raised", owner=str(owner_id), priority=priority, jobs=number, by=_who())
            said.append(f"{number} jobs of {owner} have priority {priority}")
        return said


def table_of(jobs: Iterable[dict[str, Any]], now: datetime) -> Table:
    """Draw jobs, a line each."""
    table = Table(box=None, pad_edge=False)
    for name in ("id", "kind", "lane", "state", "cause", "tries", "prio", "age", "worker"):
        table.add_column(name, no_wrap=name != "worker")  # of a narrow screen the rest is needed
    for job in jobs:
        worker = job["worker"] or ""
        table.add_row(
            *(job["id"][:_SHOWN], job["kind"], job["lane"], job["state"], job["cause"] or ""),
            *(str(job["attempts"]), str(job["priority"] or "")),
            *(_age(now, job["created_at"]), Text(escaped(worker))),
        )
    return table


def drawing_of(job: dict[str, Any], attempts: Sequence[dict[str, Any]]) -> Group:
    """Draw all that is known of one job."""
    facts = Table(box=None, pad_edge=False, show_header=False)
    for name, value in job.items():
        if value not in {None, ""}:
            facts.add_row(name, Text(escaped(str(value))))
    # Sentences are too long for a column.
    reasons = [
        Text(f"{number}. {escaped(one['reason'])}")
        for number, one in enumerate(attempts, start=1)
        if one["reason"]
    ]
    outputs = [Text(escaped(one["output"], but="\n")) for one in attempts[-1:] if one["output"]]
    heading = [Text("\nWhat the child said last:")] if outputs else []
    return Group(facts, "", _table_of_attempts(attempts), *reasons, *heading, *outputs)


def _table_of_attempts(attempts: Sequence[dict[str, Any]]) -> Table:
    """Draw attempts, a line each; what is known of none has no column."""
    columns = {
        "": [str(number) for number in range(1, len(attempts) + 1)],
        "began": [one["started_at"][:19] for one in attempts],
        "took": [f"{one['took_s']:.1f} s" for one in attempts],
        "cpu": ["" if one["cpu_s"] is None else f"{one['cpu_s']:.1f} s" for one in attempts],
        **{name: [one[name] or "" for one in attempts] for name in ("outcome", "cause", "worker")},
    }
    known = {name: column for name, column in columns.items() if any(column)}
    table = Table(box=None, pad_edge=False, title="Attempts", title_justify="left")
    for name in known:
        table.add_column(name, no_wrap=name != "worker")
    for row in zip(*known.values(), strict=True):
        table.add_row(*(Text(escaped(value)) for value in row))
    return table


async def _each(tools: Tools, ids: Iterable[UUID], name: str, act: Act) -> list[str]:
    """Do something to each job, in a transaction of its own; go on where one refuses."""
    said, refusals = [], []
    for job_id in ids:
        try:
            async with tools.database.begin() as session:
                job = await act(session, job_id)
                await note_act(session, None, _NOTED[name], job_id, now=tools.clock())
        except Refused as refused:
            refusals.append(f"{job_id}: {refused.sentence}")
            continue
        log.info("job changed", act=name, job=str(job_id), by=_who(), state=job.state)
        said.append(f"{job_id} {job.kind} is {job.state}")
    if refusals:
        done = [f"{len(said)} done."] if said else []
        raise Refused("jobs-refused", " ".join([*refusals, *done]), status=409)
    return said


async def _called(tools: Tools, texts: Iterable[str]) -> list[UUID]:
    async with tools.database.read() as session:
        return [(await job_called(session, text)).id for text in texts]


async def _wanted(session: Session, asked: Asked) -> Wanted:
    owner_id = None if asked.owner is None else await owner_called(session, asked.owner)
    return Wanted(
        lane=asked.lane, state=asked.state, kind=asked.kind, cause=asked.cause, owner_id=owner_id
    )


def _who() -> str:
    try:
        return f"{getpass.getuser()} at the command line"
    except (KeyError, OSError):  # a container may run as a number without a name
        return "the command line"


def _age(now: datetime, iso: str) -> str:
    seconds = (now - datetime.fromisoformat(iso)).total_seconds()
    for length, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
