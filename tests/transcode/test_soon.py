import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile

from base.errors import Broken, Refused
from tests.support.masters import long_tone
from transcode.encode import Workbench
from transcode.growth import Grown
from transcode.probe import probe
from transcode.soon import open_master
from transcode.tools import Tools


async def test_pieces_are_told_of_in_order_and_are_the_same_each_time(
    tools: Tools, tmp_path: Path
) -> None:
    master = long_tone(tmp_path / "song.wav", seconds=150)
    info = await probe(tools, master)
    told: list[list[tuple[int, bytes, bool]]] = []

    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        told.append(run := [])

        async def keep(grown: Grown, run: list[tuple[int, bytes, bool]] = run) -> None:
            data = await asyncio.to_thread(grown.path.read_bytes)
            assert data[grown.fragments[0].offset + 4 :].startswith(b"moof")
            run.append((grown.number, data, grown.is_last))

        opened = await open_master(Workbench(tools=tools, source=master, folder=folder), info, keep)

    assert told[0] == told[1]
    assert [number for number, _, _ in told[0]] == list(range(len(told[0])))
    assert [is_last for _, _, is_last in told[0]] == [False] * (len(told[0]) - 1) + [True]
    assert opened.original.samples == soundfile.info(master).frames


async def test_a_long_master_is_refused_though_its_beginning_was_heard(
    tools: Tools, tmp_path: Path
) -> None:
    master = cut(long_tone(tmp_path / "cut.wav", seconds=1200))
    heard: list[int] = []

    async def keep(grown: Grown) -> None:
        await asyncio.sleep(0)
        heard.append(grown.number)

    with pytest.raises(Refused, match="cut off"):
        bench = Workbench(tools=tools, source=master, folder=tmp_path)
        await open_master(bench, await probe(tools, master), keep)
    assert heard[:1] == [0]


async def test_where_growing_fails_first_the_fault_of_the_master_is_told(
    tools: Tools, tmp_path: Path
) -> None:
    master = cut(long_tone(tmp_path / "cut.wav", seconds=600))
    bench = Workbench(tools=tools, source=master, folder=tmp_path)
    info = await probe(tools, master)

    async def fail(grown: Grown) -> None:
        await asyncio.sleep(0)
        raise Broken("wrong-rendition", f"Piece {grown.number} is not what was asked for.")

    with pytest.raises(Refused, match="cut off"):
        await open_master(bench, info, fail)

    sound = long_tone(tmp_path / "sound.wav", seconds=20)
    with pytest.raises(Broken, match="not what was asked"):
        await open_master(replace(bench, source=sound), await probe(tools, sound), fail)


def cut(path: Path) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    return path
