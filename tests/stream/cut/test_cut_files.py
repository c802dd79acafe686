"""Renditions from a second on, decoded: what is heard is what is heard of the whole from there."""

import io
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from base.clock import ManualClock
from base.errors import Broken
from base.storage.port import Key
from catalog.models.files import Rendition
from stream.cut.files import CutFile, cut_file
from stream.objects import Served
from tests.support.masters import carillon, debian_tool
from tests.support.renditions import packaged, the_tools
from transcode.ladder import FIRST, REST
from transcode.tools import Tools
from workers.media import rendition_row

#: Three fragments, the last of which ends within a frame.
SECONDS = 13.21
RUNGS = {"flac", "aac-128", "opus-96"}
_LIBOPUS = ["-c:a", "libopus", "-request_sample_fmt", "flt"]


class Files:
    """An object that is a file, of which nothing is at hand, read in pieces."""

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()

    def view(self, served: Served, start: int, length: int) -> None:
        del served, start, length

    async def read(self, served: Served, start: int, length: int) -> AsyncIterator[bytes]:
        assert served.key
        for at in range(start, start + length, 10_007):
            yield self.data[at : min(at + 10_007, start + length)]


async def made_of(tools: Tools, master: Path, folder: Path) -> dict[str, tuple[Rendition, Files]]:
    clock = ManualClock(datetime(2026, 11, 24, tzinfo=UTC))
    those = [rung for rung in (*FIRST, *REST) if rung.name in RUNGS]
    return {
        one.encoded.made.rung.name: (
            rendition_row(one, Key("x"), uuid4(), clock),
            Files(one.encoded.made.path),
        )
        for one in await packaged(tools, master, folder, those)
    }


async def part_of(file: CutFile, hot: Files, start: int, length: int) -> bytes:
    return b"".join([bytes(one) async for one in file.read(hot, start, length)])  # type: ignore[arg-type]


async def whole_of(file: CutFile, hot: Files) -> bytes:
    """Read all of it, and a stretch from its middle, which has to be the same."""
    size = file.resource.size_bytes
    data = await part_of(file, hot, 0, size)
    assert len(data) == size
    for start, length in ((0, 10), (9, size // 2), (size - 1000, 1000)):
        assert await part_of(file, hot, start, length) == data[start : start + length]
    return data


def heard(rendition: Rendition, data: bytes) -> NDArray[np.float32]:
    decoder = _LIBOPUS if rendition.codec == "opus" else []
    argv = [the_tools().ffmpeg, "-v", "error", "-xerror", *decoder, "-i", "pipe:0"]
    done = subprocess.run(
        [*argv, "-f", "f32le", "-"], input=data, check=True, capture_output=True, timeout=60
    )
    assert done.stderr == b"", done.stderr
    return np.frombuffer(done.stdout, "<f4").reshape(-1, rendition.channels)


@pytest.mark.parametrize(
    ("rate", "bits"), [pytest.param(44_100, 16, id="CD"), pytest.param(96_000, 24, id="96/24")]
)
async def test_a_second_on_is_what_the_whole_is_from_there(
    tools: Tools, tmp_path: Path, rate: int, bits: int
) -> None:
    master = carillon(
        tmp_path / "master.wav", samples=round(SECONDS * rate), rate=rate, subtype=f"PCM_{bits}"
    )
    sound, _ = soundfile.read(master, dtype="int32")
    made = await made_of(tools, master, tmp_path / "made")

    for name, (rendition, hot) in made.items():
        before = heard(rendition, hot.data)
        for second in (1, 6, 13):
            file = await cut_file(hot, rendition, second)  # type: ignore[arg-type] # all that it asks
            data = await whole_of(file, hot)
            after = heard(rendition, data)
            expected = before[second * rendition.timescale :]
            assert after.shape == expected.shape, (name, second)
            if name == "flac":
                assert np.array_equal(after, expected)
                require_flac(data, tmp_path / "cut.flac", sound[second * rate :])
            else:
                # A decoder that began elsewhere rounds elsewhere, and makes other noise of its own.
                apart = np.abs(after - expected)
                assert apart.max() < 0.02, (name, second, apart.max())
                assert np.sqrt((apart**2).mean()) < 0.002, (name, second)
        with pytest.raises(Broken):
            await cut_file(hot, rendition, 14)  # type: ignore[arg-type]


def require_flac(data: bytes, path: Path, sound: NDArray[np.int32]) -> None:
    """Let FLAC's own program look at all of it, and its library find a place in it."""
    path.write_bytes(data)
    subprocess.run([debian_tool("flac"), "-ts", path], check=True)
    at = len(sound) // 2
    with soundfile.SoundFile(io.BytesIO(data)) as read:
        assert np.array_equal(read.read(dtype="int32"), sound)
        read.seek(at)
        assert np.array_equal(read.read(99, dtype="int32"), sound[at:][:99])
