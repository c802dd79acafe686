"""Benchmarks of encoding: how soon something can be heard, and when all of it is there."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from base.units import Samples
from refrain.figures import Measurement, Metric, Subject
from refrain.reference import cost_of_rungs, cpu_s
from refrain.resident import MOST_MEMORY_MB, watched
from transcode.cmaf import Description
from transcode.encode import Workbench, encode
from transcode.growth import Grown
from transcode.ladder import FIRST, REST, Rung, rungs_for
from transcode.package import package, seekable
from transcode.plan import Order
from transcode.probe import probe
from transcode.process import available_cores
from transcode.soon import open_master
from transcode.source import SourceInfo

#: What a listener would wait for, in seconds, however long the master is.
_SOON_S = 2.0
_SOON = Metric(name="first_sound", unit="s", bar=1.0)
_OPENED = Metric(name="first_rungs_wall", unit="s")
_MEMORY = Metric(name="ladder_memory", unit="MB", bar=1.0)
_ENCODES = Metric(name="ladder_encode_wall", unit="s", bar=1.25)
_LADDER = Metric(name="ladder_wall", unit="s", bar=1.25)
_CPU = Metric(name="ladder_cpu", unit="s")


async def ladder(subject: Subject) -> list[Measurement]:
    """Make all rungs of a master: encoded only, and as a worker does, examined and certified.

    The reference: as many seconds as the bare encodes of the same rungs would take, if they shared
    all cores without loss; of the CPU seconds, theirs. On a machine that does other things only
    those tell.
    """
    info = await probe(subject.tools, subject.path)
    used_s = cpu_s()
    took, most_mb = await watched(_make(subject))
    used_s = cpu_s() - used_s
    first = await cost_of_rungs(subject.tools, subject.path, info, rungs_for(info, FIRST))
    rest = await cost_of_rungs(subject.tools, subject.path, info, rungs_for(info, REST))
    cores, name = available_cores(), subject.path.name
    encoded_s = await _encode(subject, info, took.samples)
    all_s = (first.cpu_s + rest.cpu_s) / cores
    return [
        _SOON.measured(took.first_sound_s, _SOON_S, file=name),
        _OPENED.measured(took.opened_s, first.cpu_s / cores, file=name),
        _ENCODES.measured(encoded_s, all_s, file=name),
        _LADDER.measured(took.all_s, all_s, file=name),
        _CPU.measured(used_s, first.cpu_s + rest.cpu_s, file=name),
        _MEMORY.measured(most_mb, MOST_MEMORY_MB, file=name),
    ]


class _Took(NamedTuple):
    first_sound_s: float
    opened_s: float
    all_s: float
    samples: Samples


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
        all_s = time.monotonic() - begun
        return _Took(heard[0], opened_s, all_s, opened.original.samples)


async def _encode(subject: Subject, info: SourceInfo, samples: Samples) -> float:
    """Encode and assemble all rungs, and hear none of them."""

    async def leave(rung: Rung, header: Description | None) -> None:
        del rung, header

    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as folder:
        bench = Workbench(tools=subject.tools, source=subject.path, folder=Path(folder))
        begun = time.monotonic()
        bench = await seekable(bench, info)
        order = Order(info=info, samples=samples, rungs=rungs_for(info, (*FIRST, *REST)))
        await encode(bench, order, leave)
        return time.monotonic() - begun
