"""How fast plays are opened through the interface, and counted from evidence, on PostgreSQL.

The server, or the worker, has one core to itself; who asks, and the database, have the others.
What counts for opening is how many sessions a second of that core's time opened. Wants a database
that nobody needs: it is filled.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from base.errors import Broken
from base.settings import Settings
from base.streams import put
from base.tools import Tools
from catalog.notes import STREAM
from refrain.bench import cpu_of
from refrain.bench_house import on_postgresql, running
from refrain.figures import Better, Measurement, Metric, say
from refrain.synthetic_plays import make_crowd, make_heard, plays_counted
from stream.evidence import Deliveries
from stream.objects import Timing

_CONNECTIONS = 32
_LISTENERS = 500
_TURNS = 3
_TIMEOUT_S = 120.0
_LOOK_S = 0.02
_NOTES = 200_000
#: Of some 90 microseconds that an answer takes.
_NOTED = Metric(name="range_noted", unit="us", bar=5.0)
_OPENED = Metric(name="plays_opened", unit="/cpu s", bar=500.0, better=Better.MORE)
#: At half of what is asked for at least.
_HALF = 250
_P99 = Metric(name="plays_opened_p99_at_half", unit="ms", bar=30.0)
_COUNTED = Metric(name="plays_counted", unit="/s", bar=2_000.0, better=Better.MORE)
#: All come from one address, of a few accounts.
_LIMITS = (
    *("address_requests_per_minute", "address_plays"),
    *("account_requests_per_minute", "account_plays"),
)
#: These figures stand for themselves, and are held to a bar of their own.
_ITSELF = 1.0


async def plays(*, database_url: str, seconds: float, number: int) -> bool:
    """Measure both; answer whether every bar was met.

    Raises:
        Refused: the database is no PostgreSQL, or a program is missing.

    """
    async with on_postgresql(database_url, port=0, **dict.fromkeys(_LIMITS, 0)) as tools:
        results = [
            _noting(tools.settings.data_dir),
            *await _opening(tools, seconds=seconds),
            await _counting(tools, number=number),
        ]
    return all(one.ok for one in results)


def _noting(folder: Path) -> Measurement:
    """Note many ranges of a long track, as a server does for each that it hands over."""
    timing = Timing(
        fragments=[(number * 160_000, 160_000, 264_600) for number in range(600)], timescale=44_100
    )
    deliveries, session_id = Deliveries(folder / "noted"), uuid4()
    begun_s = time.process_time()
    for number in range(_NOTES):
        deliveries.note(session_id, timing, number % 600 * 160_000, 160_000)
    spent_s = time.process_time() - begun_s
    measured = _NOTED.measured(spent_s / _NOTES * 1e6, _ITSELF, file=f"{_NOTES} ranges")
    say(measured)
    return measured


async def _opening(tools: Tools, *, seconds: float) -> list[Measurement]:
    crowd = await make_crowd(tools, listeners=_LISTENERS)
    requests = [
        b"POST /api/v1/plays HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %b\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
        % (token.encode(), len(body), body)
        for token in crowd.tokens
        for body in (b'{"track": "%b"}' % str(crowd.track_id).encode(),)
    ]
    async with alone(tools.settings, "serve") as (pid, line):
        port = int(re.findall(rb":([0-9]+)", line)[-1])
        await _asked(port, requests, seconds=1.0, per_second=None)
        # The best of several turns counts, as noise only ever slows.
        full = [await _opened_a_second(port, pid, requests, seconds) for _ in range(_TURNS)]
        paced = [await _p99(port, requests, seconds) for _ in range(_TURNS)]
    results = [
        _OPENED.measured(max(full), _ITSELF, file=f"{_CONNECTIONS} connections"),
        _P99.measured(min(paced) * 1000, _ITSELF, file=f"{_HALF}/s"),
    ]
    for one in results:
        say(one)
    return results


async def _opened_a_second(port: int, pid: int, requests: Sequence[bytes], seconds: float) -> float:
    """Answer how many were opened in a second of the server's own time."""
    before_s = cpu_of(pid)
    took = await _asked(port, requests, seconds=seconds, per_second=None)
    return len(took) / (cpu_of(pid) - before_s)


async def _p99(port: int, requests: Sequence[bytes], seconds: float) -> float:
    took = sorted(await _asked(port, requests, seconds=seconds, per_second=_HALF))
    return took[int(len(took) * 0.99)]


async def _asked(
    port: int, requests: Sequence[bytes], *, seconds: float, per_second: float | None
) -> list[float]:
    """Ask over many connections for so long; answer how long each answer took."""
    until_s = time.perf_counter() + seconds
    took: list[float] = []

    async def ask(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        # Each connection has its own times to ask, spread evenly among all.
        step_s = _CONNECTIONS / per_second if per_second else 0.0
        next_s, turn = time.perf_counter() + step_s * number / _CONNECTIONS, number
        while (now_s := time.perf_counter()) < until_s:
            if now_s < next_s:
                await asyncio.sleep(next_s - now_s)
            begun_s = next_s if per_second else now_s
            writer.write(requests[turn % len(requests)])
            await _answer(reader)
            took.append(time.perf_counter() - begun_s)
            next_s, turn = next_s + step_s, turn + _CONNECTIONS
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(ask(number) for number in range(_CONNECTIONS)))
    return took


async def _answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    found = re.search(rb"Content-Length: ([0-9]+)", head)
    body = await reader.readexactly(int(found[1]) if found else 0)
    if not head.startswith(b"HTTP/1.1 201"):
        raise Broken("bench-failed", f"{head[:40]!r} {body[:300]!r}")


async def _counting(tools: Tools, *, number: int) -> Measurement:
    """Let a worker count sessions that have reported, of which only the evidence is missing."""
    batches = await make_heard(tools, sessions=number)
    before = await plays_counted(tools)
    async with alone(tools.settings, "work"):
        begun_s = time.perf_counter()
        for batch in batches:
            await put(tools.valkey, STREAM, batch, most=1 << 20)
        async with asyncio.timeout(_TIMEOUT_S):
            while await plays_counted(tools) < before + number:  # noqa: ASYNC110 - of a database
                await asyncio.sleep(_LOOK_S)
        passed_s = time.perf_counter() - begun_s
    measured = _COUNTED.measured(number / passed_s, _ITSELF, file=f"{number} sessions")
    say(measured)
    return measured


@asynccontextmanager
async def alone(
    settings: Settings, *command: str, first: Sequence[str] = ()
) -> AsyncIterator[tuple[int, bytes]]:
    """Run a part of the house on a core of its own; answer its id and its first line."""
    argv = [*first, "taskset", "-c", "0", sys.executable, "-m", "refrain", *command]
    async with running(argv, speaks=True, env=settings.environment()) as (child, line):
        yield child.pid, line
