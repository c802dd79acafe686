"""Wait until others wait: how a race is brought about on PostgreSQL, and not left to chance."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from base.database import Database

_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND wait_event_type = 'Lock'"
)


async def wait_for_locks(database: Database, count: int) -> None:
    """Wait until so many of those who use a database wait for locks."""
    async with asyncio.timeout(20), database.read() as looking:
        while int(await looking.scalar(_WAITING) or 0) < count:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
