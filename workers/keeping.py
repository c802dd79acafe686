"""A worker says that it lives, keeps what it has, and lets go of what it lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from base.errors import Unavailable
from catalog.fleet import leave, report
from workers.holding import Holding, Running
from workers.leases import done_by, extend, still_ours, stopped_by_people
from workers.stopping import Stopping

log = structlog.get_logger()

#: Within this a job that was cancelled, or taken by another, is let go.
_TURN_S = 0.4
_REPORT_S = 4.0
_TOLD_AGAIN_S = 5.0


async def keep(holding: Holding, stopping: Stopping) -> None:
    """Keep the leases of what is under way until cancelled; end the work whose lease is lost.

    A lease that cannot be extended because the database is away runs out; whoever writes asks
    first whether it still holds, so that work is lost then, and nothing else. A connection that
    does not answer is left for another while there is time.
    """
    patience_s = holding.tools.settings.lease_s / 4
    now_s = asyncio.get_running_loop().time
    extended_s = reported_s = float("-inf")
    is_draining = False
    while True:
        begun_s = now_s()
        is_due = begun_s - extended_s >= holding.tools.settings.lease_s / 3
        try:
            async with asyncio.timeout(patience_s):
                if holding.running:
                    await let_go_of_lost(holding, extends=is_due)
                is_news = is_draining != stopping.is_asked
                if is_news or begun_s - reported_s >= _REPORT_S:
                    is_draining = stopping.is_asked
                    await say_alive(holding, is_draining=is_draining)
                    reported_s = begun_s
        except (Unavailable, TimeoutError) as error:
            log.warning("leases not kept", error=repr(error))
        else:  # what was not kept is tried again at once
            extended_s = begun_s if is_due else extended_s
        await asyncio.sleep(_TURN_S)


async def let_go_of_lost(holding: Holding, *, extends: bool) -> None:
    """End the work whose lease is lost, extending the others where it is time to."""
    running = dict(holding.running)  # what begins meanwhile is not asked for
    kept = await (_extended(holding, running) if extends else _held(holding, running))
    now_s = asyncio.get_running_loop().time()
    lost = [
        one
        for lease, one in running.items()
        # Not again at once: a second word would cut short how it cleans up.
        if lease not in kept and lease in holding.running and now_s - one.told_s >= _TOLD_AGAIN_S
    ]
    if lost:
        await _end(holding, lost, now_s=now_s)


async def _end(holding: Holding, lost: Sequence[Running], *, now_s: float) -> None:
    """End work, and tell what people stopped from what another took."""
    ids = [one.leased.id for one in lost]
    async with holding.tools.database.read() as session:
        stopped = await stopped_by_people(session, ids)
        done = await done_by(session, ids, worker=holding.post.name)
    for one in lost:
        about = {"job": str(one.leased.id), "kind": one.leased.kind}
        if one.leased.id in done:
            continue  # it has just been done, and cleans up
        if one.leased.id in stopped:
            log.info("job stopped", **about)
        else:
            log.warning("lease lost", **about)
        one.told_s = now_s
        one.task.cancel()


async def say_alive(holding: Holding, *, is_draining: bool = False) -> None:
    """Say that this worker lives, and whether it takes more."""
    tools = holding.tools
    async with tools.database.begin(is_lasting=False) as session:
        await report(session, holding.post, is_draining=is_draining, now=tools.clock())


async def say_farewell(holding: Holding) -> None:
    """Say that this worker ends."""
    async with holding.tools.database.begin(is_lasting=False) as session:
        await leave(session, holding.post.name, now=holding.tools.clock())


async def _extended(holding: Holding, running: dict[UUID, Running]) -> set[UUID]:
    tools = holding.tools
    until = tools.clock() + timedelta(seconds=tools.settings.lease_s)
    async with tools.database.begin(is_lasting=False) as session:
        return await extend(session, running, until=until)


async def _held(holding: Holding, running: dict[UUID, Running]) -> set[UUID]:
    async with holding.tools.database.read() as session:
        return await still_ours(session, running)
