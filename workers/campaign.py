"""The catalogue is made anew little by little, with what is left over, when somebody says so."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from base.database import Session
from base.errors import Unavailable
from base.tools import Tools
from catalog.jobs import NewJob, add_again
from catalog.kinds import Kind
from catalog.models.reencoding import Reencoding
from catalog.reencoding import (
    Target,
    load_of,
    newest_target,
    next_outdated,
    outdated_masters,
    see_target,
    subject_of,
)
from catalog.throttle import Pace, may_begin
from workers.anew import own_target
from workers.holding import Holding

log = structlog.get_logger()

_TURN_S = 30.0
#: As many are looked for as may be begun in one turn.
_AT_ONCE = 50
_REQUEST = "reencode"


async def keep_reencoding(holding: Holding) -> None:
    """Say what this worker makes renditions by, and begin masters until cancelled; all do."""
    is_seen = False
    while True:
        try:
            if not is_seen:
                await announce(holding.tools, own_target(holding.engine))
                is_seen = True
            await begin_some(holding.tools)
        except Unavailable as error:
            log.warning("re-encoding waits", error=str(error))
        await asyncio.sleep(_TURN_S)


async def announce(tools: Tools, target: Target) -> None:
    """Write down what a worker makes renditions by, and note where the catalogue differs."""
    async with tools.database.begin() as session:
        await see_target(session, target, now=tools.clock())
    async with tools.database.read() as session:
        row = await newest_target(session)
        masters = 0
        if row is not None:
            masters, _ = await outdated_masters(session, row, with_unknown=False)
    if row is None or row.target != target.name:
        log.warning("renditions are made in an older way here", target=target.name)
    elif masters:
        log.warning("renditions are made in another way now", masters=masters, to=row.encoder)
        if tools.settings.reencode == "auto":
            await _start(tools, target)


async def _start(tools: Tools, target: Target) -> None:
    async with tools.database.begin() as session:
        row = await newest_target(session, lock=True)
        if row is not None and row.target == target.name:
            row.started_at = row.started_at or tools.clock()


async def begin_some(tools: Tools) -> int:
    """Add jobs for as many masters as may be begun now; answer how many."""
    async with tools.database.read() as session:
        row = await _running(session)
        if row is None or not await _number(session, tools, row, [0.0]):
            return 0
        jobs = await _next(session, row)
    if not jobs:
        return 0  # most turns end before this, without asking for the write lock
    async with tools.database.begin() as session:
        row = await _running(session, lock=True)
        if row is None:
            return 0
        number = await _number(session, tools, row, [job.estimate_s for job in jobs])
        for job in jobs[:number]:
            await add_again(session, job, now=tools.clock())
    if number:
        log.info("masters begun to be made anew", masters=number)
    return number


async def _running(session: Session, *, lock: bool = False) -> Reencoding | None:
    row = await newest_target(session, lock=lock)
    if row is None or row.started_at is None or row.paused_at is not None:
        return None
    return row


async def _number(session: Session, tools: Tools, row: Reencoding, costs_s: Sequence[float]) -> int:
    per_hour = tools.settings.reencode_masters_per_hour
    pace = Pace(masters_per_hour=per_hour, throttle=row.throttle)
    return may_begin(await load_of(session, now=tools.clock()), costs_s, pace)


async def _next(session: Session, row: Reencoding) -> list[NewJob]:
    found = await next_outdated(session, row, limit=_AT_ONCE)
    return [
        NewJob(
            kind=Kind.REENCODE,
            subject=subject_of(one.master_id, row.target),
            request_id=_REQUEST,
            audio_s=one.audio_s,
        )
        for one in found
    ]
