"""A track in pieces is the track: its count, its music around the joints, its fragments."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from base.units import Samples
from tests.support.material import music, written
from transcode import graphs
from transcode.encode import Workbench, encode
from transcode.growth import Grown, grow
from transcode.ladder import FIRST, REST, Codec, Rung
from transcode.pcm import frames_of
from transcode.plan import Order
from transcode.probe import probe
from transcode.process import Limits, capture
from transcode.reach import Reach
from transcode.tools import Tools

LADDER = {rung.name: rung for rung in (*FIRST, *REST)}
RATE = 44_100
SECONDS = 50
#: What is compared at once: shorter than a frame of any codec here.
WINDOW_S = 0.01


def song() -> NDArray[np.float64]:
    """Make music that changes all the time, so that no encoder finds its stride by chance."""
    sound = music(seconds=SECONDS)
    time = np.arange(len(sound)) / RATE
    return sound * (0.6 + 0.4 * np.sin(2 * np.pi * 1.7 * time))[:, np.newaxis]


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("joints"), song())


async def order_of(tools: Tools, master: Path, *names: str, piece_s: int) -> Order:
    return Order(
        info=await probe(tools, master),
        samples=Samples(SECONDS * RATE),
        rungs=tuple(LADDER[name] for name in names),
        piece_s=piece_s,
    )


async def encoded(bench: Workbench, order: Order) -> None:
    async def done(rung: Rung, header: object) -> None:
        del rung, header

    await asyncio.to_thread(bench.folder.mkdir, exist_ok=True)
    await encode(bench, order, done)


async def decoded(tools: Tools, path: Path) -> NDArray[np.float32]:
    argv = graphs.decode(tools.ffmpeg, path)
    reach = Reach(reads=(path,))
    data, outcome = await capture(argv, limits=Limits(), reach=reach, most_bytes=1 << 28)
    assert (outcome.status, outcome.errors) == (0, ())
    return frames_of(data, 2)


async def at_rate(tools: Tools, master: Path, rate: int) -> NDArray[np.float32]:
    window = graphs.Window(start_s=0, length_s=SECONDS + 1)
    argv = graphs.excerpt(tools.ffmpeg, master, window, rate=rate)
    reach = Reach(reads=(master,))
    data, _ = await capture(argv, limits=Limits(), reach=reach, most_bytes=1 << 28)
    return frames_of(data, 2)


def residuals_db(
    one: NDArray[np.float32], other: NDArray[np.float32], rate: int
) -> NDArray[np.float64]:
    """Answer how far apart they are in each window, in dB."""
    size = round(WINDOW_S * rate)
    count = len(one) // size
    apart = (one - other)[: count * size].astype(np.float64).reshape(count, -1)
    levels: NDArray[np.float64] = 10 * np.log10(np.square(apart).mean(axis=1) + 1e-12)
    return levels


@pytest.mark.parametrize("name", ["aac-64", "aac-256", "opus-48", "opus-160"])
async def test_a_joint_is_not_heard(tools: Tools, tmp_path: Path, master: Path, name: str) -> None:
    rate = 48_000 if LADDER[name].codec is Codec.OPUS else RATE
    rungs = {}
    for folder, piece_s in (("whole", SECONDS), ("pieces", 12)):
        bench = Workbench(tools=tools, source=master, folder=tmp_path / folder)
        await encoded(bench, await order_of(tools, master, name, piece_s=piece_s))
        rungs[folder] = await decoded(tools, tmp_path / folder / LADDER[name].file_name)

    there = await at_rate(tools, master, rate)
    whole, pieces = (residuals_db(rungs[f], there, rate) for f in ("whole", "pieces"))

    assert len(rungs["pieces"]) == len(rungs["whole"]) == SECONDS * rate
    # One encoder for all and one for each piece spend their bits a little differently everywhere;
    # at a joint, neither the worst window nor the mean of half a second may stand out of that.
    assert np.mean(pieces) <= np.mean(whole) + 0.5
    for second in (12, 24, 36):
        near = slice(round((second - 0.25) / WINDOW_S), round((second + 0.25) / WINDOW_S))
        assert pieces[near].mean() <= whole[near].mean() + 2.0
        assert pieces[near].max() <= np.sort(whole)[-3] + 3.0


async def test_flac_of_a_long_track_is_its_master(
    tools: Tools, tmp_path: Path, master: Path
) -> None:
    bench = Workbench(tools=tools, source=master, folder=tmp_path / "out")

    await encoded(bench, await order_of(tools, master, "flac", piece_s=12))

    one, other = await decoded(tools, bench.folder / "flac.mp4"), await decoded(tools, master)
    assert np.array_equal(one, other)


@pytest.mark.parametrize("cores", [1, 3])
async def test_what_grew_is_what_is_published(
    tools: Tools, tmp_path: Path, master: Path, cores: int
) -> None:
    folder = tmp_path / "out"
    await asyncio.to_thread(folder.mkdir)
    bench = Workbench(tools=tools, source=master, folder=folder, cores=cores)
    grown: list[Grown] = []

    async def on_grown(each: Grown) -> None:
        grown.append(each)

    await grow(bench, await order_of(tools, master, "aac-128", piece_s=12), on_grown)

    data = await asyncio.to_thread((folder / "aac-128.mp4").read_bytes)
    parts = [await asyncio.to_thread(each.path.read_bytes) for each in grown]
    assert [each.number for each in grown] == list(range(len(grown)))
    assert len(grown) > 2
    assert [each.is_last for each in grown] == [False] * (len(grown) - 1) + [True]
    # What is told is in order, and what is in the file in the end, byte for byte.
    at = 0
    for each, part in zip(grown, parts, strict=True):
        for one in each.fragments:
            fragment = part[one.offset : one.offset + one.size_bytes]
            found = data.find(fragment)
            assert found > at
            at = found
    assert sum(one.duration for each in grown for one in each.fragments) == SECONDS * RATE

    joined = tmp_path / "joined.mp4"
    await asyncio.to_thread(joined.write_bytes, b"".join(parts))
    assert len(await decoded(tools, joined)) == SECONDS * RATE
    assert np.array_equal(
        await decoded(tools, joined), await decoded(tools, folder / "aac-128.mp4")
    )
