from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.retrying import KILLS, Patience, Trouble, Verdict, judge
from catalog.states import Cause
from tests.support.catalog import NOON

PATIENCE = Patience(faults=5, kills=3)
causes = st.sampled_from(Cause)
chances = st.floats(min_value=0, max_value=1, exclude_max=True)
minutes = timedelta(minutes=1)


def history(causes: list[Cause], *, apart: timedelta = minutes) -> list[Trouble]:
    return [
        Trouble(cause=cause, reason=f"{cause} {i}", at=NOON + i * apart)
        for i, cause in enumerate(causes)
    ]


def judged(*causes: Cause, patience: Patience = PATIENCE) -> Verdict:
    return judge(history(list(causes)), patience, chance=0.0)


@given(st.lists(causes, min_size=1, max_size=30), chances)
def test_a_wait_is_never_negative_and_five_minutes_at_most(
    causes: list[Cause], chance: float
) -> None:
    verdict = judge(history(causes), PATIENCE, chance=chance)

    assert verdict.wait is None or timedelta() <= verdict.wait <= timedelta(minutes=5)
    assert verdict.trouble.cause is causes[-1] or verdict.trouble.cause in KILLS


@given(st.lists(st.just(Cause.UNAVAILABLE), min_size=1, max_size=400), chances)
def test_what_may_pass_is_waited_for_a_day(causes: list[Cause], chance: float) -> None:
    troubles = history(causes, apart=5 * minutes)

    lasted = troubles[-1].at - troubles[0].at
    is_over = judge(troubles, PATIENCE, chance=chance).wait is None

    assert is_over == (lasted >= timedelta(days=1))


def test_what_may_pass_is_not_given_up_after_two_tries_a_day_apart() -> None:
    troubles = history([Cause.UNAVAILABLE] * 2, apart=timedelta(days=2))

    assert judge(troubles, PATIENCE, chance=0.0).wait is not None


@given(causes.filter(lambda cause: cause not in {Cause.BAD_INPUT, Cause.WORKER_LOST}))
def test_waits_grow_twofold(cause: Cause) -> None:
    patience = Patience(faults=99, kills=99)
    many = 2 if cause is Cause.BAD_RESULT else 7
    waits = [judged(*[cause] * n, patience=patience).wait for n in range(1, many)]

    assert waits[0] == timedelta(seconds=2)
    assert all(after == 2 * before for before, after in pairwise(waits) if before and after)


@pytest.mark.parametrize(
    ("cause", "most"),
    [(Cause.BAD_INPUT, 1), (Cause.FAULT, 5), (Cause.BAD_RESULT, 3), *((one, 3) for one in KILLS)],
)
def test_what_does_not_pass_is_set_aside_after_so_many_tries(cause: Cause, most: int) -> None:
    assert all(judged(*[cause] * n).wait is not None for n in range(1, most))
    assert judged(*[cause] * most).wait is None


def test_kills_of_all_sorts_count_together_and_the_most_telling_is_named() -> None:
    verdict = judged(Cause.CRASH, Cause.OUT_OF_MEMORY, Cause.FAULT, Cause.TIMEOUT)

    assert verdict.wait is None
    assert verdict.trouble.cause is Cause.OUT_OF_MEMORY
    assert verdict.trouble.reason == "out-of-memory 1"


def test_an_hour_without_storage_counts_for_nothing_else() -> None:
    away = [Cause.UNAVAILABLE] * 20

    assert judged(*away, *[Cause.FAULT] * 4).wait == timedelta(seconds=16)
    assert judged(*away, Cause.CRASH, Cause.CRASH).wait is not None


def test_what_came_out_bad_is_made_again_elsewhere() -> None:
    assert judged(Cause.BAD_RESULT).is_elsewhere
    assert not judged(Cause.FAULT).is_elsewhere


def test_what_a_silent_worker_had_is_taken_up_at_once() -> None:
    assert judged(*[Cause.WORKER_LOST] * PATIENCE.kills).wait == timedelta()


def test_many_workers_in_a_row_must_be_lost_until_it_is_held_against_their_job() -> None:
    waits = [judged(*[Cause.WORKER_LOST] * n).wait for n in range(4, 15)]

    assert waits[0] == timedelta(seconds=2)
    assert waits[-1] == timedelta(minutes=4)
    assert judged(*[Cause.WORKER_LOST] * 15).wait is None


def test_lost_workers_are_forgotten_after_another_end_and_do_not_count_as_kills() -> None:
    lost = [Cause.WORKER_LOST] * 14

    assert judged(*lost, Cause.UNAVAILABLE, *lost).wait is not None
    assert judged(*lost, Cause.CRASH, *lost, Cause.CRASH).wait is not None


def test_a_kind_that_is_tried_so_often_waits_as_long_as_it_takes() -> None:
    patience = Patience(faults=1, kills=1, tries=15)

    assert judged(*[Cause.UNAVAILABLE] * 14, patience=patience).wait == timedelta(seconds=1 << 14)
    assert judged(*[Cause.UNAVAILABLE] * 15, patience=patience).wait is None
    assert judged(Cause.BAD_INPUT, patience=patience).wait is not None
