"""What nobody needs any more is removed, once an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from base.database import Database
from base.storage.port import Key, Storage
from base.tools import Tools
from catalog.events import forget_before
from catalog.growth import forget_growth, outlived, parts_of

log = structlog.get_logger()

#: What nobody has written to for so long was left by a process that died.
_ABANDONED_AFTER = timedelta(hours=24)


async def tidy(tools: Tools) -> None:
    """Remove unfinished objects, old events, and parts of what was heard while it grew."""
    swept = await tools.storage.sweep(_ABANDONED_AFTER)
    if swept:
        log.info("unfinished objects removed", objects=swept)
    async with tools.database.begin() as session:
        kept = timedelta(days=tools.settings.event_days)
        if forgotten := await forget_before(session, tools.clock() - kept):
            log.info("old events removed", events=forgotten)
    # Tickets of sessions that were not active since open nothing any more.
    idle_since = tools.clock() - timedelta(seconds=tools.settings.ticket_lifetime_s)
    await remove_parts(tools.database, tools.storage, idle_since=idle_since)


async def remove_parts(database: Database, storage: Storage, *, idle_since: datetime) -> None:
    """Remove the parts of what has ended, where nobody who began with it was active since.

    The row goes last: should we die in between, the next turn finds it, and removing is no error
    where there is nothing.
    """
    async with database.read() as session:
        found = await outlived(session, idle_since=idle_since)
    for growth in found:
        for part in parts_of(growth):
            await storage.delete(Key(part.storage_key))
        async with database.begin() as session:
            await forget_growth(session, growth)
        log.info("parts removed", master=str(growth.master_id), objects=len(growth.parts))
