import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.evidence import judge
from accounting.intervals import Interval
from accounting.reports import Beat

EVERYTHING = [(0, 200_000)]


def beats(*positions: tuple[int, int], at: int | None = None) -> list[Beat]:
    """Answer heartbeats (position, elapsed) in seconds, come when the player's clock said so."""
    return [
        Beat(at_ms=(at or elapsed) * 1000, position_ms=position * 1000, elapsed_ms=elapsed * 1000)
        for position, elapsed in positions
    ]


def steady(start: int, end: int, step: int = 5) -> list[Beat]:
    return beats(*((start + t, t) for t in range(0, end - start + 1, step)))


def verdict(
    heartbeats: list[Beat],
    delivered: list[Interval] | None = None,
    *,
    duration_ms: int = 200_000,
) -> str:
    judged = judge(
        duration_ms=duration_ms,
        threshold_ms=45_000,
        delivered=EVERYTHING if delivered is None else delivered,
        beats=heartbeats,
    )
    assert judged.is_play == (judged.reason == "qualified")
    return judged.reason


@pytest.mark.parametrize(
    ("name", "heartbeats", "expected"),
    [
        ("45 seconds from the start", steady(0, 45), "qualified"),
        ("45 seconds from the middle", steady(100, 145), "qualified"),
        ("40 seconds", steady(0, 40), "open:heard-too-little"),
        ("nothing", [], "open:heard-too-little"),
        ("a seek to the end", beats((0, 0), (195, 5), (200, 10)), "open:heard-too-little"),
        (
            "the same ten seconds five times",
            beats(*((10 * (n % 2), 10 * n) for n in range(11))),
            "open:heard-too-little",
        ),
        (
            "a pause of an hour, then the rest",
            [*steady(0, 20), *beats((20, 3620), (30, 3630), (45, 3645))],
            "qualified",
        ),
        (
            "a replayed heartbeat",
            [*steady(0, 20), *steady(0, 20)[-1:] * 20],
            "open:heard-too-little",
        ),
        (
            "a clock that goes backwards",
            beats((0, 0), (30, 30), (60, 10), (90, 20)),
            "open:heard-too-little",
        ),
        (
            "all at once",
            [Beat(at_ms=1000, position_ms=t, elapsed_ms=t) for t in range(0, 60_000, 5000)],
            "open:too-soon",
        ),
    ],
)
def test_verdicts(name: str, heartbeats: list[Beat], expected: str) -> None:
    assert (name, verdict(heartbeats)) == (name, expected)


def test_what_was_not_delivered_was_not_heard() -> None:
    assert verdict(steady(0, 60), [(0, 30_000)]) == "open:heard-too-little"
    assert verdict(steady(0, 60), []) == "open:heard-too-little"


def test_what_was_only_delivered_was_not_heard() -> None:
    assert verdict(beats((0, 0), (0, 300))) == "open:heard-too-little"


def test_a_short_track_counts_when_it_was_heard_to_its_end() -> None:
    assert verdict(steady(0, 20), duration_ms=20_400) == "qualified"
    assert verdict(steady(0, 15), duration_ms=20_400) == "open:heard-too-little"


def test_a_seek_back_does_not_take_away_what_was_heard() -> None:
    forth = steady(0, 45)
    back = beats((0, 50), (5, 55))

    assert verdict([*forth, *back]) == "qualified"


@given(
    points=st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100)), max_size=12
    ),
    more=st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100)), max_size=4
    ),
)
def test_more_evidence_never_takes_a_play_away(
    points: list[tuple[int, int, int]], more: list[tuple[int, int, int]]
) -> None:
    def told(part: list[tuple[int, int, int]]) -> list[Beat]:
        return [
            Beat(at_ms=at * 1000, position_ms=position * 1000, elapsed_ms=elapsed * 1000)
            for at, position, elapsed in part
        ]

    before = verdict(told(points))

    assert before != "qualified" or verdict(told(points + more)) == "qualified"
