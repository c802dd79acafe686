"""The page of a job: how it went, what it made, and what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.account_list import account_told
from catalog.attempts import attempts_of
from catalog.callers import Caller
from catalog.job_facts import attempt_facts, job_facts
from catalog.job_list import job_called, unknown_job
from catalog.models.jobs import Job, JobAttempt
from catalog.permissions import Permission
from catalog.states import JOB_MOVES, JobEvent, JobState
from stream.api.jobs import WhyAside, cancelled, put_aside, retried
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.forms import form_of, notice_of, see_other
from stream.pages.language import N_
from stream.pages.office.making import made_by
from stream.pages.office.showing import office_page
from stream.pages.office.words import CAUSES, KINDS, OUTCOMES, STATES

_LONGEST_REASON = 500
_NOTICES = {
    "retried": N_("It waits to be done again, as if it had never been tried."),
    "cancelled": N_("It is cancelled: nobody does it any more, unless it is retried."),
    "aside": N_("It is set aside: nobody does it until it is retried."),
}


async def get_job_page(request: web.Request) -> web.Response:
    """Show a job."""
    return await _show(request, await caller(request), notice=notice_of(request, _NOTICES))


async def post_retry_page(request: web.Request) -> web.Response:
    """Let it be done again."""
    who, _ = await caller(request), await form_of(request)
    try:
        await retried(request.app[TOOLS], who, _id_in(request))
    except Refused as refused:
        return await _show(request, who, refused=refused)
    return _on(request, "retried")


async def post_cancel_page(request: web.Request) -> web.Response:
    """Stop it."""
    who, form = await caller(request), await form_of(request)
    try:
        why = _reason(form, "why-cancel")
        await cancelled(request.app[TOOLS], who, _id_in(request), why)
    except Refused as refused:
        return await _show(request, who, refused=refused, said=form)
    return _on(request, "cancelled")


async def post_aside_page(request: web.Request) -> web.Response:
    """Set it aside."""
    who, form = await caller(request), await form_of(request)
    try:
        why = WhyAside(reason=_reason(form, "why-aside"))
        await put_aside(request.app[TOOLS], who, _id_in(request), why)
    except Refused as refused:
        return await _show(request, who, refused=refused, said=form)
    return _on(request, "aside")


def _id_in(request: web.Request) -> UUID:
    return id_in(request.match_info["job"], unknown_job())


def _on(request: web.Request, notice: str) -> web.Response:
    return see_other(f"/office/jobs/{_id_in(request)}?notice={notice}")


def _reason(form: Mapping[str, str], name: str) -> str:
    reason = " ".join(form.get(name, "").split())
    if not reason or len(reason) > _LONGEST_REASON or not reason.isprintable():
        raise Unfit({name: "Say why in a sentence: it stays with the job, for who looks at it."})
    return reason


async def _show(
    request: web.Request,
    who: Caller,
    *,
    notice: str | None = None,
    refused: Refused | None = None,
    said: Mapping[str, str] | None = None,
) -> web.Response:
    async with request.app[TOOLS].database.read() as session:
        job = await job_called(session, str(_id_in(request)))
        attempts = await attempts_of(session, job.id)
        made = await made_by(session, job.kind, job.payload["subject"])
        owner = await _owner(session, job)
    context: dict[str, Any] = {
        "job": _job(job),
        "owner": owner,
        "made": made,
        "attempts": [_attempt(one) for one in reversed(attempts)],
        "may": _may(job) if who.may(Permission.FLEET_RUN) else frozenset(),
        "states": STATES,
        "kinds": KINDS,
        "causes": CAUSES,
        "outcomes": OUTCOMES,
        "said": {"why-cancel": "", "why-aside": "", **(said or {})},
        "notice": notice,
    }
    return await office_page(request, "office/job.html", context, refused=refused)


def _may(job: Job) -> frozenset[str]:
    """Answer what may happen to it, which a person may want; what waits may go now as well."""
    state = JobState(job.state)
    wanted = (JobEvent.CANCEL, JobEvent.SET_ASIDE, JobEvent.REPLAY)
    allowed = {event.name.lower() for event in wanted if (state, event) in JOB_MOVES}
    return frozenset(allowed | ({"replay"} if state is JobState.WAITING else set()))


async def _owner(session: Session, job: Job) -> str | None:
    if job.owner_id is None:
        return None
    try:
        return (await account_told(session, job.owner_id)).name
    except Refused:  # its account is gone, and it is not
        return None


def _job(job: Job) -> dict[str, Any]:
    times = ("created_at", "not_before", "started_at", "finished_at")
    return {**job_facts(job), **{name: getattr(job, name) for name in times}}


def _attempt(attempt: JobAttempt) -> dict[str, Any]:
    return {**attempt_facts(attempt), "started_at": attempt.started_at}
