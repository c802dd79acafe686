"""From rows to messages: send what waits, and take back what fell silent."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import redis
import structlog
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed, ConnectionFailed

from base.errors import Unavailable
from base.tools import Tools
from catalog.jobs import Lane
from catalog.states import JobState
from workers.aside import tell_if_set_aside
from workers.broker import is_empty, send
from workers.housekeeping import sweep_unneeded, tidy
from workers.leases import claim_to_send, expire, has_to_send

log = structlog.get_logger()

#: What a new job waits at most before its message is sent; a listener waits for what it makes.
_TURN_S = 0.1
_REAPER_TURNS = 20
_TIDY_TURNS = 36_000  # an hour
#: A message that nobody took for so long, while its lane stood empty, was lost.
_LOST_AFTER = timedelta(seconds=5)
#: With messages waiting it may be among them; a second one does no harm.
_OLD_AFTER = timedelta(minutes=10)


async def relay(tools: Tools, broker: RedisBroker) -> None:
    """Work until cancelled; every worker runs one, and they do not get into each other's way."""
    turn = 0
    while True:
        lost_after = _OLD_AFTER
        try:
            if turn % _REAPER_TURNS == 0:
                await _reap(tools)
                lost_after = await _lost_after(broker)
            if turn % _TIDY_TURNS == 0:
                await tidy(tools)
            await _send_waiting(tools, broker, lost_after)
            if turn % _REAPER_TURNS == 0:
                await sweep_unneeded(tools.database, tools.storage, tools.clock)
        except (Unavailable, redis.RedisError, ConnectionClosed, ConnectionFailed) as error:
            # Nothing is lost: the rows wait, and so do we.
            log.warning("relay waits", error=str(error))
            await asyncio.sleep(1)
        turn += 1
        await asyncio.sleep(_TURN_S)


async def _reap(tools: Tools) -> None:
    async with tools.database.begin() as session:
        expired = await expire(
            session, now=tools.clock(), most_attempts=tools.settings.job_attempts
        )
        for job in expired:
            log.warning("job taken back", job=str(job.id), state=job.state)
            await tell_if_set_aside(session, JobState(job.state), job.kind, job.payload["subject"])


async def _lost_after(broker: RedisBroker) -> timedelta:
    lanes_empty = await asyncio.to_thread(lambda: all(is_empty(broker, lane) for lane in Lane))
    return _LOST_AFTER if lanes_empty else _OLD_AFTER


async def _send_waiting(tools: Tools, broker: RedisBroker, lost_after: timedelta) -> None:
    now = tools.clock()
    lost_before = now - lost_after
    async with tools.database.read() as session:
        if not await has_to_send(session, now=now, lost_before=lost_before):
            return  # most turns end here, without asking for the write lock
    async with tools.database.begin() as session:
        claimed = await claim_to_send(session, now=now, lost_before=lost_before)
    # After the commit: a message for a row that was rolled back would tell of nothing,
    # and one that is lost here is sent again by and by.
    for job_id, lane in claimed:
        await asyncio.to_thread(send, broker, lane, str(job_id))
