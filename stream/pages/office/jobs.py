"""The page of jobs: found by state, kind, lane, cause and account, the newest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.job_facts import job_facts
from catalog.job_list import Wanted, jobs_like, owner_called
from catalog.kinds import Kind, Lane
from catalog.models.jobs import Job
from catalog.states import Cause, JobState
from stream.api.jobs import PLACES
from stream.keys import TOOLS
from stream.pages.office.showing import office_page
from stream.pages.office.words import CAUSES, KINDS, STATES

HERE = "/office/jobs"
_ON_PAGE = 30
_ASKED = ("state", "kind", "lane", "cause", "owner")
_LONGEST = 200
_CHOICES: Mapping[str, frozenset[str]] = {
    "state": frozenset(JobState),
    "kind": frozenset(Kind),
    "lane": frozenset(Lane),
    "cause": frozenset(Cause),
}


async def get_jobs_page(request: web.Request) -> web.Response:
    """Show jobs, as far as they are asked for."""
    said = {name: request.query.get(name, "").strip()[:_LONGEST] for name in _ASKED}
    found: list[Job] = []
    following, refused = None, None
    try:
        async with request.app[TOOLS].database.read() as session:
            wanted = await _wanted(session, said)
            after = PLACES.after(request.query.get("cursor"))
            rows = await jobs_like(session, wanted, limit=_ON_PAGE + 1, after=after)
        part = PLACES.page(rows, limit=_ON_PAGE, place=lambda job: (job.created_at, job.id))
        found, following = list(part.items), part.next
    except Refused as error:
        refused = error
    query = {name: value for name, value in said.items() if value}
    context: dict[str, Any] = {
        "jobs": [{**job_facts(one), "created_at": one.created_at} for one in found],
        "asked": said,
        "is_asked": bool(query),
        "path": f"{HERE}?{urlencode(query)}" if query else HERE,
        "next": following,
        "states": STATES,
        "kinds": KINDS,
        "causes": CAUSES,
        "lanes": [str(one) for one in Lane if one is not Lane.SETTLEMENT],
        "tabs": _tabs(query),
    }
    return await office_page(request, "office/jobs.html", context, refused=refused)


async def _wanted(session: Session, said: Mapping[str, str]) -> Wanted:
    for name, choices in _CHOICES.items():
        if said[name] and said[name] not in choices:
            raise Refused("bad-form", "Choose one of what is offered.", status=422)
    owner = await owner_called(session, said["owner"]) if said["owner"] else None
    told = {name: said[name] or None for name in _CHOICES}
    return Wanted(**told, owner_id=owner)


def _tabs(query: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Answer an address for each state, with all else that is asked for."""
    rest = {name: value for name, value in query.items() if name != "state"}
    return [
        (_address({**rest, "state": state} if state else rest), state, query.get("state") == state)
        for state in (None, *JobState)
    ]


def _address(query: Mapping[str, str]) -> str:
    return f"{HERE}?{urlencode(query)}" if query else HERE
