"""The quality report is right about the past of sounds whose past is known."""

from pathlib import Path

import pytest

from refrain.bench_quality import BARS, CODES, Judged, figures, judge, quality
from refrain.corpus.cases import CODECS, Part, cases, piece, seeded, slices
from refrain.corpus.changes import Changer
from refrain.corpus.pieces import PIECES
from tests.support.masters import shared
from transcode.tools import find_tools

#: Higher rates than the bars are for: nobody promises to find them out.
_HARD = {f"{codec}-{max(rates)}" for codec, (_, rates) in CODECS.items()}


async def test_every_past_of_a_piece_is_found_out(tmp_path: Path) -> None:
    changer = Changer(tools=await find_tools(), folder=tmp_path)

    judged = [judge(case) async for case in cases(piece("band", 2_005), changer)]

    easy = [one for one in judged if one.group not in _HARD]
    assert len(easy) > 20
    for one in easy:
        assert one.expected <= one.said <= one.expected | one.possible, one.name


def test_parts_share_neither_pieces_nor_slices() -> None:
    master = shared("media", "album/03.flac")

    pieces = [set(seeded(part, 5)) for part in Part]
    parts = [{one.name for one in slices(master, part)} for part in Part]

    assert len(pieces[0]) == len(pieces[1]) == 5 * len(PIECES)
    assert not pieces[0] & pieces[1]
    assert min(map(len, parts)) > 1
    assert not parts[0] & parts[1]


def test_figures_count_what_was_right_wrong_and_missed() -> None:
    def judged(group: str, expected: set[str], said: set[str], possible: set[str]) -> Judged:
        return Judged(
            name=group,
            group=group,
            expected=frozenset(expected),
            possible=frozenset(possible),
            said=frozenset(said),
        )

    found = figures(
        [
            judged("mp3-96", {"lossy_source"}, {"lossy_source"}, set()),
            judged("mp3-128", {"lossy_source"}, set(), set()),
            judged("honest", set(), {"lossy_source"}, set()),
            judged("honest", set(), set(), set()),
            judged("other", set(), {"lossy_source"}, {"lossy_source"}),
        ]
    )

    lossy = found["classes"]["lossy_source"]
    assert (lossy["precision"], lossy["recall"]) == (0.5, 0.5)
    assert (lossy["positives"], lossy["negatives"]) == (2, 2)
    assert found["groups"]["honest"]["right"] == 1
    assert not found["bars"]["MP3 up to 192 kb/s"]["met"]


@pytest.mark.chaos
@pytest.mark.parametrize("part", list(Part))
async def test_every_bar_is_met(part: Part) -> None:
    names = ("single-16bit-44k", "single-24bit-48k", "album/01", "album/02", "album/03")
    masters = [shared("media", f"{name}.flac") for name in names]

    found = await quality(masters, part=part, seeds=1)

    assert set(found["classes"]) == set(CODES)
    assert {name: bar["met"] for name, bar in found["bars"].items()} == dict.fromkeys(BARS, True)
