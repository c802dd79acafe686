"""A listen is half of a track or four minutes, of more than thirty seconds; evidence says so."""

from hypothesis import given
from hypothesis import strategies as st

from accounting.listened import ENOUGH_MS, LEAST_MS, heard_of, look_again_ms, needed_ms
from accounting.reports import Beat, told_by

_LENGTHS = st.integers(1, 3_600_000)


@given(_LENGTHS)
def test_half_or_four_minutes_make_a_listen_and_short_tracks_none(duration_ms: int) -> None:
    needed = needed_ms(duration_ms)

    assert (needed is None) == (duration_ms <= LEAST_MS)
    if needed is not None:
        assert needed <= ENOUGH_MS
        assert needed == ENOUGH_MS or needed - 1 < duration_ms / 2 <= needed


@given(
    st.lists(st.tuples(st.integers(0, 300_000), st.integers(0, 300_000)), max_size=6),
    st.lists(st.integers(1, 20_000), max_size=30),
)
def test_no_more_is_heard_than_was_served_and_than_time_passed(
    served: list[tuple[int, int]], steps: list[int]
) -> None:
    at, beats = 0, list[Beat]()
    for step in steps:
        at += step
        beats.append(Beat(at_ms=at, position_ms=at, elapsed_ms=at))

    heard = heard_of(served, told_by(beats))

    assert heard.heard_ms <= sum(max(0, end - start) for start, end in served)
    assert heard.heard_ms <= at
    assert heard.last_ms == at
    assert heard.is_sounding == (bool(beats) and any(start < end for start, end in served))


def test_what_is_heard_twice_counts_once_and_a_leap_does_not() -> None:
    round_ = [Beat(at_ms=t, position_ms=t % 50_000, elapsed_ms=t) for t in range(0, 200_000, 5_000)]
    leap = [
        Beat(at_ms=0, position_ms=0, elapsed_ms=0),
        Beat(at_ms=5_000, position_ms=150_000, elapsed_ms=5_000),
    ]

    assert heard_of([(0, 200_000)], told_by(round_)).heard_ms <= 50_000
    assert heard_of([(0, 200_000)], told_by(leap)).heard_ms == 0


@given(
    _LENGTHS.filter(lambda ms: ms > LEAST_MS), st.integers(0, 200_000_000), st.integers(0, 10**8)
)
def test_it_is_looked_again_soon_enough_and_not_for_ever(
    duration_ms: int, passed_ms: int, heard_to_ms: int
) -> None:
    needed, last_ms = needed_ms(duration_ms), min(heard_to_ms, passed_ms)
    assert needed is not None
    beats = [Beat(at_ms=0, position_ms=0, elapsed_ms=0)]
    beats += [Beat(at_ms=last_ms, position_ms=last_ms, elapsed_ms=last_ms)]
    heard = heard_of([(0, duration_ms)], told_by(beats))

    again_ms = look_again_ms(heard, needed_ms=needed, passed_ms=passed_ms)

    if again_ms is None:
        assert passed_ms - heard.last_ms > 86_400_000
    else:
        # Whoever went on hearing had heard enough by then, and it was not long ago.
        assert 2_000 <= again_ms <= 1_800_000
