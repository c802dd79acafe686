"""Count plays every few minutes, and make charts of what was counted; or all of it anew."""

from __future__ import annotations

from functools import partial

import structlog

from accounting.changed_counts import Place
from accounting.counting import count_anew, count_changed
from accounting.earnings import count_earnings, forget_earnings
from base.tools import Tools
from workers.charts import count_charts
from workers.holding import Holding
from workers.leases import Leased, finish

log = structlog.get_logger()


async def count_plays(holding: Holding, leased: Leased) -> None:
    """Do the job of every few minutes."""
    await roll_up(holding.tools)
    await add_earnings(holding.tools)
    await count_charts(holding.tools)
    async with holding.tools.database.begin() as session:
        await finish(session, leased, now=holding.tools.clock())


async def roll_up(tools: Tools) -> int:
    """Count what changed since it was last done, a part at a time; answer how much that was."""
    now, changed = tools.clock(), 0
    place: Place | None = None
    while True:
        counted = await tools.database.run(partial(count_changed, place=place, now=now))
        changed, place = changed + counted.changed, counted.place
        if place is None:
            log.debug("plays counted", changed=changed)
            return changed


async def add_earnings(tools: Tools) -> None:
    """Count what was chained since it was last done, a part at a time."""
    while await tools.database.run(partial(count_earnings, now=tools.clock())):
        pass


async def rebuild(tools: Tools) -> None:
    """Count all there is anew, charts too."""
    await tools.database.run(partial(count_anew, now=tools.clock()))
    await tools.database.run(partial(forget_earnings, now=tools.clock()))
    await add_earnings(tools)
    await count_charts(tools, is_anew=True)
