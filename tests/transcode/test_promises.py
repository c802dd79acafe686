"""Lengths that ffmpeg does not hold a file to."""

import struct
from pathlib import Path

import pytest

from base.errors import Refused
from tests.support.material import chunk, format_chunk, riff
from transcode.probe import probe
from transcode.promises import Promise, promise_of
from transcode.tools import Tools

SOUND = bytes(4000)


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def wide(name: bytes) -> bytes:
    sizes = chunk(b"ds64", struct.pack("<QQQI", 4100, len(SOUND), 1000, 0))
    data = chunk(b"data", SOUND, size=0xFFFFFFFF)
    return riff(sizes, format_chunk(2), data, kind=name, size=0xFFFFFFFF)


def big_endian() -> bytes:
    form = struct.pack(">4sIHHIIHH", b"fmt ", 16, 1, 2, 44_100, 176_400, 4, 16)
    data = struct.pack(">4sI", b"data", len(SOUND)) + SOUND
    return b"RIFX" + struct.pack(">I", 4 + len(form + data)) + b"WAVE" + form + data


KINDS = {
    "riff": riff(format_chunk(2), chunk(b"data", SOUND)),
    "rf64": wide(b"RF64"),
    "bw64": wide(b"BW64"),
    "rifx": big_endian(),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_cut_wav_of_any_kind_says_how_long_it_should_be(
    tools: Tools, tmp_path: Path, kind: str
) -> None:
    path = written(tmp_path / "a.wav", KINDS[kind][: len(KINDS[kind]) // 2])

    info = await probe(tools, path)

    assert info.declared_samples == 1000


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_who_wrote_into_a_pipe_promises_nothing(tmp_path: Path, size: int) -> None:
    data = riff(format_chunk(2), chunk(b"data", SOUND, size=size))

    assert promise_of(written(tmp_path / "a.wav", data), "wav") is None


def test_a_chunk_that_leads_nowhere_ends_the_search(tmp_path: Path) -> None:
    name = bytes(16)
    loop = bytes(40) + name + struct.pack("<Q", 24) + name + struct.pack("<Q", (1 << 64) - 1)

    assert promise_of(written(tmp_path / "a.w64", loop), "w64") is None


@pytest.mark.parametrize("size", [1 << 44, 1 << 61, (1 << 63) - 1])
def test_a_chunk_beyond_what_any_disk_holds_ends_the_search(tmp_path: Path, size: int) -> None:
    data = b"caff\x00\x01\x00\x00free" + struct.pack(">q", size) + bytes(100)

    assert promise_of(written(tmp_path / "a.caf", data), "caf") is None


def test_a_caf_counts_its_edits_before_its_sound(tmp_path: Path) -> None:
    what = struct.pack(">d4sIIIII", 44_100.0, b"lpcm", 2, 4, 1, 2, 16)
    head = b"caff\x00\x01\x00\x00desc" + struct.pack(">q", 32) + what
    data = head + b"data" + struct.pack(">q", 4 + len(SOUND)) + bytes(4) + SOUND

    found = promise_of(written(tmp_path / "a.caf", data), "caf")

    assert found == Promise(size_bytes=len(SOUND), ends_at=len(data), frame_bytes=4)
    assert found.frames == 1000


async def test_a_master_that_promises_years_is_too_long(tools: Tools, tmp_path: Path) -> None:
    sizes = chunk(b"ds64", struct.pack("<QQQI", 1 << 50, 1 << 50, 0, 0))
    data = chunk(b"data", SOUND, size=0xFFFFFFFF)
    path = written(tmp_path / "a.wav", riff(sizes, format_chunk(2), data, kind=b"RF64"))

    with pytest.raises(Refused, match="too-long"):
        await probe(tools, path)
