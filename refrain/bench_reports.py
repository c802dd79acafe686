"""How fast the report of a month is written, and in how much memory, of plays by the million.

Wants an empty PostgreSQL database that nobody needs. The process that writes is one of its own, as
an operator starts it, and its time is told with its start and end: beside a COPY of the very same
rows out of the database, in the same run. Memory is measured at two sizes: it must not grow with
them.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta

from accounting.closing import close
from accounting.dsr.using import closed_month, question
from accounting.months import Month
from base.bulk import copy_out
from base.errors import Broken
from base.tools import Tools
from refrain.bench_house import on_postgresql
from refrain.figures import Better, Metric, say
from refrain.resident import watched
from refrain.synthetic_month import Crowd, fill_month, fill_plays

_SPEED = Metric(name="report_rows_of_copy", unit="/s", better=Better.MORE)
#: Of the process that writes, for each row, from its start on: whatever else the machine does.
_CPU = Metric(name="report_cpu", unit="us", bar=100.0)
_MEMORY = Metric(name="report_memory", unit="MB", bar=300.0)
_GROWTH = Metric(name="report_memory_of_less", unit="MB", bar=1.25)
_ITSELF = 1.0
#: The first month has so many times less plays than the second.
_LESS = 5
_FIRST = Month(year=2026, number=3, zone="Europe/Berlin")
_DPID, _OTHER = "PADPIDA2020010101X", "PADPIDA2020010102Y"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What a process wrote, and what it took."""

    rows: int
    passed_s: float
    cpu_s: float
    memory_mb: float


async def reports(*, database_url: str, plays: int) -> bool:
    """Measure writing the reports of two months; answer whether every bar was met.

    Raises:
        Refused: the database is no PostgreSQL, or a program is missing.

    """
    async with on_postgresql(database_url, port=0, ddex_party_id=_DPID) as tools:
        url, second = tools.settings.database_url, _FIRST.after(1)
        await fill_month(url, _FIRST, _crowd(plays // _LESS))
        less = await _written(tools, _FIRST, plays=plays // _LESS)
        await fill_plays(url, second, _crowd(plays))
        more = await _written(tools, second, plays=plays)
        copied_s = await _copied(tools, second)
    about = f"{plays} plays, {more.rows} rows"
    results = [
        _SPEED.measured(more.rows / more.passed_s, more.rows / copied_s, file=about),
        _CPU.measured(more.cpu_s * 1e6 / more.rows, _ITSELF, file=about),
        _MEMORY.measured(more.memory_mb, _ITSELF, file=about),
        _GROWTH.measured(more.memory_mb, less.memory_mb, file=f"{about}; {less.rows} rows"),
    ]
    for one in results:
        say(one)
    return all(one.ok for one in results)


def _crowd(plays: int) -> Crowd:
    return Crowd(plays=plays, listeners=10_000, recordings=5_000, payees=2_000)


async def _written(tools: Tools, month: Month, *, plays: int) -> _Written:
    """Close a month, and let a process write its report."""
    later = month.ends_at + timedelta(days=1)
    await close(tools.database, month.name, zone=month.zone, clock=lambda: later)
    with tempfile.TemporaryDirectory() as folder:
        begun_s, before_s = time.perf_counter(), _cpu_of_children()
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "refrain", "dsr", "write", month.name, "--json"),
            *("--out", folder, "--recipient", _OTHER),
            env={**os.environ, **tools.settings.environment()},
            stdout=asyncio.subprocess.PIPE,
        )
        (said, _), memory_mb = await watched(child.communicate(), child.pid)
        passed_s, cpu_s = time.perf_counter() - begun_s, _cpu_of_children() - before_s
        if child.returncode:
            raise Broken("bench-failed", f"The report of {month.name} was not written.")
        told = json.loads(said)
    if told["sums"]["EUR"]["plays"] != plays:
        raise Broken("bench-failed", f"The report of {month.name} tells other plays.")
    return _Written(rows=told["lines"], passed_s=passed_s, cpu_s=cpu_s, memory_mb=memory_mb)


def _cpu_of_children() -> float:
    """Answer what all processes took that we started and that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def _copied(tools: Tools, month: Month) -> float:
    """Answer how long the database takes to answer the same rows to who does nothing with them."""
    async with tools.database.snapshot() as session:
        asked = await question(session, await closed_month(session, month.name), None)
        begun_s = time.perf_counter()
        await copy_out(session, asked)
        return time.perf_counter() - begun_s
