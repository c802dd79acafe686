"""One worker process: messages come in by lanes, and beside them goes what keeps the house."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import structlog
from dramatiq.brokers.redis import RedisBroker

from base.errors import Unavailable
from base.settings import Settings
from catalog.kinds import Lane
from workers.actors import perform
from workers.broker import make_broker
from workers.campaign import keep_reencoding
from workers.consuming import Consuming
from workers.evidence import take_evidence
from workers.holding import Holding, open_holding
from workers.inboxes import keep_inboxes
from workers.keeping import keep, say_alive, say_farewell
from workers.lanes import with_jobs
from workers.plays import settle_plays
from workers.proving import keep_chained
from workers.relay import keep_house, relay
from workers.scratch import keep_swept
from workers.searching import keep_searched
from workers.stopping import Stopping
from workers.uploads import keep_uploads

log = structlog.get_logger()

#: A job that was just taken when the end came is found within this.
_TURN_S = 0.1

#: How many objects are made before the youngest are looked at, of which a batch of plays makes many
#: thousands; and how often the older ones are among them.
_COLLECTED = (20_000, 10, 10)

Works = Iterable[Coroutine[Any, Any, object]]


async def work(settings: Settings, ready: Callable[[str], None]) -> None:
    """Do jobs until a signal says stop; what cannot be finished in time then is given back.

    `ready` is called with the worker's name when the first job could be taken.
    """
    stopping = Stopping()
    stopping.heed_signals()
    async with open_holding(settings) as holding:
        name = holding.post.name
        log.info("worker ready", ffmpeg=holding.engine.version, worker=name)
        await say_alive(holding)
        broker = make_broker(settings)
        async with (
            _kept(holding, stopping) as keeping,
            _consuming(holding, broker, stopping) as taking,
        ):
            ready(name)
            _forget_the_beginning()
            works = [*_beside(holding, broker), stopping.asked(), keeping, taking]
            await _until_one_ends(works)
        await _say_farewell(holding)
    log.info("worker stopped", worker=name)


def _forget_the_beginning() -> None:
    """Let the garbage collector look only at what comes from now on.

    What a worker begins with stays, and is most of what it has: to look through it again with
    every batch of plays was a fifth of what settling took.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED)


def _beside(holding: Holding, broker: RedisBroker) -> Works:
    """Answer what goes on beside the jobs: whoever works may send, the rest is for its lanes."""
    tools, lanes = holding.tools, holding.post.lanes
    yield relay(tools, broker, holding.post.name)
    yield keep_swept(holding.scratch)
    if Lane.HOUSEKEEPING in lanes:
        yield keep_house(tools)
        yield keep_uploads(tools)
        yield keep_inboxes(tools, holding.post.name)
        yield keep_searched(tools)
    if Lane.BACKGROUND in lanes:
        yield keep_reencoding(holding)
    if Lane.SETTLEMENT in lanes:
        yield take_evidence(tools)
        yield settle_plays(tools)
        yield keep_chained(tools)


async def _until_one_ends(works: Works) -> None:
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
async def _kept(holding: Holding, stopping: Stopping) -> AsyncIterator[Coroutine[Any, Any, object]]:
    """Keep the leases until the block is left; answer what ends when they cannot be."""
    keeping = asyncio.create_task(keep(holding, stopping))
    try:
        yield asyncio.wait([keeping])
    finally:
        keeping.cancel()
        for ended in await asyncio.gather(keeping, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended


@asynccontextmanager
async def _consuming(
    holding: Holding, broker: RedisBroker, stopping: Stopping
) -> AsyncIterator[Coroutine[Any, Any, object]]:
    """Take messages while the block lasts; then end in good order what they told of.

    What is answered ends when no more can be taken.

    Where the worker was asked to end, what is under way may go on for a while; what is not done
    then is given back. After a fault of ours it is given back at once.
    """
    consuming = Consuming(broker, with_jobs(holding.post.lanes), partial(perform, holding))
    taking = asyncio.create_task(consuming.run(holding.tools.valkey))
    try:
        yield asyncio.wait([taking])
    finally:
        consuming.stop()
        [ended] = await asyncio.gather(taking, return_exceptions=True)
        if stopping.is_asked and consuming.is_busy:
            await _finish_in_time(holding, consuming, stopping)
        await _give_back_all(holding, consuming)
        if isinstance(ended, Exception):
            raise ended


async def _finish_in_time(holding: Holding, consuming: Consuming, stopping: Stopping) -> None:
    grace_s = holding.tools.settings.grace_s
    log.info("worker drains", jobs=len(holding.running), grace_s=grace_s)
    works = [consuming.drained(), stopping.grace(grace_s)]
    await _until_one_ends(works)


async def _give_back_all(holding: Holding, consuming: Consuming) -> None:
    while consuming.is_busy:
        for one in list(holding.running.values()):  # some may just have been taken
            if not one.task.cancelling():
                one.task.cancel()
        await consuming.drained(_TURN_S)


async def _say_farewell(holding: Holding) -> None:
    try:
        await say_farewell(holding)
    except Unavailable as error:  # it is forgotten by and by
        log.warning("no farewell", error=str(error))
