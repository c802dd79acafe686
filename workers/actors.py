"""What each kind of job runs, and one actor a lane that runs it under a lease."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from uuid import UUID

import dramatiq
import structlog

from base.errors import Refused, Unavailable
from catalog.jobs import ATTEMPTS, Kind, Lane
from workers.artworks import make_artwork
from workers.aside import tell_if_set_aside
from workers.comparing import compare_master
from workers.holding import Holding
from workers.leases import Leased, extend, fail, give_back, take
from workers.media import examine_master
from workers.pieces import join_pieces, make_piece
from workers.splitting import make_or_split_ladder
from workers.unpacking import unpack_archive
from workers.webhooks import deliver_event

log = structlog.get_logger()

Work = Callable[[Holding, Leased], Coroutine[None, None, None]]
WORK: Mapping[str, Work] = {
    Kind.EXAMINE: examine_master,
    Kind.LADDER: make_or_split_ladder,
    Kind.PIECE: make_piece,
    Kind.JOIN: join_pieces,
    Kind.COMPARE: compare_master,
    Kind.UNPACK: unpack_archive,
    Kind.ARTWORK: make_artwork,
    Kind.DELIVER: deliver_event,
}


def declare(broker: dramatiq.Broker, holding: Holding) -> None:
    """Make the broker know one actor for each lane; jobs run in the loop of this call."""
    loop = asyncio.get_running_loop()

    def perform_job(job_id: str) -> None:
        asyncio.run_coroutine_threadsafe(perform(holding, UUID(job_id)), loop).result()

    for lane in Lane:
        dramatiq.actor(actor_name=lane, queue_name=lane, broker=broker)(perform_job)


async def perform(holding: Holding, job_id: UUID) -> None:
    """Do a job if it is free: once at a time anywhere, and until it is done."""
    tools = holding.tools
    lease = timedelta(seconds=tools.settings.lease_s)
    async with tools.database.begin() as session:
        leased = await take(session, job_id, now=tools.clock(), lease=lease)
    if leased is None:
        return
    names = {"job": str(leased.id), "kind": leased.kind, "request": leased.request_id}
    with structlog.contextvars.bound_contextvars(**names):
        await _perform_leased(holding, leased, lease)


async def _perform_leased(holding: Holding, leased: Leased, lease: timedelta) -> None:
    work = asyncio.create_task(WORK[leased.kind](holding, leased))
    keeping = asyncio.create_task(_keep(holding, leased, lease, work))
    holding.running.add(work)
    try:
        await work
    except asyncio.CancelledError:
        await _give_back(holding, leased)
    except Exception as error:  # noqa: BLE001 - whatever it was, the row must say so
        await _fail(holding, leased, error)
    finally:
        holding.running.discard(work)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def _keep(
    holding: Holding, leased: Leased, lease: timedelta, work: asyncio.Task[None]
) -> None:
    """Extend the lease while the work goes on; stop the work when the lease is lost."""
    tools = holding.tools
    while True:
        await asyncio.sleep(lease.total_seconds() / 3)
        try:
            async with tools.database.begin() as session:
                await extend(session, leased, until=tools.clock() + lease)
        except Refused:
            log.warning("lease lost")
            work.cancel()
            return
        except Exception:  # the next turn may succeed; if none does, the lease runs out
            log.exception("lease not extended")


async def _give_back(holding: Holding, leased: Leased) -> None:
    try:
        async with holding.tools.database.begin() as session:
            await give_back(session, leased)
    except Refused:
        return  # it was lost before
    log.info("job given back")


async def _fail(holding: Holding, leased: Leased, error: Exception) -> None:
    tools = holding.tools
    if isinstance(error, Unavailable):  # as was to be expected now and then
        log.warning("job put off", attempt=leased.attempt, code=error.code, why=error.sentence)
    else:
        log.error("job failed", attempt=leased.attempt, exc_info=error)
    try:
        async with tools.database.begin() as session:
            state = await fail(
                session,
                leased,
                now=tools.clock(),
                reason=f"{type(error).__name__}: {error}",
                most_attempts=ATTEMPTS.get(Kind(leased.kind), tools.settings.job_attempts),
            )
            await tell_if_set_aside(session, state, leased.kind, leased.subject)
    except Refused:
        log.warning("lease lost")
