"""Find every night what is heard by the same people."""

from __future__ import annotations

import asyncio
from functools import partial
from uuid import UUID

import structlog

from base.tools import Tools
from catalog.colistening import Near, neighbours
from catalog.neighbours import Ears, ears, write_neighbours
from workers.holding import Holding
from workers.leases import Leased, finish

log = structlog.get_logger()

#: Recordings whose neighbours are written in one transaction.
_AT_ONCE = 1_000
Found = list[tuple[UUID, list[tuple[UUID, Near]]]]


async def find_neighbours(holding: Holding, leased: Leased) -> None:
    """Do the job of every night."""
    await note_neighbours(holding.tools)
    async with holding.tools.database.begin() as session:
        await finish(session, leased, now=holding.tools.clock())


async def note_neighbours(tools: Tools) -> int:
    """Find the neighbours of all recordings, and write them; answer how many have some."""
    async with tools.database.snapshot() as session:
        all_ears = await ears(session)
    found = await asyncio.to_thread(_found, all_ears, least=tools.settings.chart_listeners)
    above: UUID | None = None
    parts = [found[at : at + _AT_ONCE] for at in range(0, len(found), _AT_ONCE)] or [[]]
    for part in parts:
        upto = None if part is parts[-1] else part[-1][0]
        write = partial(write_neighbours, found=part, above=above, upto=upto)
        await tools.database.run(write)
        above = upto
    log.info("neighbours found", recordings=len(found))
    return len(found)


def _found(all_ears: Ears, *, least: int) -> Found:
    """Answer the neighbours of recordings, in the order of their numbers."""
    named = all_ears.recordings
    return sorted(
        (named[one], [(named[near.recording], near) for near in some])
        for one, some in neighbours(all_ears.heard, least=least)
    )
