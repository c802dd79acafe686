"""The job of a play: settle it."""

from __future__ import annotations

from uuid import UUID

import structlog

from accounting.plays import settle
from workers.holding import Holding
from workers.leases import Leased, finish

log = structlog.get_logger()


async def settle_play(holding: Holding, leased: Leased) -> None:
    """Count and charge a qualified session; a second time finds it settled."""
    tools = holding.tools
    async with tools.database.begin() as session:
        settlement = await settle(session, tools.clock, UUID(leased.subject))
        await finish(session, leased, now=tools.clock())
    log.info(
        "play settled",
        play=leased.subject,
        reason=settlement.reason,
        step=settlement.step,
        price_millicredits=settlement.price_millicredits,
    )
