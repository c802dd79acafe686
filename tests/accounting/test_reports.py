import json

from hypothesis import given
from hypothesis import strategies as st

from accounting.evidence import judge, weigh
from accounting.intervals import intersection, kept, total, union
from accounting.reports import Beat, Told, told_by

seconds = st.integers(0, 200)
beats = st.lists(
    st.builds(
        lambda at, position, elapsed: Beat(
            at_ms=at * 1000, position_ms=position * 1000, elapsed_ms=elapsed * 1000
        ),
        seconds,
        seconds,
        seconds,
    ),
    max_size=15,
)
intervals = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=12)


def stored(told: Told) -> Told:
    return Told.from_json(json.loads(json.dumps(told.as_json())))


@given(beats=beats, delivered=intervals)
def test_what_was_stored_between_heartbeats_comes_to_what_all_of_them_come_to(
    beats: list[Beat], delivered: list[tuple[int, int]]
) -> None:
    told, seen = Told(), set()
    for beat in beats:
        mark = (beat.position_ms, beat.elapsed_ms)
        if mark not in seen:
            told = stored(told.after(beat))
        seen.add(mark)

    assert told == told_by(beats)
    served = [(start * 1000, end * 1000) for start, end in delivered]
    assert weigh(duration_ms=200_000, threshold_ms=45_000, delivered=served, told=told) == judge(
        duration_ms=200_000, threshold_ms=45_000, delivered=served, beats=beats
    )


@given(left=intervals, right=intervals)
def test_intervals_are_sets_of_positions(
    left: list[tuple[int, int]], right: list[tuple[int, int]]
) -> None:
    a = {n for start, end in left for n in range(start, end)}
    b = {n for start, end in right for n in range(start, end)}

    assert total(union(left)) == len(a)
    assert total(intersection(union(left), union(right))) == len(a & b)
    assert kept(left) == union(left)


def test_of_very_many_stretches_the_longest_are_kept() -> None:
    short = [(10 * n, 10 * n + 1) for n in range(5000)]

    found = kept([*short, (100_000, 145_000)])

    assert len(found) == 500
    assert (100_000, 145_000) in found
