import re
from itertools import dropwhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.pages.account.drawing import (
    HEIGHT,
    WIDTH,
    loudness_path,
    loudness_y,
    marks,
    waveform_path,
)


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path)]


def is_inside(path: str) -> bool:
    return all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points(path))


@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), max_size=30))
def test_a_waveform_stays_on_its_canvas_and_comes_back(peaks: list[tuple[float, float]]) -> None:
    path = waveform_path([low for low, _ in peaks], [high for _, high in peaks])

    assert is_inside(path)
    assert len(points(path)) == 2 * len(peaks)


@given(st.lists(st.floats(-200, 20), max_size=30))
def test_loudness_stays_on_its_canvas(lufs: list[float]) -> None:
    path = loudness_path(lufs)

    assert is_inside(path)
    assert len(points(path)) == len([*dropwhile(lambda level: level <= -60, lufs)])


@pytest.mark.parametrize(("lufs", "y"), [(0, 0), (-30, 50), (-60, 100), (-90, 100), (3, 0)])
def test_louder_is_higher(lufs: float, y: float) -> None:
    assert loudness_y(lufs) == y


@given(st.lists(st.tuples(st.floats(0, 200), st.floats(0, 200)), max_size=10), st.floats(0, 300))
def test_marks_can_be_seen_and_stay_on_the_canvas(
    at: list[tuple[float, float]], duration_s: float
) -> None:
    for mark in marks([sorted(span) for span in at], duration_s):
        assert mark.width >= 2
        assert 0 <= mark.x <= mark.x + mark.width <= WIDTH + 0.1
