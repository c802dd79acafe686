"""From rows to messages: send what goes next, and take back what fell silent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from logging import ERROR, WARNING

import redis
import structlog
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed, ConnectionFailed

from base.errors import RefrainError, Unavailable
from base.lookouts import Lookout
from base.tools import Tools
from catalog.aside import tell_if_set_aside
from catalog.fleet import at_work, slots
from catalog.models.jobs import Job
from catalog.states import Outcome
from workers.broker import next_sent_at, send
from workers.dispatch import (
    Chosen,
    Load,
    bundles,
    lanes_to_send,
    loads,
    mark_sent,
    next_jobs,
    room,
)
from workers.housekeeping import sweep_unneeded
from workers.leading import Leading
from workers.leases import expire, has_expired, patience
from workers.releasing import release_due
from workers.schedule import schedule_due

log = structlog.get_logger()

#: What a new job waits at most before its message is sent; a listener waits for what it makes.
_TURN_S = 0.1
#: Where there was something to send there soon is more.
_SOON_S = 0.02
_REAPER_S = 2.0
#: A message that left its lane so long ago, and nobody began what it told of, was lost.
_LOST_AFTER = timedelta(seconds=5)


async def relay(tools: Tools, broker: RedisBroker, name: str) -> None:
    """Send until cancelled; every worker would, and one at a time does."""
    leading, lookout = Leading(tools.valkey, "relay", name), Lookout(tools.database)
    try:
        while True:
            sent = 0
            try:
                if await leading.leads() and lookout.is_due():
                    sent = await send_waiting(tools, broker)
            except (Unavailable, redis.RedisError, ConnectionClosed, ConnectionFailed) as error:
                # Nothing is lost: the rows wait, and so do we.
                log.warning("relay waits", error=str(error))
                lookout.again()
                await asyncio.sleep(1)
            if sent:
                lookout.again()
            await asyncio.sleep(_SOON_S if sent else _TURN_S)
    finally:
        lookout.close()
        with suppress(Unavailable):
            await leading.resign()


async def keep_house(tools: Tools) -> None:
    """Take back jobs, remove what nobody needs and add what is periodic; every worker does.

    Apart from each other: a storage that does not answer keeps no job from being taken back.
    """
    async with asyncio.TaskGroup() as group:
        for turn in (reap, _sweep, schedule_due, release_due):
            group.create_task(_in_turns(tools, turn))


async def _in_turns(tools: Tools, turn: Callable[[Tools], Awaitable[None]]) -> None:
    while True:
        try:
            await turn(tools)
        except RefrainError as error:
            # Whatever it was, it is nobody's fault who waits for a job.
            is_to_be_expected = isinstance(error, Unavailable)
            log.log(WARNING if is_to_be_expected else ERROR, "housekeeping waits", error=str(error))
            # Who could not keep its leases meanwhile may do so first.
            await asyncio.sleep(tools.settings.lease_s / 3)
        await asyncio.sleep(_REAPER_S)


async def _sweep(tools: Tools) -> None:
    await sweep_unneeded(tools.database, tools.storage, tools.clock)


async def reap(tools: Tools) -> None:
    """Take jobs from workers that fell silent."""
    async with tools.database.read() as session:
        if not await has_expired(session, now=tools.clock()):
            return  # most turns end here, without asking for the write lock
    async with tools.database.begin() as session:
        patience_with = partial(patience, tools.settings)
        for job in await expire(session, patience_with, now=tools.clock()):
            log.warning("job taken back", job=str(job.id), state=job.state)
            _tell_lost(tools, job)
            await tell_if_set_aside(session, job)


def _tell_lost(tools: Tools, job: Job) -> None:
    """Tell of an attempt whose worker told nothing more."""
    facts = {"refrain.job": str(job.id), "refrain.outcome": Outcome.EXPIRED}
    with tools.tracing.span(job.kind, trace=job.trace, facts=facts):
        pass


async def send_waiting(tools: Tools, broker: RedisBroker) -> int:
    """Send what lanes have room for, in the order it shall go; answer how many jobs."""
    now = tools.clock()
    async with tools.database.read() as session:
        lanes = await lanes_to_send(session, now=now, lost_before=now - _LOST_AFTER)
        if not lanes:
            return 0
        capacity = slots(await at_work(session, now=now))
    sent = 0
    for lane in lanes:
        lost_before = await _lost_before(tools, lane, now=now)
        chosen = await _claim(tools, lane, capacity[lane], now=now, lost_before=lost_before)
        if chosen:
            # After the commit: a message for a row that was rolled back would tell of nothing,
            # and one that is lost here is sent again by and by.
            await asyncio.to_thread(send, broker, lane, bundles(chosen), now=now)
        sent += len(chosen)
    return sent


async def _lost_before(tools: Tools, lane: str, *, now: datetime) -> datetime:
    oldest = await next_sent_at(tools.valkey, lane)
    long_ago = now - _LOST_AFTER
    return min(oldest, long_ago) if oldest else long_ago


async def _claim(
    tools: Tools, lane: str, capacity: int, *, now: datetime, lost_before: datetime
) -> list[Chosen]:
    async with tools.database.read() as session:
        load = (await loads(session, lost_before=lost_before)).get(lane, Load())
        if not (left := room(load, capacity)):
            return []
        found = await next_jobs(session, lane, now=now, lost_before=lost_before)
        chosen = left.fill(found)
    if not chosen:
        return []
    async with tools.database.begin(is_lasting=False) as session:
        return await mark_sent(session, chosen, now=now, lost_before=lost_before)
