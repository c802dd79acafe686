"""One worker process: messages come in by lanes, and beside them goes what keeps the house."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import structlog

from base.settings import Settings
from catalog.jobs import Lane
from workers.actors import perform
from workers.broker import make_broker
from workers.campaign import keep_reencoding
from workers.consuming import Consuming
from workers.evidence import take_evidence
from workers.holding import Holding, open_holding
from workers.keeping import keep, say_alive, say_farewell
from workers.plays import settle_plays
from workers.relay import keep_house, relay
from workers.uploads import keep_uploads

log = structlog.get_logger()

#: How many messages of a lane one process deals with at a time. An encode uses all cores by itself;
#: but the first part of a track does not wait until a long one before it is examined.
SLOTS: Mapping[str, int] = {
    Lane.FIRST: 2,
    Lane.LADDER: 1,
    Lane.LONG: 1,
    Lane.ANALYSIS: 1,
    Lane.INTAKE: 2,
    Lane.WEBHOOKS: 4,
    Lane.BACKGROUND: 1,
    Lane.HOUSEKEEPING: 1,
}


async def work(settings: Settings, ready: Callable[[], None]) -> None:
    """Do jobs until a signal says stop; what is under way then is given back.

    `ready` is called when the first job could be taken.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for kind in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(kind, stop.set)
    async with open_holding(settings, SLOTS) as holding:
        log.info("worker ready", ffmpeg=holding.engine.version, worker=holding.post.name)
        tools, broker = holding.tools, make_broker(settings)
        await say_alive(holding)
        beside = [
            keep(holding),
            relay(tools, broker, holding.post.name),
            keep_house(tools),
            keep_uploads(tools),
            take_evidence(tools),
            settle_plays(tools),
            keep_reencoding(holding),
            stop.wait(),
        ]
        async with _consuming(holding):
            ready()
            await _until_one_ends(beside)
        await say_farewell(holding)
    log.info("worker stopped")


async def _until_one_ends(works: Sequence[Coroutine[Any, Any, object]]) -> None:
    """Run all until one ends, which only a signal or a fault brings about; end the others."""
    tasks = [asyncio.create_task(one) for one in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended


@asynccontextmanager
async def _consuming(holding: Holding) -> AsyncIterator[None]:
    """Take messages while the block lasts; at its end, give back what is not finished."""
    broker = make_broker(holding.tools.settings)
    consuming = Consuming(broker, holding.post.lanes, partial(perform, holding))
    taking = asyncio.create_task(consuming.run(holding.tools.valkey))
    try:
        yield
    finally:
        taking.cancel()
        await asyncio.gather(taking, return_exceptions=True)
        for one in list(holding.running.values()):
            one.task.cancel()
        await consuming.drained()
