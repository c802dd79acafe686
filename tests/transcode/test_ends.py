"""How work on a master ends that does not end well, and what is told of it on the way."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from base.errors import Broken
from base.units import Samples
from tests.support.children import processes_naming
from tests.support.masters import long_tone, tone
from tests.support.material import RATE, SOUNDS, music, written
from transcode.encode import Workbench, run_command
from transcode.examine import Examination, examine
from transcode.growth import Grown, grow
from transcode.ladder import FIRST, REST
from transcode.package import package
from transcode.plan import Order, headroom_db, plan
from transcode.probe import probe
from transcode.process import Limits
from transcode.progress import Done
from transcode.soon import open_master, original_of
from transcode.tools import Tools

LADDER = {rung.name: rung for rung in (*FIRST, *REST)}
LONG_S = 600


async def until(is_so: Callable[[], bool]) -> None:
    while not await asyncio.to_thread(is_so):  # noqa: ASYNC110 - a process sets no event of ours
        await asyncio.sleep(0.01)


async def unheard(grown: Grown) -> None:
    del grown


Work = Callable[[Workbench, Order, Examination], Awaitable[object]]


async def _package(bench: Workbench, order: Order, found: Examination) -> object:
    original = replace(original_of(found), samples=order.samples)
    return await package(bench, original, (*FIRST, *REST), gain_db=0.0)


async def _grow(bench: Workbench, order: Order, _: Examination) -> object:
    return await grow(bench, order, unheard)


async def _open(bench: Workbench, order: Order, _: Examination) -> object:
    return await open_master(bench, order.info, unheard)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return long_tone(tmp_path_factory.mktemp("ends") / "long.wav", seconds=LONG_S)


@pytest.mark.parametrize("work", [_package, _grow, _open])
@pytest.mark.parametrize("delay_s", [0.0, 0.1])
async def test_who_is_cancelled_leaves_no_child_and_is_gone_soon(
    tools: Tools, tmp_path: Path, long: Path, work: Work, delay_s: float
) -> None:
    short = tone(tmp_path / "short.wav")
    found = await examine(tools, short, await probe(tools, short), folder=tmp_path)
    info = await probe(tools, long)
    bench = Workbench(tools=tools, source=long, folder=tmp_path)
    order = Order(info=info, samples=Samples(LONG_S * RATE), rungs=(LADDER["aac-128"],))

    task = asyncio.create_task(work(bench, order, found))  # type: ignore[arg-type]
    await until(lambda: task.done() or bool(processes_naming(long)))
    await asyncio.sleep(delay_s)
    assert not task.done()
    begin = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert time.monotonic() - begin < 1
    assert processes_naming(long) == []


@pytest.mark.parametrize("name", ["ordinary", "white noise at full scale"])
async def test_progress_never_goes_back_and_ends_at_one(
    tools: Tools, tmp_path: Path, name: str
) -> None:
    master = written(tmp_path, SOUNDS[name]() if name in SOUNDS else music())
    found = await examine(tools, master, await probe(tools, master), folder=tmp_path)
    dones: list[Done] = []
    bench = Workbench(tools=tools, source=master, folder=tmp_path, progress=dones.append)

    gain_db = headroom_db(found.heard.loudness.true_peak_dbtp)
    await package(bench, original_of(found), (*FIRST, *REST[:4]), gain_db=gain_db)

    told = [done.whole for done in dones]
    assert all(before <= after for before, after in pairwise(told))
    assert told[0] > 0
    assert told[-1] == 1
    assert told.count(1) == 1
    rungs = {rung.name for rung in (*FIRST, *REST[:4])}
    assert dones[-1].rungs == dict.fromkeys(rungs, 1.0)


async def test_a_child_that_fails_is_told_of_in_its_own_words(tools: Tools, tmp_path: Path) -> None:
    master = tone(tmp_path / "tone.wav")
    found = await examine(tools, master, await probe(tools, master), folder=tmp_path)
    bench = Workbench(tools=tools, source=tmp_path / "gone.wav", folder=tmp_path)

    with pytest.raises(Broken, match=r"encode-failed: ffmpeg failed: .*No such file") as broken:
        await package(bench, original_of(found), (*FIRST, *REST), gain_db=0.0)

    assert broken.value.__cause__ is None


async def test_a_full_disk_is_an_error_and_no_wait(tools: Tools, tmp_path: Path) -> None:
    master = tone(tmp_path / "tone.wav", seconds=30)
    info = await probe(tools, master)
    bench = Workbench(tools=tools, source=master, folder=tmp_path)
    order = Order(info=info, samples=Samples(30 * RATE), rungs=(LADDER["flac"],))
    [command] = plan(order, tmp_path)

    begin = time.monotonic()
    with pytest.raises(Broken, match="encode-failed"):
        await run_command(replace(bench, limits=Limits(output_bytes=100_000)), order, command)

    assert time.monotonic() - begin < 10
