"""One worker process: lanes with threads of their own, and the relay beside them."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import dramatiq
import structlog

from base.settings import Settings
from catalog.jobs import Lane
from workers.actors import declare
from workers.broker import make_broker
from workers.evidence import take_evidence
from workers.holding import Holding, open_holding
from workers.plays import settle_plays
from workers.relay import relay
from workers.uploads import keep_uploads

log = structlog.get_logger()

#: How many jobs of a lane one process does at a time. An encode uses all cores by itself; but the
#: first part of a track does not wait until a long one before it is examined.
THREADS: Mapping[Lane, int] = {
    Lane.FAST: 2,
    Lane.LADDER: 1,
    Lane.INTAKE: 2,
    Lane.WEBHOOKS: 4,
}
_STOP_MS = 10_000
#: How long a lane sleeps when it finds no message: what a job waits at most, idle.
_POLL_MS = 100


async def work(settings: Settings, ready: Callable[[], None]) -> None:
    """Do jobs until a signal says stop; what is under way then is given back.

    `ready` is called when the first job could be taken.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for kind in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(kind, stop.set)
    async with open_holding(settings) as holding, _workers(settings, holding):
        log.info("worker ready", ffmpeg=holding.engine.version)
        ready()
        beside = [
            asyncio.create_task(relay(holding.tools, make_broker(settings))),
            asyncio.create_task(keep_uploads(holding.tools)),
            asyncio.create_task(take_evidence(holding.tools)),
            asyncio.create_task(settle_plays(holding.tools)),
            asyncio.create_task(stop.wait()),
        ]
        await asyncio.wait(beside, return_when=asyncio.FIRST_COMPLETED)
        for task in beside:
            task.cancel()
        for ended in await asyncio.gather(*beside, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
    log.info("worker stopped")


@asynccontextmanager
async def _workers(settings: Settings, holding: Holding) -> AsyncIterator[None]:
    """Run the threads of every lane; at the end, give back what they have not finished."""
    workers = []
    for lane, threads in THREADS.items():
        broker = make_broker(settings)  # one for each: a worker writes itself into its broker
        declare(broker, holding)
        workers.append(
            dramatiq.Worker(broker, queues={lane}, worker_threads=threads, worker_timeout=_POLL_MS)
        )
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for job in list(holding.running):
            job.cancel()
        await asyncio.gather(*(asyncio.to_thread(w.stop, timeout=_STOP_MS) for w in workers))
