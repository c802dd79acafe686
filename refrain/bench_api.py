"""How soon the hottest reads are answered, on PostgreSQL with all that a large house has.

The server has one core to itself, and is asked at a steady pace by another process; beside it, in
the same run and at the same pace, the least that reads a row by its key. A database that has tracks
is measured as it is; an empty one is filled first (refrain.synthetic_catalogue).
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import asyncpg

from base.errors import Broken
from base.settings import Settings
from base.tools import Tools
from catalog.people import caller_with, issue_token
from catalog.popularity import weigh
from catalog.search_refresh import refresh
from refrain.bench import cpu_of
from refrain.bench_house import on_postgresql, running
from refrain.bench_plays import alone
from refrain.bench_reads import READS, Known, asked_for, each_read
from refrain.bench_rows import rows_read
from refrain.figures import Measurement, Metric, say
from refrain.synthetic_catalogue import Sizes, make_catalogue
from refrain.synthetic_library import make_library
from workers.neighbours import note_neighbours
from workers.rollups import rebuild

_P50 = Metric(name="api_p50", unit="ms")
_P95 = Metric(name="api_p95", unit="ms")
_P99 = Metric(name="api_p99", unit="ms")
_ALL = Metric(name="api_p99_of_all", unit="ms", bar=50.0)
_SEARCH = Metric(name="search_p95", unit="ms", bar=50.0)
#: These figures stand for themselves, and are held to a bar of their own.
_ITSELF = 1.0
#: Processor time of the server, of a read.
_CPU = Metric(name="api_cpu", unit="ms")
_LISTENERS, _KNOWN, _NAMES = 500, 1_000_000, 20_000
#: Requests of each read of which PostgreSQL is asked what they look at.
_EXPLAINED = 5
_WARM_S = 10.0
#: In turns: who is first for good would keep the database from answering them.
_FIRST = ("chrt", "-r", "10")
_OK = 200
#: All come from one address, and from few accounts.
_LIMITS = ("address_requests_per_minute", "account_requests_per_minute")
_ANALYZED = "VACUUM (ANALYZE)"


@dataclass(frozen=True, slots=True)
class Load:
    """How many requests a second, and for how long; for which others wait if it is `realtime`."""

    rate: float
    seconds: float
    is_realtime: bool = False

    @property
    def first(self) -> tuple[str, ...]:
        """By which command all others are let wait."""
        return _FIRST if self.is_realtime else ()

    @property
    def requests(self) -> int:
        """How many there are in all."""
        return int(self.rate * self.seconds)


@dataclass(frozen=True, slots=True)
class _Told:
    """What came of a request."""

    name: str
    took_ms: float
    status: int


async def api(*, database_url: str, sizes: Sizes, load: Load) -> bool:
    """Measure all reads; answer whether the bars were met.

    Raises:
        Refused: the database is no PostgreSQL, or a program is missing.

    """
    async with on_postgresql(database_url, port=0, **dict.fromkeys(_LIMITS, 0)) as tools:
        await fill(tools, sizes)
        known = await known_of(tools)
        rows = await rows_read(tools, each_read(known, sizes.seed, _EXPLAINED))
        for one in rows.values():
            say(one)
        bare = await _bare(tools, known, load)
        asked = asked_for(known, sizes.seed, load.requests)
        warming = asked_for(known, sizes.seed + 1, int(load.rate * _WARM_S))
        results = [*rows.values()]
        for moment_s in (tools.settings.public_moment_s, 0.0):
            settings = tools.settings.model_copy(update={"public_moment_s": moment_s})
            told, cpu_ms = await _served(settings, load, asked, warming)
            results += _figures(told, bare, f"{load.rate:g}/s, kept for {moment_s:g} s", cpu_ms)
    return all(one.ok for one in results)


async def _served(
    settings: Settings,
    load: Load,
    asked: Sequence[tuple[str, str]],
    warming: Sequence[tuple[str, str]],
) -> tuple[list[_Told], float]:
    """Answer what came of all requests, and what the server spent on each, in milliseconds."""
    async with alone(settings, "serve", first=load.first) as (pid, line):
        port = int(re.findall(rb":([0-9]+)", line)[-1])
        # A server that runs has the statements of all its connections planned.
        await _asked(port, replace(load, seconds=_WARM_S), warming)
        before_s = cpu_of(pid)
        told = await _asked(port, load, asked)
        return told, (cpu_of(pid) - before_s) * 1000 / len(told)


async def fill(tools: Tools, sizes: Sizes) -> None:
    """Make all there is in a house, unless there are tracks."""
    driver = await asyncpg.connect(tools.settings.database_url.replace("+asyncpg", ""))
    try:
        if await driver.fetchval("SELECT 1 FROM tracks LIMIT 1"):
            return
        await make_library(tools, sizes, await make_catalogue(tools, sizes))
        while await tools.database.run(refresh):
            pass
        await driver.execute(_ANALYZED)
        # As the jobs of every few minutes and of every night do: what is popular is known from
        # the days of plays, and so after those are counted.
        await rebuild(tools)
        await note_neighbours(tools)
        async with tools.database.begin() as session:
            await weigh(session, now=tools.clock())
        await driver.execute(_ANALYZED)
    finally:
        await driver.close()


async def known_of(tools: Tools) -> Known:
    """Answer what is popular, and listeners who are known by a token."""
    driver = await asyncpg.connect(tools.settings.database_url.replace("+asyncpg", ""))
    try:
        found = "SELECT subject_id, title, credited FROM search_documents WHERE kind = $1 "
        found += "AND tier >= 0 ORDER BY popularity DESC LIMIT $2"
        tracks = await driver.fetch(found, "track", _KNOWN)
        releases = await driver.fetch(found, "release", _KNOWN)
        artists = await driver.fetch(found, "artist", _KNOWN)
        playlists = await driver.fetch(found, "playlist", _KNOWN)
        people = "SELECT listener_id FROM play_counters GROUP BY 1 ORDER BY 1 LIMIT $1"
        listeners = [row[0] for row in await driver.fetch(people, _LISTENERS)]
    finally:
        await driver.close()
    told = {"tracks": tracks, "releases": releases, "artists": artists, "playlists": playlists}
    return Known(
        **{name: [str(row["subject_id"]) for row in rows] for name, rows in told.items()},
        names=[(row["title"], row["credited"]) for row in tracks[:_NAMES]],
        tokens=await _tokens(tools, listeners),
    )


async def _tokens(tools: Tools, listeners: Sequence[UUID]) -> list[str]:
    async with tools.database.begin() as session:
        people = [await caller_with(session, one) for one in listeners]
        now = tools.clock()
        return [await issue_token(session, one, label="bench", now=now) for one in people]


async def _bare(tools: Tools, known: Known, load: Load) -> Sequence[_Told]:
    """Ask the least that reads a row at the same pace."""
    database = tools.settings.database_url.replace("+asyncpg", "")
    argv = [*load.first, "taskset", "-c", "0"]
    argv += [sys.executable, "-m", "refrain.bare_read", database]
    head = "GET /{} HTTP/1.1\r\nHost: bench\r\n\r\n"
    asked = [("bare", head.format(one)) for one in known.tracks[:1_000]]
    async with running(argv, speaks=True) as (_, line):
        port = int(re.findall(rb":([0-9]+)", line)[-1])
        return await _asked(port, replace(load, seconds=min(load.seconds, _WARM_S)), asked)


async def _asked(port: int, load: Load, asked: Sequence[tuple[str, str]]) -> list[_Told]:
    """Let another process ask, and answer what it was told."""
    given: dict[str, Any] = {
        "port": port,
        "rate": load.rate,
        "seconds": load.seconds,
        "asked": asked,
    }
    child = await asyncio.create_subprocess_exec(
        *load.first,
        *("taskset", "-c", "1", sys.executable, "-m", "refrain.bench_asking"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await child.communicate(json.dumps(given).encode())
    if child.returncode:
        raise Broken("bench-failed", "Whoever asks did not come to an end.")
    return [_Told(*one) for one in json.loads(said)]


def _figures(
    told: Sequence[_Told], bare: Sequence[_Told], about: str, cpu_ms: float
) -> list[Measurement]:
    """Say what each read took beside the bare one, and all of them together."""
    wrong = {(one.name, one.status) for one in told if one.status != _OK}
    if wrong:
        raise Broken("bench-failed", f"Not all was answered: {sorted(wrong)}")
    results = []
    for name in READS:
        took = [one.took_ms for one in told if one.name == name]
        for metric, part in ((_P50, 0.5), (_P95, 0.95), (_P99, 0.99)):
            reference = _part([one.took_ms for one in bare], part)
            results.append(metric.measured(_part(took, part), reference, file=f"{name}, {about}"))
    every = [one.took_ms for one in told]
    found = [one.took_ms for one in told if one.name.startswith("search")]
    results.append(_ALL.measured(_part(every, 0.99), _ITSELF, file=about))
    results.append(_SEARCH.measured(_part(found, 0.95), _ITSELF, file=about))
    results.append(_CPU.measured(cpu_ms, _ITSELF, file=about))
    for one in results:
        say(one)
    return results


def _part(took: Sequence[float], part: float) -> float:
    ordered = sorted(took)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0
