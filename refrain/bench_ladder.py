"""Benchmarks of encoding: how soon something can be heard, and when all of it is there."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from refrain.figures import Measurement, Metric, Subject
from refrain.reference import cost_of_rungs
from transcode.encode import Workbench
from transcode.growth import Grown
from transcode.ladder import FIRST, REST, rungs_for
from transcode.package import package, seekable
from transcode.probe import probe
from transcode.soon import open_master

#: What a listener would wait for, in seconds, however long the master is.
_SOON_S = 2.0
_SOON = Metric(name="first_sound", unit="s", bar=1.0)
_OPENED = Metric(name="first_rungs_wall", unit="s")
_LADDER = Metric(name="ladder_wall", unit="s", bar=1.25)


async def ladder(subject: Subject) -> list[Measurement]:
    """Examine a master and make all its rungs, certified, as a worker does.

    The reference: as many seconds as the bare encodes of the same rungs would take, if they shared
    all cores without loss.
    """
    info = await probe(subject.tools, subject.path)
    heard: list[float] = []

    async def hear(grown: Grown) -> None:
        del grown
        heard.append(time.monotonic() - begun)

    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as folder:
        bench = Workbench(tools=subject.tools, source=subject.path, folder=Path(folder))
        begun = time.monotonic()
        opened = await open_master(bench, await probe(subject.tools, subject.path), hear)
        opened_s = time.monotonic() - begun
        rest = rungs_for(info, REST)
        bench = await seekable(bench, info)
        await package(bench, opened.original, rest, gain_db=opened.gain_db)
        wall_s = time.monotonic() - begun
    first = await cost_of_rungs(subject.tools, subject.path, info, rungs_for(info, FIRST))
    others = await cost_of_rungs(subject.tools, subject.path, info, rest)
    cores = os.cpu_count() or 1
    return [
        _SOON.measured(heard[0], _SOON_S, file=subject.path.name),
        _OPENED.measured(opened_s, first.cpu_s / cores, file=subject.path.name),
        _LADDER.measured(wall_s, (first.cpu_s + others.cpu_s) / cores, file=subject.path.name),
    ]
