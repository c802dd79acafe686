"""How many listeners one core serves: a house with tracks, and a crowd that plays them at its pace.

The server has one core to itself; the crowd, the worker and the services have the other.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import typer

from base.settings import load_settings
from base.tools import Tools, open_tools
from catalog.roles import Role
from refrain.accounts import make_account
from refrain.bench import cpu_of
from refrain.bench_house import House, child_called, open_house
from refrain.figures import Measurement, Metric, say
from refrain.listeners.crowd import crowd
from refrain.listeners.listener import Play
from refrain.listeners.tally import Asked, Tally, percentile
from refrain.resident import watched
from refrain.synthetic import FRAGMENT_S, make_track

_SERVER_CORE, _LOAD_CORE = 0, 1
_TRACKS = 10
#: Four minutes of 128 kb/s.
_FRAGMENTS, _FRAGMENT_BYTES = 40, 128_000 // 8 * FRAGMENT_S
_CREDIT_MILLICREDITS = 100_000
#: What a listener's player does not notice, and what a small machine has.
MOST_MS, _MOST_MB = 50.0, 250.0
_P99 = Metric(name="listeners_media_p99", unit="ms", bar=1.0)
_HEARTBEATS = Metric(name="listeners_heartbeat_p99", unit="ms")
_FAILURES = Metric(name="listeners_failures", unit="", bar=0.0)
_STALLS = Metric(name="listeners_stalls", unit="", bar=0.0)
_MEMORY = Metric(name="listeners_memory", unit="MB", bar=1.0)
_CPU = Metric(name="listeners_cpu", unit="s")


async def listeners(*, count: int, seconds: int, ramp_s: int) -> bool:
    """Have so many listen; print what they met, and answer whether every bar was met."""
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as name:
        folder = Path(name)
        async with open_house(folder, "--workers", "1") as house:
            async with open_tools(load_settings(data_dir=folder)) as tools:
                sources = await sources_for(tools, house, count)
            server = child_called(house.pid, "serve")
            await asyncio.to_thread(_share_cores, house.pid, server)
            before_s = cpu_of(server)
            work = crowd(sources, listeners=count, seconds=seconds, ramp_s=ramp_s)
            tally, most_mb = await watched(work, server)
            spent_s = cpu_of(server) - before_s
    typer.echo(json.dumps({"listeners": count, "seconds": seconds, **tally.as_json()}))
    results = [*_results(tally, most_mb, f"{count} listeners")]
    results.append(_CPU.measured(spent_s, seconds, file=f"{count} listeners"))
    for one in results:
        say(one)
    return all(one.ok for one in results)


def _results(tally: Tally, most_mb: float, file: str) -> list[Measurement]:
    p99_ms = percentile(tally.took_s[Asked.MEDIA], 0.99) * 1000
    beats_ms = percentile(tally.took_s[Asked.HEARTBEAT] or [0.0], 0.99) * 1000
    return [
        _P99.measured(p99_ms, MOST_MS, file=file),
        _HEARTBEATS.measured(beats_ms, MOST_MS, file=file),
        _FAILURES.measured(tally.failures.total(), 1, file=file),
        _STALLS.measured(tally.stalls, 1, file=file),
        _MEMORY.measured(most_mb, _MOST_MB, file=file),
    ]


async def sources_for(tools: Tools, house: House, count: int) -> list[Play]:
    """Make tracks, and an account with credit for each listener."""
    made = [
        await make_track(tools, fragments=_FRAGMENTS, fragment_bytes=_FRAGMENT_BYTES, seed=number)
        for number in range(_TRACKS)
    ]
    tokens = [
        await make_account(
            tools.database,
            tools.clock,
            name=f"Listener {number}",
            role=Role.LISTENER,
            millicredits=_CREDIT_MILLICREDITS,
        )
        for number in range(count)
    ]
    return [
        Play(server=house.url, track=str(made[number % _TRACKS].track_id), token=token)
        for number, token in enumerate(tokens)
    ]


def _share_cores(house: int, server: int) -> None:
    """Give the server a core, and the other to all else."""
    for pid in (os.getpid(), house, *_below(house)):
        core = _SERVER_CORE if pid == server else _LOAD_CORE
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with suppress(ProcessLookupError):
                os.sched_setaffinity(int(thread.name), {core})


def _below(pid: int) -> list[int]:
    children = [
        int(child)
        for path in Path(f"/proc/{pid}/task").glob("*/children")
        for child in path.read_text().split()
    ]
    return [*children, *(one for child in children for one in _below(child))]
