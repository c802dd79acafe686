"""The pages of the offices, once each."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp.typedefs import Handler

from catalog.permissions import Permission
from stream.api.openapi_parameters import ID
from stream.pages.office import fleet, job, jobs, overview
from stream.pages.pages import Page

_READ, _RUN = Permission.FLEET_READ, Permission.FLEET_RUN
_JOB = f"/office/jobs/{{job:{ID}}}"


def office_pages() -> Sequence[Page]:
    """Answer them."""
    return [
        _page("/office", overview.get_overview_page, Permission.OFFICE),
        *_machines(),
    ]


def _machines() -> Sequence[Page]:
    return [
        _page("/office/fleet", fleet.get_fleet_page, _READ),
        _page("/office/jobs", jobs.get_jobs_page, _READ),
        _page(_JOB, job.get_job_page, _READ),
        _deed(f"{_JOB}/retry", job.post_retry_page, _RUN),
        _deed(f"{_JOB}/cancel", job.post_cancel_page, _RUN),
        _deed(f"{_JOB}/aside", job.post_aside_page, _RUN),
    ]


def _page(path: str, handler: Handler, needs: Permission) -> Page:
    return Page(path=path, handler=handler, needs=needs)


def _deed(path: str, handler: Handler, needs: Permission) -> Page:
    return Page(method="POST", path=path, handler=handler, needs=needs)
