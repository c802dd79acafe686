"""Messages are fetched when there is room for what they tell of, and not before.

What one worker fetched ahead another could not begin, though it had nothing to do; so the worker
of Dramatiq, which does, is not used here, and its broker is.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import redis
import structlog
from dramatiq import Consumer
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed, ConnectionFailed, DecodeError

from base.errors import Unavailable
from base.valkey import Valkey, heard, reached
from workers.broker import SENT

log = structlog.get_logger()

#: How long a lane is left alone when nothing was said of it: what a job waits at most whose
#: message came unheard.
_UNHEARD_S = 1.0
_AWAY_S = 1.0
_LISTEN_S = 30.0

Perform = Callable[[Sequence[UUID]], Awaitable[None]]


class Consuming:
    """The lanes of one worker, and how much of each is under way."""

    def __init__(self, broker: RedisBroker, lanes: Mapping[str, int], perform: Perform) -> None:
        """Prepare to take `lanes`, each so many messages at a time."""
        # Who finds nothing comes back at once; we know when to ask.
        self._consumers = {lane: broker.consume(lane, prefetch=1, timeout=1) for lane in lanes}
        self._lanes = lanes
        self._perform = perform
        self._busy: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._is_stopped = False

    def stop(self) -> None:
        """Take nothing more; `run` ends soon, and loses no message on the way."""
        self._is_stopped = True
        self._woken.set()

    async def run(self, valkey: Valkey) -> None:
        """Take messages until stopped; what was begun goes on."""
        async with _woken_by(valkey, self._woken):
            while not self._is_stopped:
                self._woken.clear()
                try:
                    for lane in self._lanes:
                        await self._take(lane)
                except (redis.RedisError, ConnectionClosed, ConnectionFailed) as error:
                    log.warning("no messages", error=str(error))
                    await asyncio.sleep(_AWAY_S)
                with suppress(TimeoutError):
                    async with asyncio.timeout(_UNHEARD_S):
                        await self._woken.wait()

    @property
    def is_busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._tasks)

    async def drained(self, timeout_s: float | None = None) -> None:
        """Wait until nothing is under way, or so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self._tasks:
                    await asyncio.wait(self._tasks)

    async def _take(self, lane: str) -> None:
        while self._busy[lane] < self._lanes[lane] and not self._is_stopped:
            jobs = await asyncio.to_thread(_next, self._consumers[lane])
            if jobs is None:
                return
            if not jobs:  # it was not understood
                continue
            self._busy[lane] += 1
            task = asyncio.create_task(self._do(lane, jobs))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _do(self, lane: str, jobs: Sequence[UUID]) -> None:
        try:
            await self._perform(jobs)
        except Unavailable as error:  # the rows were not taken; their message will come again
            log.warning("jobs not taken", jobs=len(jobs), why=str(error))
        except Exception:
            log.exception("jobs not taken", jobs=[str(job) for job in jobs])
        finally:
            self._busy[lane] -= 1
            self._woken.set()


def _next(consumer: Consumer) -> Sequence[UUID] | None:
    try:
        message = next(consumer)
    except DecodeError:
        log.exception("message not understood")
        return []
    if message is None:
        return None
    # It has told what it had to tell: from here on the rows say what becomes of the jobs.
    consumer.ack(message)
    try:
        return jobs_told(message.args)
    except (TypeError, ValueError):
        # Of another version, or nobody's: the rows will be told of again.
        log.exception("message not understood", args=message.args)
        return []


def jobs_told(args: Sequence[Any]) -> list[UUID]:
    """Answer the jobs that a message tells of.

    Raises:
        TypeError, ValueError: it is no message of ours.

    """
    told = args[0] if args else None
    # Versions before this one told of one job; those after it may tell more.
    return [UUID(told)] if isinstance(told, str) else [UUID(str(one)) for one in told or ()]


@asynccontextmanager
async def _woken_by(valkey: Valkey, woken: asyncio.Event) -> AsyncIterator[None]:
    listening = asyncio.create_task(_listen(valkey, woken))
    try:
        yield
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def _listen(valkey: Valkey, woken: asyncio.Event) -> None:
    while True:
        try:
            with reached():
                async with valkey.pubsub() as ear:
                    await ear.subscribe(SENT)
                    while True:
                        if await heard(ear, wait_s=_LISTEN_S):
                            woken.set()
        except Unavailable:
            await asyncio.sleep(_AWAY_S)  # meanwhile the lanes are looked at by the clock
