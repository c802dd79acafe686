import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers

from tests.support.fingerprints import sound, worn
from tests.support.masters import shared
from transcode.fingerprint import ITEM_S, Items, items_of
from transcode.graphs import decode
from transcode.matching import LEAST_SHARED, TERMS, match, terms_of
from transcode.process import Limits, run
from transcode.reach import Reach
from transcode.tools import Tools


@given(integers(0, 250), integers(0, 9))
def test_a_later_beginning_is_found(cut: int, seed: int) -> None:
    whole = sound(seed)

    found = match(whole, worn(whole[cut:], 0.05))

    assert found is not None
    assert found.offset_s == pytest.approx(cut * ITEM_S)
    assert found.overlap_s == pytest.approx((400 - cut) * ITEM_S)
    assert found.errors == pytest.approx(0.05, abs=0.02)


def test_both_ways_round_are_the_same_match() -> None:
    one, other = sound(3), worn(sound(3)[40:], 0.08)

    here, there = match(one, other), match(other, one)

    assert here is not None
    assert there is not None
    assert (here.errors, here.offset_s) == (there.errors, -there.offset_s)


def test_two_recordings_do_not_match() -> None:
    assert match(sound(1), sound(2)) is None
    assert match(sound(1), worn(sound(1), 0.25)) is None


def test_what_is_too_short_matches_nothing() -> None:
    assert match(sound(1, 70), sound(1, 70)) is None
    assert match(sound(1), np.zeros(0, np.uint32)) is None


def test_terms_are_few_and_stand_for_what_is_there_in_any_order() -> None:
    items = sound(5, 900)

    assert len(terms_of(items)) == TERMS
    assert terms_of(np.flip(items)) == terms_of(items)
    assert all(0 <= term < 2**24 for term in terms_of(items))


def test_silence_has_no_terms() -> None:
    assert terms_of(np.full(500, 627964279, np.uint32)) == ()


async def within(folder: Path, argv: list[str]) -> None:
    done = await run(argv, limits=Limits(), reach=Reach(writes=(folder,)))
    assert done.status == 0, done.errors


async def fingerprint(tools: Tools, path: Path) -> Items:
    printed = path.with_suffix(".fingerprint")
    await within(path.parent, decode(tools.ffmpeg, path, fingerprint=printed))
    return items_of(printed.read_text())


async def test_a_master_that_was_cut_and_encoded_is_known_and_its_neighbour_is_not(
    tools: Tools, tmp_path: Path
) -> None:
    master, neighbour = [
        Path(shutil.copy(shared("media", "album", name), tmp_path))
        for name in ("01.flac", "02.flac")
    ]
    worn_path = tmp_path / "worn.mp3"
    cut = ["-ss", "3.3", "-i", str(master), "-af", "volume=-7dB", "-b:a", "64k", str(worn_path)]
    await within(tmp_path, [tools.ffmpeg, "-v", "error", *cut])

    whole, other, heard = [await fingerprint(tools, one) for one in (master, neighbour, worn_path)]

    found = match(whole, heard)
    assert found is not None
    assert found.offset_s == pytest.approx(3.3, abs=0.2)
    assert len({*terms_of(whole)} & {*terms_of(heard)}) >= LEAST_SHARED
    assert match(whole, other) is None
