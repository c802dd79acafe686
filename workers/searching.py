"""Let the search know what was written, soon after it was."""

from __future__ import annotations

import asyncio

import structlog

from base.errors import Unavailable
from base.tools import Tools
from catalog.popularity import weigh
from catalog.search_refresh import is_stale, refresh
from workers.holding import Holding
from workers.leases import Leased, finish

log = structlog.get_logger()

#: What somebody who put out something waits at most until it is found.
_TURN_S = 1.0


async def keep_searched(tools: Tools) -> None:
    """Work until cancelled; every worker does, and one at a time gets to it."""
    while True:
        try:
            while await refresh_some(tools):
                pass
        except Unavailable as error:
            # The marks stay, and the next turn finds them again.
            log.warning("search waits", error=str(error))
        await asyncio.sleep(_TURN_S)


async def weigh_all(holding: Holding, leased: Leased) -> None:
    """Do the job of every day: write down what is played how much."""
    now = holding.tools.clock()
    async with holding.tools.database.begin() as session:
        await weigh(session, now=now)
        await finish(session, leased, now=now)


async def refresh_some(tools: Tools) -> int:
    """Take up some of what was marked; answer how many marks there were."""
    async with tools.database.read() as session:
        if not await is_stale(session):
            return 0  # most turns end here, without asking for the write lock
    return await tools.database.run(refresh)
