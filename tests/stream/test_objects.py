from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from accounting.intervals import total, union
from stream.objects import Timing

SIZES = [900, 1, 1300, 777]
OFFSETS = [100, 1000, 1001, 2301]
#: Six seconds each, in a file with a head of a hundred bytes.
TIMING = Timing(
    fragments=[(at, size, 264_600) for at, size in zip(OFFSETS, SIZES, strict=True)],
    timescale=44_100,
)
END = OFFSETS[-1] + SIZES[-1]


def heard(*ranges: tuple[int, int]) -> list[tuple[int, int]]:
    return union(one for start, end in ranges for one in TIMING.heard_in(start, end - start))


@given(cuts=st.lists(st.integers(0, END), max_size=8))
def test_however_bytes_are_asked_for_they_are_the_same_music(cuts: list[int]) -> None:
    ranges = list(pairwise(sorted({0, END, *cuts})))

    assert heard(*reversed(ranges), *ranges[:2]) == heard((0, END)) == [(0, 24_000)]


@given(start=st.integers(0, END), length=st.integers(0, END))
def test_no_bytes_carry_more_music_than_their_share(start: int, length: int) -> None:
    found = heard((start, start + length))

    touched = [
        6_000 * max(0, min(start + length, at + size) - max(start, at)) / size
        for at, size in zip(OFFSETS, SIZES, strict=True)
    ]
    assert abs(total(found) - sum(touched)) <= len(SIZES)


def test_a_head_is_no_music() -> None:
    assert heard((0, 100)) == []
    assert heard((END, END + 9)) == []
