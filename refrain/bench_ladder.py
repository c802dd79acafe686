"""Benchmarks of encoding: how soon something can be heard, and when all of it is there."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from refrain.figures import Measurement, Metric, Subject
from refrain.reference import cost_of_rungs
from refrain.resident import MOST_MEMORY_MB, watched
from transcode.encode import Workbench
from transcode.growth import Grown
from transcode.ladder import FIRST, REST, rungs_for
from transcode.package import package, seekable
from transcode.probe import probe
from transcode.process import available_cores
from transcode.soon import open_master

#: What a listener would wait for, in seconds, however long the master is.
_SOON_S = 2.0
_SOON = Metric(name="first_sound", unit="s", bar=1.0)
_OPENED = Metric(name="first_rungs_wall", unit="s")
_MEMORY = Metric(name="ladder_memory", unit="MB", bar=1.0)
_LADDER = Metric(name="ladder_wall", unit="s", bar=1.25)


async def ladder(subject: Subject) -> list[Measurement]:
    """Examine a master and make all its rungs, certified, as a worker does.

    The reference: as many seconds as the bare encodes of the same rungs would take, if they shared
    all cores without loss.
    """
    info = await probe(subject.tools, subject.path)
    took, most_mb = await watched(_make(subject))
    first = await cost_of_rungs(subject.tools, subject.path, info, rungs_for(info, FIRST))
    rest = await cost_of_rungs(subject.tools, subject.path, info, rungs_for(info, REST))
    cores, name = available_cores(), subject.path.name
    return [
        _SOON.measured(took.first_sound_s, _SOON_S, file=name),
        _OPENED.measured(took.opened_s, first.cpu_s / cores, file=name),
        _LADDER.measured(took.all_s, (first.cpu_s + rest.cpu_s) / cores, file=name),
        _MEMORY.measured(most_mb, MOST_MEMORY_MB, file=name),
    ]


class _Took(NamedTuple):
    first_sound_s: float
    opened_s: float
    all_s: float


async def _make(subject: Subject) -> _Took:
    heard: list[float] = []
    begun = time.monotonic()

    async def hear(grown: Grown) -> None:
        del grown
        heard.append(time.monotonic() - begun)

    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as folder:
        bench = Workbench(tools=subject.tools, source=subject.path, folder=Path(folder))
        info = await probe(subject.tools, subject.path)
        opened = await open_master(bench, info, hear)
        opened_s = time.monotonic() - begun
        rungs = rungs_for(info, REST)
        bench = await seekable(bench, info)
        await package(bench, opened.original, rungs, gain_db=opened.gain_db)
        return _Took(heard[0], opened_s, time.monotonic() - begun)
