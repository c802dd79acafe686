import base64
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import binary, integers, lists

from tests.support.fingerprints import packed
from tests.support.masters import debian_tool, shared, tone
from transcode.examine import examine
from transcode.fingerprint import items_of, parse
from transcode.probe import probe
from transcode.tools import Tools


@pytest.mark.parametrize("printed", ["", "AQAAAA", "AQAAA", "AQAAA5ESS\n", "no fingerprint!"])
def test_what_holds_no_item_is_no_fingerprint(printed: str) -> None:
    assert parse(printed) is None


def test_what_holds_some_is_one_as_it_stands() -> None:
    assert parse("AQAAA5ESSUmiJJESBcZ5AOMA") == "AQAAA5ESSUmiJJESBcZ5AOMA"


async def test_a_master_has_one_and_a_moment_has_none(tools: Tools, tmp_path: Path) -> None:
    master, moment = tone(tmp_path / "a.wav", seconds=20), tone(tmp_path / "b.wav", seconds=1)

    found, short = [
        await examine(tools, path, await probe(tools, path), folder=tmp_path)
        for path in (master, moment)
    ]

    assert found.heard.fingerprint is not None
    assert short.heard.fingerprint is None


@pytest.fixture
def fpcalc() -> Callable[[Path], str]:
    program = debian_tool("fpcalc")

    def fingerprint(path: Path) -> str:
        # Its status tells of the end of a file, too.
        done = subprocess.run([program, "-plain", path], check=False, capture_output=True)
        return done.stdout.decode().strip()

    return fingerprint


# Of other masters a few bits differ: those that its own resampler left on an edge.
@pytest.mark.parametrize("name", ["mp3-sourced-16bit-44k.flac", "upsampled-24bit-96k.flac"])
async def test_fpcalc_agrees_to_the_letter(
    tools: Tools, tmp_path: Path, name: str, fpcalc: Callable[[Path], str]
) -> None:
    master = shared("media", name).resolve()

    found = await examine(tools, master, await probe(tools, master), folder=tmp_path)

    assert found.heard.fingerprint == fpcalc(master)


@given(lists(integers(0, 2**32 - 1), min_size=1, max_size=40))
def test_items_come_out_as_they_went_in(items: list[int]) -> None:
    assert items_of(packed(items)).tolist() == items


@given(integers(0, 2**24 - 1), binary(min_size=2, max_size=60))
def test_a_fingerprint_of_chance_is_read_to_some_end(count: int, data: bytes) -> None:
    printed = base64.urlsafe_b64encode(b"\1" + count.to_bytes(3) + data).decode().rstrip("=")

    assert len(items_of(printed)) in {0, count}
