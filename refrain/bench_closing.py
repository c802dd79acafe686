"""How long closing a month takes, and how much memory, of plays by the million, on PostgreSQL.

Wants a database that nobody needs: it is filled. The process that closes is one of its own, as an
operator starts it; its time is told with its start and end.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time

from accounting.months import Month
from base.errors import Broken
from base.tools import Tools
from catalog.people import create_account, issue_token
from catalog.roles import Role
from refrain.figures import Measurement, Metric
from refrain.resident import watched
from refrain.synthetic_month import Crowd, fill_month

_WALL = Metric(name="month_closed", unit="s", bar=60.0)
_MEMORY = Metric(name="month_closed_memory", unit="MB", bar=500.0)
#: These figures stand for themselves, and are held to a bar of their own.
_ITSELF = 1.0


async def month_closed(tools: Tools, *, plays: int) -> list[Measurement]:
    """Measure closing a month of long ago, which is filled with plays; nothing comes before it."""
    crowd = Crowd(plays=plays, listeners=10_000, recordings=5_000, payees=2_000)
    month = Month(year=2026, number=3, zone=tools.settings.books_zone)
    await fill_month(tools.settings.database_url, month, crowd)
    token = await _treasurers_token(tools)
    begun_s = time.perf_counter()
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "refrain", "books", "close", month.name),
        env={**os.environ, **tools.settings.environment(), "REFRAIN_TOKEN": token},
        stdout=asyncio.subprocess.DEVNULL,
    )
    status, memory_mb = await watched(child.wait(), child.pid)
    passed_s = time.perf_counter() - begun_s
    if status:
        raise Broken("bench-failed", f"Closing {month.name} ended with {status}.")
    of = f"{plays} plays of {crowd.payees} payees"
    return [
        _WALL.measured(passed_s, _ITSELF, file=of),
        _MEMORY.measured(memory_mb, _ITSELF, file=of),
    ]


async def _treasurers_token(tools: Tools) -> str:
    now = tools.clock()
    async with tools.database.begin() as session:
        who = await create_account(session, name="treasurer", role=Role.TREASURER, now=now)
        return await issue_token(session, who, label="bench", now=now)
