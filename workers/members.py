"""The job of every morning: members are reminded of dues, and rest where none came."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import structlog

from base.tools import Tools
from catalog.renewals import due_members, look_at
from workers.holding import Holding
from workers.leases import Leased, finish

log = structlog.get_logger()

_AT_ONCE = 500


async def remind_members(holding: Holding, leased: Leased) -> None:
    """Do the job of every morning; each member by themselves, and each thing once."""
    tools = holding.tools
    told, after = 0, UUID(int=0)
    while due := await _due(tools, after):
        for member in due:
            told += await tools.database.run(
                partial(
                    look_at,
                    membership_id=member,
                    origin=tools.settings.public_url.rstrip("/"),
                    now=tools.clock(),
                )
            )
        after = due[-1]
    if told:
        log.info("members reminded, or resting", members=told)
    async with tools.database.begin() as session:
        await finish(session, leased, now=tools.clock())


async def _due(tools: Tools, after: UUID) -> list[UUID]:
    async with tools.database.read() as session:
        return await due_members(session, today=tools.clock().date(), after=after, limit=_AT_ONCE)
