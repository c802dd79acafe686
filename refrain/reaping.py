"""Take back at once what a worker had that is known to be dead."""

from __future__ import annotations

import structlog

from base.clock import Clock, system_clock
from base.database import Database
from base.settings import Settings
from catalog.fleet import leave
from catalog.states import Cause, JobState
from workers.aside import tell_if_set_aside
from workers.leases import Failure, expire_of

log = structlog.get_logger()


async def reap_worker(settings: Settings, name: str, *, cause: Cause, reason: str) -> int:
    """Take back the jobs of a worker; answer how many. One that lives lets go of them itself.

    Raises:
        Unavailable: the database is away; the jobs are free when their leases run out.

    """
    database = Database(settings.database_url)
    try:
        return await reap(
            database, system_clock, name, Failure(cause=cause, reason=reason), settings.job_attempts
        )
    finally:
        await database.close()


async def reap(
    database: Database, clock: Clock, name: str, failure: Failure, most_attempts: int
) -> int:
    """Take back the jobs of a worker in one transaction, and forget it."""
    now = clock()
    async with database.begin() as session:
        jobs = await expire_of(session, name, failure, now=now, most_attempts=most_attempts)
        for job in jobs:
            await tell_if_set_aside(session, JobState(job.state), job.kind, job.payload["subject"])
        await leave(session, name, now=now)
    log.warning(
        "worker gone",
        worker=name,
        cause=failure.cause,
        why=failure.reason,
        jobs=[str(job.id) for job in jobs],
    )
    return len(jobs)
