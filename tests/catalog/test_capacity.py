from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.capacity import (
    Crew,
    LaneFigures,
    Recent,
    Stock,
    Wanted,
    drain_s,
    rate,
    wanted,
    wanted_in_all,
)

IDLE = Recent(window_s=600)
TWO = Crew(workers=2, slots=2, cores=8)
SECONDS = st.floats(min_value=0.01, max_value=1e6)


def a_lane(cost_s: float, *, crew: Crew = TWO, recent: Recent = IDLE) -> LaneFigures:
    return LaneFigures(recent=recent, due=Stock(jobs=1, cost_s=cost_s), crew=crew)


def test_where_nothing_was_done_lately_a_core_does_what_was_estimated() -> None:
    assert rate(TWO, IDLE) == 8


def test_who_does_not_know_its_cores_works_all_the_same() -> None:
    assert rate(Crew(workers=1, slots=2), IDLE) == 2
    assert rate(Crew(), IDLE) == 0


def test_one_job_in_an_idle_hour_does_not_make_the_fleet_slow() -> None:
    # Of 600 s one slot worked for 10 s, and did 30 s of work in them.
    recent = Recent(window_s=600, cost_s=30, busy_s=10)

    assert rate(TWO, recent) == 3 * 2
    assert drain_s(a_lane(60, recent=recent)) == 10


def test_what_is_left_of_running_jobs_counts() -> None:
    lane = LaneFigures(
        recent=IDLE,
        due=Stock(jobs=1, cost_s=10),
        running=Stock(jobs=1, cost_s=50),
        left_s=30,
        crew=TWO,
    )

    assert drain_s(lane) == 5


def test_what_is_put_off_or_set_aside_is_not_waited_for() -> None:
    much = Stock(jobs=9, cost_s=900)
    lane = LaneFigures(recent=IDLE, put_off=much, quarantined=much, crew=TWO)

    assert drain_s(lane) == 0
    assert wanted(lane, within_s=300, may_rest=True) == Wanted(workers=0, cores=0)


def test_a_lane_that_nobody_works_is_never_empty_unless_it_is() -> None:
    nobody = Crew()

    assert drain_s(a_lane(10, crew=nobody)) is None
    assert drain_s(LaneFigures(recent=IDLE, crew=nobody)) == 0


@pytest.mark.parametrize(
    ("cost_s", "workers", "cores"),
    [(0, 1, 1), (1, 1, 1), (1_200, 1, 4), (1_201, 2, 5), (2_400, 2, 8), (24_000, 20, 80)],
)
def test_as_many_are_wanted_as_do_it_in_time(cost_s: float, workers: int, cores: int) -> None:
    found = wanted(a_lane(cost_s), within_s=300, may_rest=True)

    assert found == Wanted(workers=workers, cores=cores)


def test_who_nobody_works_for_wants_workers_as_they_are() -> None:
    found = wanted(a_lane(2_400, crew=Crew()), within_s=300, may_rest=True, usual_cores=4)

    assert found == Wanted(workers=2, cores=8)


def test_a_lane_with_listeners_keeps_one_and_others_rest() -> None:
    empty = LaneFigures(recent=IDLE, crew=TWO)

    assert wanted(empty, within_s=300, may_rest=False) == Wanted(workers=1, cores=1)
    assert wanted(empty, within_s=300, may_rest=True) == Wanted(workers=0, cores=0)


def test_somebody_stays_when_all_lanes_rest() -> None:
    resting = [Wanted(workers=0, cores=0)] * 3

    found = wanted_in_all(resting, Crew(), load_s=0, within_s=300)

    assert found == Wanted(workers=1, cores=1)


@given(cost_s=SECONDS, within_s=SECONDS, done_s=SECONDS, busy_s=SECONDS)
def test_with_what_is_wanted_it_is_done_in_time_and_with_one_less_it_is_not(
    cost_s: float, within_s: float, done_s: float, busy_s: float
) -> None:
    recent = Recent(window_s=600, cost_s=done_s, busy_s=busy_s)
    crew = Crew(workers=1, slots=1, cores=4)

    found = wanted(a_lane(cost_s, crew=crew, recent=recent), within_s=within_s, may_rest=True)

    def drained(workers: int) -> float:
        crew = Crew(workers=workers, slots=workers, cores=4 * workers)
        return drain_s(a_lane(cost_s, crew=crew, recent=recent)) or inf

    assert drained(found.workers) <= within_s * (1 + 1e-6)
    if found.workers > 1:
        assert drained(found.workers - 1) > within_s


def test_throughput_counts_music_and_cpu_only_where_it_is_known() -> None:
    recent = Recent(window_s=600, audio_s=6_000, cpu_s=90, cpu_audio_s=300)

    assert recent.throughput == 10
    assert recent.cpu_ratio == pytest.approx(0.3)
    assert IDLE.cpu_ratio is None
