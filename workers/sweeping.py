"""What nobody needs any more goes: objects whose hold has run out, and unfinished ones."""

from __future__ import annotations

from datetime import timedelta

import structlog

from base.tools import Tools
from catalog.objects import due, may_go

log = structlog.get_logger()

#: What nobody has written to for so long was left by a process that died.
_ABANDONED_AFTER = timedelta(hours=24)
_AT_ONCE = 100


async def sweep_unfinished(tools: Tools) -> None:
    """Remove what was never committed."""
    swept = await tools.storage.sweep(_ABANDONED_AFTER)
    if swept:
        log.info("unfinished objects removed", objects=swept)


async def sweep_unneeded(tools: Tools) -> int:
    """Look at the objects whose hold has run out, and delete those that no row needs.

    An object is deleted before the transaction ends that looked at it: who holds it waits for
    that, and stores it anew.
    """
    async with tools.database.read() as session:
        keys = await due(session, now=tools.clock(), limit=_AT_ONCE)
    gone = 0
    for key in keys:
        async with tools.database.begin() as session:
            if await may_go(session, key, now=tools.clock()):
                await tools.storage.delete(key)
                gone += 1
    if gone:
        log.info("unneeded objects removed", objects=gone)
    return gone
