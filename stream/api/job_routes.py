"""The part of the table that is about jobs, for operators."""

from __future__ import annotations

from stream.api.jobs import (
    EditJob,
    JobDocument,
    JobList,
    JobQuery,
    WhyAside,
    cancel_job,
    get_job,
    get_jobs,
    patch_job,
    quarantine_job,
    retry_job,
)
from stream.api.openapi import Route


def job_routes() -> list[Route]:
    """Answer every operation on jobs."""
    return [
        Route(
            method="GET",
            path="/api/v1/jobs",
            handler=get_jobs,
            summary="For operators: jobs, the newest first; go on with `cursor`.",
            query=JobQuery,
            answers={200: JobList},
            problems=(401, 403, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/jobs/{job}",
            handler=get_job,
            summary="For operators: a job and every attempt at it.",
            answers={200: JobDocument},
            problems=(401, 403, 404),
        ),
        Route(
            method="PATCH",
            path="/api/v1/jobs/{job}",
            handler=patch_job,
            summary="For operators: let a job go before others of its lane.",
            body=EditJob,
            answers={200: JobDocument},
            problems=(401, 403, 404, 409, 422),
        ),
        Route(
            method="POST",
            path="/api/v1/jobs/{job}/retry",
            handler=retry_job,
            summary="For operators: let a job be done again, also one that is done.",
            answers={200: JobDocument},
            problems=(401, 403, 404, 409),
        ),
        Route(
            method="POST",
            path="/api/v1/jobs/{job}/cancel",
            handler=cancel_job,
            summary="For operators: stop a job; one under way within a second.",
            answers={200: JobDocument},
            problems=(401, 403, 404, 409),
        ),
        Route(
            method="POST",
            path="/api/v1/jobs/{job}/quarantine",
            handler=quarantine_job,
            summary="For operators: set a job aside, and say why.",
            body=WhyAside,
            answers={200: JobDocument},
            problems=(401, 403, 404, 409, 422),
        ),
    ]
