"""Music goes out at the pace of its sound, and what is heard is no more than went out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models.files import Rendition
from stream.choosing import chosen
from stream.subsonic.pacing import AHEAD_S, SPEED, Pace

_SIZES = st.integers(1, 10**9)
_SECONDS = st.floats(0.1, 10_000)


@given(size=_SIZES, duration=_SECONDS, share=st.floats(0, 1), passed=st.floats(0, 20_000))
def test_nobody_is_taken_to_have_heard_more_than_went_out_or_than_time_passed(
    size: int, duration: float, share: float, passed: float
) -> None:
    pace, end = Pace(size_bytes=size, duration_s=duration), round(size * share)

    heard_ms = pace.heard_ms(end, passed_s=passed)

    assert 0 <= heard_ms <= passed * 1000 + 1
    assert heard_ms <= duration * 1000 * end / size + 1


@given(size=st.integers(1000, 10**9), duration=_SECONDS, parts=st.integers(1, 50))
def test_all_of_it_goes_out_before_it_is_to_be_heard(
    size: int, duration: float, parts: int
) -> None:
    pace, passed_s = Pace(size_bytes=size, duration_s=duration), 0.0

    for part in range(1, parts + 1):
        end = size * part // parts
        passed_s += pace.wait_s(end, passed_s=passed_s)
        # What goes with a piece is heard when the piece before it has ended.
        assert passed_s <= max(0.0, duration * end / size - AHEAD_S) / SPEED + 1e-6

    assert passed_s == pytest.approx(max(0.0, duration - AHEAD_S) / SPEED, abs=1e-6)


@given(size=st.integers(1, 10**6), duration=_SECONDS, piece=st.integers(0, 100_000))
def test_nothing_that_is_sent_at_once_sounds_for_longer_than_a_second(
    size: int, duration: float, piece: int
) -> None:
    pace, read = Pace(size_bytes=size, duration_s=duration), bytes(piece)

    steps = list(pace.steps(read)) if piece * duration < size * 1000 else []

    assert b"".join(steps) == (read if steps else b"")
    # A byte goes as it is, and a step is of whole ones.
    assert all((len(one) - 1) * duration / size <= 1.0 for one in steps)


def _rendition(rung: str, codec: str, bps: int | None, average: int) -> Rendition:
    return Rendition(
        rung=rung,
        codec=codec,
        nominal_bps=bps,
        average_bps=average,
        is_preview=False,
        is_download=False,
        certificate={},
    )


_ALL = (
    _rendition("aac-64", "aac", 64_000, 64_000),
    _rendition("aac-128", "aac", 128_000, 128_000),
    _rendition("aac-256", "aac", 256_000, 256_000),
    _rendition("opus-160", "opus", 160_000, 160_000),
    _rendition("flac", "flac", None, 900_000),
)


@pytest.mark.parametrize(
    ("form", "most_kbps", "rung"),
    [
        ("", 0, "flac"),
        ("raw", 0, "flac"),
        ("", 320, "aac-256"),
        ("", 128, "aac-128"),
        ("", 32, "aac-64"),
        ("mp3", 0, "aac-256"),
        ("mp3", 192, "aac-128"),
        ("opus", 0, "opus-160"),
        ("flac", 0, "flac"),
    ],
)
def test_a_player_is_sent_the_best_of_what_it_asks_for(
    form: str, most_kbps: int, rung: str
) -> None:
    found = chosen(_ALL, most_kbps=most_kbps, form=form)

    assert found is not None
    assert found.rung == rung


def test_where_there_is_nothing_nothing_is_chosen() -> None:
    assert chosen(()) is None
