import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.pace import Pace


@given(total=st.floats(20, 5000), begin=st.floats(0, 1e6), turns=st.integers(4, 60))
def test_at_an_even_pace_what_remains_is_known(total: float, begin: float, turns: int) -> None:
    pace = Pace()
    step = total / 100

    for turn in range(turns + 1):
        pace.at(begin + turn * step, turn / 100)

    if step * turns > 1.001 and step <= 20 / 3:
        assert pace.remaining_s == pytest.approx(total * (1 - turns / 100), rel=0.02)


def test_nothing_is_said_before_it_can_be_known() -> None:
    pace = Pace()

    assert pace.remaining_s is None
    pace.at(0.0, 0.0)
    pace.at(0.5, 0.4)
    assert pace.remaining_s is None  # too soon
    pace.at(3.0, 0.41)
    assert pace.remaining_s is not None


def test_a_machine_that_gets_slower_is_noticed() -> None:
    pace = Pace()
    for second in range(10):
        pace.at(second, second * 0.05)

    for second in range(10, 40):
        pace.at(second, 0.45 + (second - 9) * 0.005)

    assert pace.remaining_s == pytest.approx((1 - 0.60) / 0.005, rel=0.05)
