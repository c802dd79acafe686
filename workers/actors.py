"""What each kind of job runs, under a lease: once at a time anywhere, and until it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog

from base.errors import Refused, Unavailable
from catalog.jobs import ATTEMPTS, Kind
from catalog.states import Cause
from workers.anew import reencode_master
from workers.artworks import make_artwork
from workers.aside import tell_if_set_aside
from workers.comparing import compare_master
from workers.fsck import check_store
from workers.holding import Holding, Running
from workers.housekeeping import tidy_house
from workers.leases import Failure, Leased, fail, give_back, leave_to_others, take
from workers.media import examine_master
from workers.pieces import join_pieces, make_piece
from workers.recheck import recheck_rendition
from workers.splitting import make_or_split_ladder
from workers.unpacking import unpack_archive
from workers.webhooks import deliver_event

log = structlog.get_logger()

_AGAIN_S = 0.5

Work = Callable[[Holding, Leased], Coroutine[None, None, None]]


async def do_nothing(holding: Holding, leased: Leased) -> None:
    """End a job that is only there to be measured."""
    await holding.ends.finish(leased)


WORK: Mapping[str, Work] = {
    Kind.EXAMINE: examine_master,
    Kind.LADDER: make_or_split_ladder,
    Kind.PIECE: make_piece,
    Kind.JOIN: join_pieces,
    Kind.REENCODE: reencode_master,
    Kind.RECHECK: recheck_rendition,
    Kind.COMPARE: compare_master,
    Kind.UNPACK: unpack_archive,
    Kind.ARTWORK: make_artwork,
    Kind.DELIVER: deliver_event,
    Kind.TIDY: tidy_house,
    Kind.FSCK: check_store,
    Kind.NOTHING: do_nothing,
}


async def perform(
    holding: Holding, job_ids: Sequence[UUID], work: Mapping[str, Work] = WORK
) -> None:
    """Do those of the jobs that are free.

    Raises:
        Unavailable: the database is away; none was taken.

    """
    taken = await _take(holding, job_ids)
    await asyncio.gather(*(_perform_leased(holding, leased, work) for leased in taken))


async def _take(holding: Holding, job_ids: Sequence[UUID]) -> list[Leased]:
    tools, name = holding.tools, holding.post.name
    now = tools.clock()
    lease = timedelta(seconds=tools.settings.lease_s)
    async with tools.database.begin(is_lasting=False) as session:
        await leave_to_others(session, job_ids, worker=name, now=now)
        return await take(session, job_ids, worker=name, now=now, lease=lease)


async def _perform_leased(holding: Holding, leased: Leased, work: Mapping[str, Work]) -> None:
    names = {"job": str(leased.id), "kind": leased.kind, "request": leased.request_id}
    with structlog.contextvars.bound_contextvars(**names):
        task = asyncio.create_task(work[leased.kind](holding, leased))
        holding.running[leased.lease] = Running(leased=leased, task=task)
        try:
            await task
        except asyncio.CancelledError:
            await _written(holding, partial(_give_back, holding, leased))
        except Exception as error:  # noqa: BLE001 - whatever it was, the row must say so
            await _written(holding, partial(_fail, holding, leased, error))
        finally:
            del holding.running[leased.lease]


async def _written(holding: Holding, write: Callable[[], Coroutine[None, None, None]]) -> None:
    """Write how an attempt ended, as soon as the database hears it.

    It is not said for longer than a lease lasts: by then another may have begun, who says it.
    """
    lease_s, now_s = holding.tools.settings.lease_s, asyncio.get_running_loop().time
    until_s = now_s() + lease_s
    while now_s() < until_s:
        try:
            return await write()
        except Unavailable as error:
            log.warning("end of a job not written", error=str(error))
            await asyncio.sleep(_AGAIN_S)
    return None


async def _give_back(holding: Holding, leased: Leased) -> None:
    try:
        async with holding.tools.database.begin() as session:
            await give_back(session, leased, now=holding.tools.clock())
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
                _failure(error),
                now=tools.clock(),
                most_attempts=ATTEMPTS.get(Kind(leased.kind), tools.settings.job_attempts),
            )
            await tell_if_set_aside(session, state, leased.kind, leased.subject)
    except Refused:
        log.warning("lease lost")


def _failure(error: Exception) -> Failure:
    cause = Cause.UNAVAILABLE if isinstance(error, Unavailable) else Cause.FAULT
    return Failure(cause=cause, reason=f"{type(error).__name__}: {error}")
