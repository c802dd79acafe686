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
from transcode.package import package
from transcode.probe import probe
from transcode.soon import original_of
from transcode.tools import Tools
from transcode.verify import Original, certify

LADDER = {rung.name: rung for rung in (*FIRST, *REST)}

FAULTS: dict[str, Callable[[Sound], Sound]] = {
    "a frame late": lambda sound: np.roll(sound, 1024, axis=0),
    "a look-ahead early": lambda sound: np.roll(sound, -312, axis=0),
    "a gain forgotten": lambda sound: sound * 0.8,
}


async def made_of(tools: Tools, folder: Path, sound: Sound, name: str) -> tuple[Made, Original]:
    await asyncio.to_thread(folder.mkdir)
    master = written(folder, sound, rate=96_000, subtype="PCM_24")
    found = await examine(tools, master, await probe(tools, master), folder=folder)
    bench = Workbench(tools=tools, source=master, folder=folder)
    [one] = await package(bench, original_of(found), [LADDER[name]], gain_db=0.0)
    return one.encoded.made, original_of(found)


@pytest.mark.parametrize("name", ["aac-64", "aac-256", "opus-96", "mp3-320"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_of_ours_is_broken(
    tools: Tools, tmp_path: Path, fault: str, name: str
) -> None:
    sound = music(seconds=3, rate=96_000)
    made, original = await made_of(tools, tmp_path / "made", sound, name)
    other = written(tmp_path, FAULTS[fault](sound), rate=96_000, subtype="PCM_24")

    with pytest.raises(Broken, match="off its master"):
        bench = Workbench(tools=tools, source=other, folder=tmp_path)
        await certify(bench, made, original, excerpts=Excerpts(bench, 2))


async def test_a_resampled_lossless_rung_is_its_master_to_the_dither(
    tools: Tools, tmp_path: Path
) -> None:
    sound = music(seconds=3, rate=96_000)
    made, original = await made_of(tools, tmp_path / "made", sound, "flac-48")
    blemished = sound.copy()
    blemished[144_000:144_100] += 0.0001
    other = written(tmp_path, blemished, rate=96_000, subtype="PCM_24")

    with pytest.raises(Broken, match="differs from its master"):
        bench = Workbench(tools=tools, source=other, folder=tmp_path)
        await certify(bench, made, original, excerpts=Excerpts(bench, 2))
