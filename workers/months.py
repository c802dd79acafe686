"""A month that is over, and that nobody has closed: somebody should be told."""

from __future__ import annotations

from datetime import timedelta

import structlog

from accounting.closing import due_month
from base.tools import Tools

log = structlog.get_logger()

#: Late plays and returned payouts take some days to come in.
_PATIENCE = timedelta(days=5)


async def remind_of_month(tools: Tools) -> str | None:
    """Say in the log which month waits to be closed; answer it."""
    async with tools.database.read() as session:
        month = await due_month(session, tools.settings.books_zone)
    if month is None or tools.clock() < month.ends_at + _PATIENCE:
        return None
    log.warning("a month is over and not closed", month=month.name)
    return month.name
