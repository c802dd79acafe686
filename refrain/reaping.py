"""Take back at once what a worker had that is known to be dead."""

from __future__ import annotations

from functools import partial

import structlog

from base.clock import system_clock
from base.database import Database
from base.errors import Refused
from base.settings import Settings
from catalog.aside import tell_if_set_aside
from catalog.fleet import is_known, leave
from catalog.retrying import Trouble
from catalog.states import Cause
from workers.leases import expire_of, give_back_all_of, patience

log = structlog.get_logger()


async def reap_worker(settings: Settings, name: str, *, cause: Cause | None, reason: str) -> int:
    """Take back the jobs of a worker; answer how many. One that lives lets go of them itself.

    Without a cause it was none of them: they are given back, and were not tried.

    Raises:
        Refused: `worker-unknown`, 404: it has no jobs, and is not known to work.
        Unavailable: the database is away; the jobs are free when their leases run out.

    """
    database = Database(settings.database_url)
    try:
        return await _reap(database, settings, name, cause=cause, reason=reason)
    finally:
        await database.close()


async def _reap(
    database: Database, settings: Settings, name: str, *, cause: Cause | None, reason: str
) -> int:
    now = system_clock()
    async with database.begin() as session:
        if cause is None:
            jobs = await give_back_all_of(session, name, reason=reason, now=now)
        else:
            trouble = Trouble(cause=cause, reason=reason, at=now)
            jobs = await expire_of(session, name, trouble, partial(patience, settings))
        for job in jobs:
            await tell_if_set_aside(session, job)
        if not (jobs or await is_known(session, name)):
            raise Refused("worker-unknown", f"There is no worker {name!r}.", status=404)
        await leave(session, name, now=now)
    ids = [str(job.id) for job in jobs]
    log.warning("worker gone", worker=name, cause=cause, why=reason, jobs=ids)
    return len(jobs)
