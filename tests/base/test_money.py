import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.money import allocate
from base.units import Micros


def test_ties_go_to_the_earlier_share() -> None:
    assert allocate(Micros(100), [1, 1, 1]) == [34, 33, 33]


def test_one_micro_unit_among_three_reaches_exactly_one() -> None:
    assert allocate(Micros(1), [1, 1, 1]) == [1, 0, 0]


def test_seventy_thirty_splits_a_whole_track_exactly() -> None:
    assert allocate(Micros(1_226_400), [70, 30]) == [858_480, 367_920]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_weights_that_divide_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        allocate(Micros(1), weights)


@given(
    st.integers(-(10**15), 10**15),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any),
)
def test_nothing_vanishes_and_no_part_is_off_by_a_whole_unit(
    amount: int, weights: list[int]
) -> None:
    parts = allocate(Micros(amount), weights)

    assert sum(parts) == amount
    total = sum(weights)
    assert all(
        abs(part * total - amount * weight) < total
        for part, weight in zip(parts, weights, strict=True)
    )
