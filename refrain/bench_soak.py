"""Whether a house stays as it is: a crowd listens for long while masters come in and are encoded.

Nothing is given a core of its own: that the music goes on beside the encoders is what is asked.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import numpy as np
import soundfile
import typer

from base.errors import Broken
from base.settings import load_settings
from base.tools import open_tools
from refrain.bench_house import House, child_called, open_house
from refrain.bench_listeners import MOST_MS, sources_for
from refrain.client import open_client
from refrain.corpus.pieces import band
from refrain.figures import Measurement, Metric, say
from refrain.listeners.crowd import crowd
from refrain.listeners.tally import Asked, Tally, percentile
from refrain.resident import resident_mb

_LOOK_S = 5.0
_RATE, _SECONDS = 44_100, 180
#: The first and the last part of the time, whose memory is compared.
_PART = 5
_GROWTH = Metric(name="soak_memory_growth", unit="MB", bar=1.1)
_STALLS = Metric(name="soak_stalls", unit="", bar=0.0)
_FAILURES = Metric(name="soak_failures", unit="", bar=0.0)
_P99 = Metric(name="soak_media_p99", unit="ms")
_MASTERS = Metric(name="soak_masters", unit="")


async def soak(*, count: int, seconds: int, ramp_s: int) -> bool:
    """Have so many listen while masters go in, one after the other; answer whether all is well."""
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as name:
        folder = Path(name)
        async with open_house(folder, "--workers", "1") as house:
            async with open_tools(load_settings(data_dir=folder)) as tools:
                sources = await sources_for(tools, house, count)
            listening = asyncio.create_task(
                crowd(sources, listeners=count, seconds=seconds, ramp_s=ramp_s)
            )
            server = child_called(house.pid, "serve")
            held_mb, done, tally = await asyncio.gather(
                _memory(server, listening), _send(house, folder, listening), listening
            )
    typer.echo(json.dumps({"listeners": count, "seconds": seconds, **tally.as_json()}))
    results = _results(tally, done, held_mb, f"{count} listeners")
    for one in results:
        say(one)
    return all(one.ok for one in results)


def _results(tally: Tally, done: int, held_mb: Sequence[float], file: str) -> list[Measurement]:
    part = max(1, len(held_mb) // _PART)
    # At first the crowd comes, and what is asked for is opened: that is no growth.
    early_mb, late_mb = fmean(held_mb[part : 2 * part] or held_mb), fmean(held_mb[-part:])
    return [
        _GROWTH.measured(late_mb, early_mb, file=file),
        _STALLS.measured(tally.stalls, 1, file=file),
        _FAILURES.measured(tally.failures.total(), 1, file=file),
        _P99.measured(percentile(tally.took_s[Asked.MEDIA], 0.99) * 1000, MOST_MS, file=file),
        _MASTERS.measured(done, 1, file=file),
    ]


async def _memory(pid: int, while_not: asyncio.Task[Tally]) -> list[float]:
    """Answer how much memory the server held, from time to time."""
    held_mb = [resident_mb(pid)]
    while not while_not.done():
        await asyncio.wait([while_not], timeout=_LOOK_S)
        held_mb.append(resident_mb(pid))
    return held_mb


async def _send(house: House, folder: Path, while_not: asyncio.Task[Tally]) -> int:
    """Send masters, each when the one before is complete; answer how many were completed.

    Raises:
        Broken: one came to anything else.

    """
    done, music = 0, await asyncio.to_thread(band, 7, _RATE, _SECONDS)
    async with open_client(house.url, house.token) as client:
        while not while_not.done():
            path = folder / f"master-{done}.wav"
            # Begun elsewhere it is another master, for all that matters here.
            turned = np.roll(music, done * _RATE // 7, axis=0)
            await asyncio.to_thread(soundfile.write, path, turned, _RATE, subtype="PCM_16")
            added = await client.follow(await client.send(path, lambda _: None), to_the_end=True)
            await asyncio.to_thread(path.unlink)
            if added.state != "complete":
                raise Broken("not-complete", f"{path.name} became {added.state}: {added.reason}")
            done += 1
    return done
