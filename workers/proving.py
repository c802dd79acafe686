"""What was booked is chained within a second or so, and each day gets its root once it is over."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import timedelta
from functools import partial

import structlog

from accounting.chain import FAR, NEAR, floor, is_any_unchained, require_clock, seal
from accounting.roots import next_root, write_root
from base.errors import Unavailable
from base.lookouts import SELDOM_S, Lookout
from base.tools import Tools
from workers.holding import Holding
from workers.leases import Leased, finish

log = structlog.get_logger()

#: What a transaction waits at most, idle.
_TURN_S = 0.25
#: How often is looked for what was committed late.
_FAR_EVERY_S = 30.0


async def keep_chained(tools: Tools) -> None:
    """Chain until cancelled; every worker does, and one at a time."""
    now_s, looked_s = asyncio.get_running_loop().time, float("-inf")
    with closing(Lookout(tools.database, at_least_every_s=SELDOM_S)) as lookout:
        while True:
            is_far = now_s() - looked_s >= _FAR_EVERY_S
            if lookout.is_due():
                try:
                    await chain_all(tools, reach=FAR if is_far else NEAR)
                except Unavailable as error:
                    log.warning("transactions wait to be chained", error=str(error))
                    lookout.again()
                    await asyncio.sleep(1)
                else:
                    looked_s = now_s() if is_far else looked_s
            await asyncio.sleep(_TURN_S)


async def chain_all(tools: Tools, *, reach: timedelta | None) -> int:
    """Chain what is not chained yet and was booked within `reach`; answer how many there were.

    Raises:
        Unavailable: the database is away, or too busy, or our clock is ahead of its.

    """
    async with tools.database.read() as session:
        await require_clock(session, now=tools.clock())
        above = await floor(session, now=tools.clock(), reach=reach)
    total, chained = 0, [above]
    while chained:
        above = chained[-1]
        async with tools.database.read() as session:
            if not await is_any_unchained(session, above=above):
                break
        chained = await tools.database.run(partial(seal, now=tools.clock(), above=above))
        total += len(chained)
    return total


async def prove_books(holding: Holding, leased: Leased) -> None:
    """Do the job of every night: chain whatever was missed, and make the roots of days."""
    tools = holding.tools
    if missed := await chain_all(tools, reach=None):
        log.info("transactions chained late, or just now", transactions=missed)
    await make_roots(tools)
    async with tools.database.begin() as session:
        await finish(session, leased, now=tools.clock())


async def make_roots(tools: Tools) -> None:
    """Make the roots of days that are over."""
    while True:
        async with tools.database.read() as session:
            root = await next_root(session, now=tools.clock())
        if root is None:
            return
        if await tools.database.run(partial(write_root, root=root)):
            log.info("root made", day=str(root.day), size=root.size, root=root.root.hex())
