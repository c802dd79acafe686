"""Releases come out and go when it is time: found every few seconds, and done by a job."""

from __future__ import annotations

from uuid import UUID

import structlog

from base.tools import Tools
from catalog.jobs import NewJob, add_again
from catalog.kinds import Kind
from catalog.releases import due_releases
from catalog.supplied_due import due_supplied, lock_supplied
from ingest.coming_out import publish_due
from ingest.ddex.standing import settle_release
from workers.holding import Holding
from workers.leases import Leased, finish

log = structlog.get_logger()


async def release_due(tools: Tools) -> None:
    """Order that what is due comes out; any number of processes may, as often as they like.

    Raises:
        Unavailable: the database is away.

    """
    async with tools.database.read() as session:
        scheduled = await due_releases(session, now=tools.clock())
        supplied = await due_supplied(session, now=tools.clock())
    found = {**dict(scheduled), **dict(supplied)}
    if not found:
        return  # most turns end here, without asking for the write lock
    async with tools.database.begin() as session:
        for release_id, owner_id in found.items():
            job = NewJob(
                kind=Kind.RELEASE, subject=str(release_id), request_id="schedule", owner_id=owner_id
            )
            await add_again(session, job, now=tools.clock())


async def publish_release(holding: Holding, leased: Leased) -> None:
    """Let a release come out; one that was recalled meanwhile stays as it is.

    Of one that a label delivered its deals say what becomes of it.

    Raises:
        Refused: `lease-lost`.

    """
    tools = holding.tools
    async with tools.database.begin() as session:
        await finish(session, leased, now=tools.clock())
        release_id, request_id = UUID(leased.subject), leased.request_id
        for supplied in await lock_supplied(session, release_id):
            await settle_release(session, supplied, request_id=request_id, now=tools.clock())
        await publish_due(session, release_id, request_id=request_id, now=tools.clock())
    log.info("release seen to", release=leased.subject)
