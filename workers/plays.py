"""Settle what has qualified, many sessions in a transaction.

A session's state is what tells that it is due: no message can be lost, and a worker that dies in
the middle has done nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from functools import partial
from uuid import UUID

import structlog

from accounting.plays import due, hold, settle, settle_due
from accounting.settlement import Settlement
from base.database import Session
from base.errors import Unavailable
from base.lookouts import SELDOM_S, Lookout
from base.tools import Tools

log = structlog.get_logger()

#: What a play waits at most, idle.
_TURN_S = 0.1
_AT_ONCE = 1_000
#: Batches at a time: one is reckoned while the database writes the other.
_BESIDE = 2
#: Why a session is held for us to look at.
_HELD_REASON = "not-settled"


async def settle_plays(tools: Tools) -> None:
    """Settle until cancelled; every worker does, and leaves to others what they have begun."""
    async with asyncio.TaskGroup() as group:
        for _ in range(_BESIDE):
            group.create_task(_keep_settling(tools))


async def _keep_settling(tools: Tools) -> None:
    with closing(Lookout(tools.database, at_least_every_s=SELDOM_S)) as lookout:
        while True:
            settled = 0
            if lookout.is_due():
                try:
                    settled = await settle_some(tools)
                except Unavailable as error:
                    log.warning("plays wait", error=str(error))
                    lookout.again()
                    await asyncio.sleep(1)
                    continue
            if settled:
                lookout.again()
            else:
                await asyncio.sleep(_TURN_S)


async def settle_some(tools: Tools, *, most: int = _AT_ONCE) -> int:
    """Settle sessions that are due; answer how many were looked at.

    Raises:
        Unavailable: the database is away, or too busy.

    """
    if not await _due(tools, most=1):  # asked without a writer's turn
        return 0
    now = tools.clock()
    try:
        return await _settle(tools, partial(settle_due, limit=most, now=now))
    except Unavailable:
        raise
    except Exception:
        # One of them is to blame, and the others need not wait for it.
        log.exception("plays not settled together")
        return await _one_by_one(tools, await _due(tools, most=most))


async def _due(tools: Tools, *, most: int) -> list[UUID]:
    async with tools.database.read() as session:
        return await due(session, limit=most)


async def _one_by_one(tools: Tools, ids: Sequence[UUID]) -> int:
    for play_id in ids:
        try:
            await _settle(tools, partial(settle, ids=[play_id], now=tools.clock()))
        except Unavailable:
            raise
        except Exception:
            log.exception("play held", play=str(play_id))
            async with tools.database.begin() as session:
                await hold(session, play_id, _HELD_REASON)
    return len(ids)


async def _settle(tools: Tools, work: Callable[[Session], Awaitable[list[Settlement]]]) -> int:
    settled = await tools.database.run(work)
    if settled:
        kinds = Counter(f"{one.state}:{one.kind}" for one in settled)
        price = sum(one.price_millicredits for one in settled)
        log.info("plays settled", plays=dict(kinds), price_millicredits=price)
    return len(settled)
