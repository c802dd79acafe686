"""Faults that would be ours are not published, whatever a codec is forgiven."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from base.errors import Broken
from tests.support.material import Sound, music, written
from transcode.encode import Workbench
from transcode.encoded import Made
from transcode.examine import examine
from transcode.excerpts import Excerpts
from transcode.ladder import FIRST, REST
from transcode.package import Packaged, package
from transcode.probe import probe
from transcode.soon import original_of
from transcode.tools import Tools
from transcode.verify import Original, certify

LADDER = {rung.name: rung for rung in (*FIRST, *REST)}
LOSSY = ("aac-64", "aac-256", "opus-96", "mp3-320")
NAMES = (*LOSSY, "flac-48")

FAULTS: dict[str, Callable[[Sound], Sound]] = {
    "a frame late": lambda sound: np.roll(sound, 1024, axis=0),
    "a look-ahead early": lambda sound: np.roll(sound, -312, axis=0),
    "a gain forgotten": lambda sound: sound * 0.8,
}


SOUND = music(seconds=3, rate=96_000)


@pytest.fixture(scope="module")
def faultless(
    tools: Tools, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Made], Original]:
    """Answer renditions that are sound, by their rungs, and what they are of."""
    folder = tmp_path_factory.mktemp("faultless")
    master = written(folder, SOUND, rate=96_000, subtype="PCM_24")
    bench = Workbench(tools=tools, source=master, folder=folder)

    async def make() -> tuple[list[Packaged], Original]:
        original = original_of(
            await examine(tools, master, await probe(tools, master), folder=folder)
        )
        rungs = [LADDER[name] for name in NAMES]
        return await package(bench, original, rungs, gain_db=0.0), original

    packaged, original = asyncio.run(make())
    return {one.encoded.made.rung.name: one.encoded.made for one in packaged}, original


@pytest.mark.parametrize("name", LOSSY)
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_of_ours_is_broken(
    tools: Tools,
    tmp_path: Path,
    faultless: tuple[dict[str, Made], Original],
    fault: str,
    name: str,
) -> None:
    made, original = faultless
    other = written(tmp_path, FAULTS[fault](SOUND), rate=96_000, subtype="PCM_24")

    with pytest.raises(Broken, match="off its master"):
        bench = Workbench(tools=tools, source=other, folder=tmp_path)
        await certify(bench, made[name], original, excerpts=Excerpts(bench, 2))


async def test_a_resampled_lossless_rung_is_its_master_to_the_dither(
    tools: Tools, tmp_path: Path, faultless: tuple[dict[str, Made], Original]
) -> None:
    made, original = faultless
    blemished = SOUND.copy()
    blemished[144_000:144_100] += 0.0001
    other = written(tmp_path, blemished, rate=96_000, subtype="PCM_24")

    with pytest.raises(Broken, match="differs from its master"):
        bench = Workbench(tools=tools, source=other, folder=tmp_path)
        await certify(bench, made["flac-48"], original, excerpts=Excerpts(bench, 2))
