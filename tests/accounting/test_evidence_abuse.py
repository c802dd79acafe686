"""What is not listening, however it is told; and what is, however badly it is told."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.evidence import Verdict, judge, needed
from accounting.reports import Beat

SONG_MS = 200_000
THRESHOLD_MS = 45_000
TOO_LITTLE, TOO_SOON, QUALIFIED = "open:heard-too-little", "open:too-soon", "qualified"


def beat(at_s: float, position_s: float, elapsed_s: float) -> Beat:
    at_ms, position_ms, elapsed_ms = (round(1_000 * s) for s in (at_s, position_s, elapsed_s))
    return Beat(at_ms=at_ms, position_ms=position_ms, elapsed_ms=elapsed_ms)


def playing(seconds: int, *, position_s: int = 0, at_s: int = 0, elapsed_s: int = 0) -> list[Beat]:
    """Answer what a player reports every five seconds."""
    return [beat(at_s + t, position_s + t, elapsed_s + t) for t in range(0, seconds + 1, 5)]


def weigh(beats: list[Beat], *, duration_ms: int = SONG_MS) -> Verdict:
    return judge(
        duration_ms=duration_ms,
        threshold_ms=THRESHOLD_MS,
        delivered=[(0, duration_ms)],
        beats=beats,
    )


ABUSES = [
    pytest.param(
        [*playing(10), *playing(10, position_s=190, at_s=10, elapsed_s=10)],
        TOO_LITTLE,
        20,
        id="seek to the end",
    ),
    pytest.param(
        [beat(t, 10 * t, t) for t in range(21)], TOO_LITTLE, 0, id="skip through in leaps"
    ),
    pytest.param(
        [beat(t / 4, t * 1.25, t / 4) for t in range(160)],
        TOO_LITTLE,
        41,
        id="small leaps, of which no more is heard than they took",
    ),
    pytest.param([beat(t, 2 * t, t) for t in range(0, 60, 5)], TOO_LITTLE, 0, id="twice as fast"),
    pytest.param([beat(t, 10, t) for t in range(0, 600, 5)], TOO_LITTLE, 0, id="pause"),
    pytest.param([*playing(20), *playing(20) * 9], TOO_LITTLE, 20, id="replayed events"),
    pytest.param(
        [*playing(20), *[replace(one, at_ms=60_000) for one in playing(20)]],
        TOO_LITTLE,
        20,
        id="the same events sent again later",
    ),
    pytest.param(
        [one for run in range(3) for one in playing(20, at_s=25 * run)],
        TOO_LITTLE,
        20,
        id="refresh and hear the beginning again",
    ),
    pytest.param(
        [replace(one, at_ms=1_000) for one in playing(60)], TOO_SOON, 0, id="a minute at once"
    ),
    pytest.param(
        [replace(one, at_ms=3_600_000) for one in playing(60)], TOO_SOON, 60, id="open and idle"
    ),
    pytest.param([beat(1, 50, 50)], TOO_SOON, 0, id="a first event that claims it all"),
]


@pytest.mark.parametrize(("beats", "reason", "heard_s"), ABUSES)
def test_what_is_not_listening_is_not_a_play(beats: list[Beat], reason: str, heard_s: int) -> None:
    verdict = weigh(beats)

    assert (verdict.is_play, verdict.reason) == (False, reason)
    assert verdict.heard_ms <= heard_s * 1_000


def test_a_second_tab_adds_nothing_and_takes_nothing() -> None:
    first = playing(40)
    second = [
        beat(t + 1, 100 + t, t) for t in range(5, 40, 5)
    ]  # opened at the same time, elsewhere in the track
    both = sorted([*first, *second], key=lambda one: one.at_ms)

    assert weigh(both).heard_ms <= 40_000
    assert weigh(both).reason == TOO_LITTLE


LISTENING = [
    pytest.param(playing(45), id="from the start"),
    pytest.param(playing(45, position_s=150), id="from the middle"),
    pytest.param(playing(45, at_s=3_600), id="an hour after the page was opened"),
    pytest.param([beat(45, 45, 45)], id="one event for all of it"),
    pytest.param([beat(0, 0, 0), beat(46, 46, 46)], id="events lost in between"),
    pytest.param([*playing(20), *playing(25, position_s=20, at_s=80, elapsed_s=80)], id="a pause"),
    pytest.param(
        [*playing(20), *playing(25, position_s=20, at_s=80, elapsed_s=20)],
        id="a pause that the player's clock does not count",
    ),
    pytest.param(
        [*playing(25), *playing(25, position_s=100, at_s=25, elapsed_s=25)], id="a seek between"
    ),
    pytest.param(
        [*playing(25), *playing(25, position_s=24, at_s=30, elapsed_s=0)], id="a reload between"
    ),
    pytest.param(
        [
            replace(one, at_ms=one.at_ms + 1_500 * (number % 2))
            for number, one in enumerate(playing(50))
        ],
        id="a nervous network",
    ),
    pytest.param(
        [beat(0, 0, 0), *[replace(one, at_ms=45_000) for one in playing(45)[1:]]],
        id="a tunnel, and all events after it",
    ),
    pytest.param(
        [replace(one, elapsed_ms=one.elapsed_ms + 500_000) for one in playing(50)],
        id="a clock that counts from long before",
    ),
    pytest.param(
        [one for pair in zip(playing(45), playing(45), strict=True) for one in pair],
        id="every event sent twice",
    ),
]


@pytest.mark.parametrize("beats", LISTENING)
def test_what_is_listening_is_a_play(beats: list[Beat]) -> None:
    verdict = weigh(beats)

    assert (verdict.is_play, verdict.reason) == (True, QUALIFIED)


@pytest.mark.parametrize(
    ("duration_ms", "needed_ms"),
    [(200_000, 45_000), (46_000, 45_000), (30_000, 29_000), (5_000, 4_500), (800, 720), (1, 1)],
)
def test_a_short_track_must_be_heard_to_its_end(duration_ms: int, needed_ms: int) -> None:
    assert needed(duration_ms=duration_ms, threshold_ms=THRESHOLD_MS) == needed_ms


@pytest.mark.parametrize("late_s", [0, 0.9])
def test_a_very_short_track_counts_though_its_first_event_was_held_back(late_s: float) -> None:
    assert weigh([beat(late_s, 0, 0), beat(5, 5, 5)], duration_ms=5_000).is_play


def test_only_the_end_of_a_short_track_is_not_listening() -> None:
    beats = [beat(0, 0, 0), beat(1, 28, 1), beat(3, 30, 3), beat(60, 30, 60)]

    assert weigh(beats, duration_ms=30_000).reason == TOO_LITTLE


SMALL = st.integers(0, 90)
BEATS = st.lists(st.builds(beat, SMALL, SMALL, SMALL), max_size=14)


@given(BEATS, BEATS)
def test_what_comes_later_takes_nothing_away(before: list[Beat], after: list[Beat]) -> None:
    first, second = weigh(before), weigh(before + after)

    assert second.heard_ms >= first.heard_ms
    assert second.is_play or not first.is_play


@given(BEATS, st.lists(st.tuples(st.integers(0, 90_000), st.integers(0, 90_000))))
def test_no_more_is_heard_than_was_served(
    beats: list[Beat], delivered: list[tuple[int, int]]
) -> None:
    verdict = judge(
        duration_ms=SONG_MS, threshold_ms=THRESHOLD_MS, delivered=delivered, beats=beats
    )

    assert verdict.heard_ms <= min(verdict.delivered_ms, verdict.reported_ms)
    assert not verdict.is_play or verdict.heard_ms >= verdict.needed_ms


@given(
    start_s=st.integers(0, 100),
    steps=st.lists(
        st.tuples(st.integers(1, 15), st.integers(0, 1_900), st.integers(-100, 100)), min_size=1
    ),
)
def test_an_honest_player_is_believed_to_the_second(
    start_s: int, steps: list[tuple[int, int, int]]
) -> None:
    """Events at uneven times, each delayed by the network, the position a little off."""
    beats = [beat(0, start_s, 0)]
    clock_s = 0
    for step_s, delay_ms, error_ms in steps:
        clock_s += step_s
        one = beat(clock_s, start_s + clock_s, clock_s)
        at_ms = max(beats[-1].at_ms, one.at_ms + delay_ms)
        beats.append(replace(one, at_ms=at_ms, position_ms=one.position_ms + error_ms))

    heard_ms = judge(
        duration_ms=10**7, threshold_ms=THRESHOLD_MS, delivered=[(0, 10**7)], beats=beats
    ).heard_ms

    assert abs(heard_ms - clock_s * 1_000) <= 100
