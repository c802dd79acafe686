"""The part of the table that is about jobs, for operators."""

from __future__ import annotations

from pydantic import BaseModel

from catalog.permissions import Permission
from stream.api.jobs import (
    EditJob,
    JobDocument,
    JobList,
    JobName,
    JobQuery,
    WhyAside,
    cancel_job,
    get_job,
    get_jobs,
    patch_job,
    quarantine_job,
    retry_job,
)
from stream.api.openapi import Handler, Route


def job_routes() -> list[Route]:
    """Answer every operation on jobs."""
    return [
        Route(
            method="GET",
            path="/api/v1/jobs",
            handler=get_jobs,
            needs=Permission.FLEET_READ,
            summary="For operators: jobs, the newest first; go on with `cursor`.",
            query=JobQuery,
            answers={200: JobList},
            problems=(401, 403, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/jobs/{job}",
            places={"job": JobName},
            handler=get_job,
            needs=Permission.FLEET_READ,
            summary="For operators: a job and every attempt at it.",
            answers={200: JobDocument},
            problems=(401, 403, 404),
        ),
        Route(
            method="PATCH",
            path="/api/v1/jobs/{job}",
            handler=patch_job,
            needs=Permission.FLEET_RUN,
            summary="For operators: let a job go before others of its lane.",
            body=EditJob,
            answers={200: JobDocument},
            problems=(401, 403, 404, 409, 422),
            is_conditional=True,
        ),
        _act("retry", retry_job, "let a job be done again, also one that is done."),
        _act("cancel", cancel_job, "stop a job; one under way within a second."),
        _act("quarantine", quarantine_job, "set a job aside, and say why.", body=WhyAside),
    ]


def _act(name: str, handler: Handler, what: str, *, body: type[BaseModel] | None = None) -> Route:
    return Route(
        method="POST",
        path=f"/api/v1/jobs/{{job}}/{name}",
        handler=handler,
        needs=Permission.FLEET_RUN,
        summary=f"For operators: {what}",
        body=body,
        answers={200: JobDocument},
        problems=(401, 403, 404, 409, 422),
    )
