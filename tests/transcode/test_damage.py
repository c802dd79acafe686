"""A damaged master is refused, and told where it is damaged."""

from pathlib import Path

import numpy as np
import pytest

from tests.support.masters import tone, written
from transcode.damage import damage
from transcode.examine import examine
from transcode.findings import Finding, Unsound
from transcode.probe import probe
from transcode.tools import Tools

RATE = 44_100


def flipped(path: Path, *, part: float, bytes_: int = 1) -> Path:
    data = bytearray(path.read_bytes())
    place = round(len(data) * part)
    for at in range(place, place + bytes_):
        data[at] ^= 0x55
    path.write_bytes(data)
    return path


async def refusal(tools: Tools, path: Path, folder: Path) -> Finding:
    info = await probe(tools, path)
    with pytest.raises(Unsound) as caught:
        await examine(tools, path, info, folder=folder)
    return caught.value.finding


@pytest.mark.parametrize("length", [1, 3_000])
async def test_wrong_bytes_are_found_where_they_are(
    tools: Tools, tmp_path: Path, length: int
) -> None:
    # Noise of one loudness takes the same room everywhere.
    noise = np.random.default_rng(1).normal(0, 0.1, (6 * RATE, 2))
    path = flipped(written(tmp_path / "a.flac", noise, RATE), part=0.5, bytes_=length)

    found = await refusal(tools, path, tmp_path)

    assert found.code == "damaged"
    assert found.at is not None
    (place,) = found.at
    assert place[0] == pytest.approx(3, abs=0.15)
    assert place[1] > place[0]
    assert f"at 0:0{place[0]:.1f}" in found.text


async def test_what_is_cut_off_says_what_is_missing(tools: Tools, tmp_path: Path) -> None:
    path = tone(tmp_path / "cut.flac", seconds=4)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    found = await refusal(tools, path, tmp_path)

    assert found.code == "truncated"
    assert found.at is not None
    assert found.at[0] == pytest.approx((2, 4), abs=0.2)


async def test_of_files_in_one_another_it_is_told_where_the_second_begins(
    tools: Tools, tmp_path: Path
) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, (2 * RATE, 2))
    path = written(tmp_path / "often.flac", noise, RATE)
    path.write_bytes(path.read_bytes() * 9)

    assert await damage(tools, path) == [(2 * RATE, 0)]


async def test_a_whole_master_lacks_nothing(tools: Tools, tmp_path: Path) -> None:
    assert await damage(tools, tone(tmp_path / "a.flac")) == []
