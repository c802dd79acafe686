"""How fast the books are kept, on PostgreSQL: each part is measured by itself.

Wants a database that nobody needs: it is filled. What is settled is compared with a bare COPY of
the same rows, in the same run, into tables without a key, an index or a rule.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg

from base.errors import Refused
from base.tools import Tools
from catalog.plays import counted_plays
from refrain import bench_closing, bench_library, bench_verify
from refrain.bench import cpu_of
from refrain.bench_house import on_postgresql
from refrain.bench_plays import alone
from refrain.figures import Better, Measurement, Metric, say
from refrain.synthetic_books import Scale, make_due

_SETTLED = Metric(name="plays_settled", unit="/s", bar=2_000.0, better=Better.MORE)
_SUSTAINED = Metric(name="plays_settled_last_tenth", unit="/s", bar=2_000.0, better=Better.MORE)
_OF_BARE = Metric(name="plays_settled_of_bare_copy", unit="/s", better=Better.MORE)
#: Whatever else the machine does.
_OF_WORKER = Metric(name="plays_settled_by_worker", unit="/cpu s", better=Better.MORE)
#: These figures stand for themselves, and are held to a bar of their own.
_ITSELF = 1.0
_LOOK_S = 0.25
#: Plays whose rows are copied to compare.
_BARE = 50_000
#: Seconds in which nothing is settled that say that nothing ever will be.
_PATIENCE_S = 120.0

Part = Callable[[Tools, Scale], Awaitable[Sequence[Measurement]]]


async def books(*, database_url: str, scale: Scale, only: Sequence[str]) -> bool:
    """Measure the parts, or some of them; answer whether every bar was met.

    Raises:
        Refused: there is no such part, the database is no PostgreSQL, or a program is missing.

    """
    for name in only:
        if name not in PARTS:
            raise Refused("part-unknown", f"There is no {name}, but {', '.join(PARTS)}.")
    results = []
    async with on_postgresql(database_url, port=0) as tools:
        for name, part in PARTS.items():
            if not only or name in only:
                for one in await part(tools, scale):
                    say(one)
                    results.append(one)
    return all(one.ok for one in results)


async def settling(tools: Tools, scale: Scale) -> list[Measurement]:
    """Let one worker settle plays that are all due, and copy what it wrote."""
    await make_due(tools, scale)
    done, cpu_s = await _settled_over_time(tools, scale)
    passed_s = done[-1][0] - done[0][0]
    rate = (done[-1][1] - done[0][1]) / passed_s
    bare = await _copied_a_second(tools.settings.database_url)
    about = f"{scale.plays} plays, {scale.listeners} listeners, {scale.recordings} recordings"
    return [
        _SETTLED.measured(rate, _ITSELF, file=about),
        _OF_WORKER.measured((done[-1][1] - done[0][1]) / cpu_s, _ITSELF, file=about),
        _SUSTAINED.measured(_last_tenth(done), _ITSELF, file=about),
        _OF_BARE.measured(rate, bare, file=f"rows of {_BARE} plays"),
    ]


async def _settled_over_time(tools: Tools, scale: Scale) -> tuple[list[tuple[float, int]], float]:
    """Answer how many plays there were at which second until all are settled, and for what.

    That is the worker's processor time, in seconds; it chains what was booked meanwhile, too.
    """
    before = await _counted(tools)
    done = [(time.perf_counter(), before)]
    async with alone(tools.settings, "work", "--lanes", "settlement") as (pid, _):
        begun_s = cpu_of(pid)
        while done[-1][1] < before + scale.plays:
            await asyncio.sleep(_LOOK_S)
            now_s, number = time.perf_counter(), await _counted(tools)
            if number > done[-1][1] or len(done) == 1:
                # Until it has begun, a worker starts.
                done = [(now_s, number)] if number == before else [*done, (now_s, number)]
            elif now_s - done[-1][0] > _PATIENCE_S:
                raise TimeoutError("nothing is settled any more")
        return done, cpu_of(pid) - begun_s


async def _counted(tools: Tools) -> int:
    async with tools.database.read() as session:
        return await counted_plays(session)


def _last_tenth(done: Sequence[tuple[float, int]]) -> float:
    """Answer the rate at which the last tenth was settled, when tables are at their largest."""
    end_s, end = done[-1]
    start_s, start = next(one for one in reversed(done) if one[1] <= end - (end - done[0][1]) // 10)
    return (end - start) / (end_s - start_s)


async def _copied_a_second(database_url: str) -> float:
    """Answer how many plays' rows a second are copied, as they are, in as many pieces."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        plays = await connection.fetch(
            "SELECT * FROM plays WHERE txn_id IS NOT NULL ORDER BY txn_id DESC LIMIT $1", _BARE
        )
        ids = [one["txn_id"] for one in plays]
        found = "SELECT * FROM {} WHERE {} = ANY($1::bigint[]) ORDER BY {}"
        heads = await connection.fetch(found.format("ledger_txn", "id", "id"), ids)
        entries = await connection.fetch(
            found.format("ledger_entries", "txn_id", "txn_id, line"), ids
        )
        begun_s = time.perf_counter()
        for name, rows in (("plays", plays), ("ledger_txn", heads), ("ledger_entries", entries)):
            await _copy(connection, name, rows)
        return len(plays) / (time.perf_counter() - begun_s)
    finally:
        await connection.close()


async def _copy(connection: Any, table: str, rows: Sequence[Any]) -> None:  # noqa: ANN401
    bare = f"bare_{table}"
    await connection.execute(f"CREATE TABLE {bare} (LIKE {table})")
    for at in range(0, len(rows), 1_000):
        await connection.copy_records_to_table(bare, records=rows[at : at + 1_000])
    await connection.execute(f"DROP TABLE {bare}")


async def _verifying(tools: Tools, scale: Scale) -> list[Measurement]:
    return await bench_verify.verifying(tools, number=scale.plays)


async def _library(tools: Tools, scale: Scale) -> list[Measurement]:
    del scale
    return [await bench_library.library(tools)]


async def _closing(tools: Tools, scale: Scale) -> list[Measurement]:
    """Close a month in a database of its own, as it is filled past the guards."""
    async with (
        _another(tools.settings.database_url) as database_url,
        on_postgresql(database_url) as others,
    ):
        return await bench_closing.month_closed(others, plays=scale.plays)


@asynccontextmanager
async def _another(database_url: str) -> AsyncIterator[str]:
    """Answer the address of an empty database on the same server, which goes with the block."""
    name = f"refrain_bench_{uuid4().hex}"
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        await connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{database_url.rpartition('/')[0]}/{name}"
        finally:
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()


#: What can be measured, in the order in which it is: later parts find what earlier ones wrote.
PARTS: Mapping[str, Part] = {
    "settling": settling,
    "verification": _verifying,
    "library": _library,
    "closing": _closing,
}
