"""Real renditions as files to keep, read by what others read them with."""

import hashlib
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import mutagen
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from base.clock import ManualClock
from base.storage.port import Key
from stream.kept.files import Kept, kept_file
from stream.kept.tags import Field
from stream.objects import Served
from tests.support.masters import debian_tool, written
from tests.support.renditions import packaged
from transcode.ladder import REST
from transcode.tools import Tools
from workers.media import rendition_row

KEPT = tuple(rung for rung in REST if rung.name in {"flac", "alac", "mp3-320"})
FIELDS = {Field.TITLE: ("Ebb",), Field.ARTIST: ('A "band"',), Field.LYRICS: ("x\n" * 20_000,)}


class Files:
    """Objects that are files, read in pieces of any size."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()

    async def read(self, served: Served, start: int, length: int) -> AsyncIterator[bytes]:
        assert served.key
        for at in range(start, start + length, 100_003):
            yield self._data[at : min(at + 100_003, start + length)]


async def kept(tools: Tools, master: Path, folder: Path) -> dict[str, Path]:
    """Make what can be kept of a master, and write it down as it is sent."""
    files = {}
    for one in await packaged(tools, master, folder / "made", KEPT):
        path = one.encoded.made.path
        key = Key(path.name)
        row = rendition_row(one, key, uuid4(), ManualClock(datetime(2026, 11, 24, tzinfo=UTC)))
        hot = Files(path)
        file = await kept_file(hot, row, FIELDS, None)  # type: ignore[arg-type] # all that it asks
        name = one.encoded.made.rung.name
        files[name] = folder / f"kept-{name}{file.suffix}"
        files[name].write_bytes(await _read(file, hot))
    return files


async def _read(file: Kept, hot: Files) -> bytes:
    size = file.resource.size_bytes
    data = b"".join([bytes(one) async for one in file.read(hot, 0, size)])  # type: ignore[arg-type]
    middle = b"".join([bytes(one) async for one in file.read(hot, 9, size // 2)])  # type: ignore[arg-type]
    assert len(data) == size
    assert middle == data[9 : 9 + size // 2]
    return data


def integers(path: Path) -> NDArray[np.int32]:
    return soundfile.read(path, dtype="int32", always_2d=True)[0]


def by_ffmpeg(tools: Tools, path: Path, form: str = "s32le") -> bytes:
    argv = [tools.ffmpeg, "-v", "error", "-xerror", "-err_detect", "crccheck+explode", "-i", path]
    done = subprocess.run([*argv, "-f", form, "-"], check=True, capture_output=True)
    assert done.stderr == b""
    return done.stdout


def require_whole(path: Path) -> None:
    """Let FLAC's own program look at all of it, its MD5 too; a warning is a fault."""
    subprocess.run([debian_tool("flac"), "-tws", path], check=True)


@pytest.mark.parametrize(
    ("shape", "rate", "bits"),
    [
        pytest.param((44_100 * 7 + 1, 2), 44_100, 16, id="stereo"),
        pytest.param((96_000 + 7, 1), 96_000, 24, id="mono"),
        pytest.param((4_000, 2), 48_000, 24, id="shorter than a frame"),
    ],
)
async def test_what_is_kept_is_the_master_sample_for_sample(
    tools: Tools, tmp_path: Path, shape: tuple[int, int], rate: int, bits: int
) -> None:
    music = np.random.default_rng(7).normal(0, 0.1, shape)
    master = written(tmp_path / "master.wav", music, rate, f"PCM_{bits}")

    files = await kept(tools, master, tmp_path)

    sound = integers(master)
    flac = mutagen.File(files["flac"])
    assert np.array_equal(integers(files["flac"]), sound)
    require_whole(files["flac"])
    for name in ("flac", "alac"):
        assert by_ffmpeg(tools, files[name]) == sound.tobytes()
    packed = (sound >> 32 - bits).astype("<i4").view(np.uint8).reshape(-1, 4)[:, : bits // 8]
    assert f"{flac.info.md5_signature:032x}" == hashlib.md5(packed.tobytes()).hexdigest()  # noqa: S324 - FLAC's own
    assert (flac.info.total_samples, flac.info.bits_per_sample) == (shape[0], bits)
    assert flac.info.min_framesize > 0
    for name, title in (("flac", "title"), ("alac", "\xa9nam"), ("mp3-320", "TIT2")):
        assert list(mutagen.File(files[name]).tags[title]) == ["Ebb"]
    stored = tmp_path / "made" / "mp3-320.mp3"
    assert by_ffmpeg(tools, files["mp3-320"], "f32le") == by_ffmpeg(tools, stored, "f32le")
    half = shape[0] // 2
    with soundfile.SoundFile(files["flac"]) as file:
        file.seek(half)
        assert np.array_equal(file.read(999, dtype="int32", always_2d=True), sound[half:][:999])
