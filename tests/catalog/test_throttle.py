from hypothesis import given
from hypothesis import strategies as st

from catalog.throttle import MOST_AT_ONCE_S, Load, Pace, may_begin

COSTS = st.lists(st.floats(0.1, 2_000), max_size=200)
LOADS = st.builds(
    Load,
    awaited=st.integers(0, 2),
    background_s=st.floats(0, 2_000),
    begun=st.integers(0, 100),
)
PACES = st.builds(Pace, masters_per_hour=st.integers(1, 100), throttle=st.floats(0.1, 4))
IDLE = Load(awaited=0, background_s=0.0, begun=0)


@given(load=LOADS, costs=COSTS, pace=PACES)
def test_nothing_is_begun_beyond_what_is_left_over(
    load: Load, costs: list[float], pace: Pace
) -> None:
    number = may_begin(load, costs, pace)

    if number:
        assert not load.awaited
        assert load.begun + number <= pace.masters_per_hour * pace.throttle
        # All but the last fit into what may be under way at once.
        before_s = load.background_s + sum(costs[: number - 1])
        assert before_s < MOST_AT_ONCE_S * pace.throttle


def test_one_is_begun_however_long_it_is() -> None:
    pace = Pace(masters_per_hour=60)

    assert may_begin(IDLE, [10 * MOST_AT_ONCE_S] * 3, pace) == 1
    assert may_begin(IDLE, [MOST_AT_ONCE_S / 4] * 9, pace) == 4


def test_twice_the_throttle_is_twice_as_much() -> None:
    twice = Pace(masters_per_hour=60, throttle=2.0)

    assert may_begin(IDLE, [1.0] * 500, twice) == 120
    assert may_begin(IDLE, [MOST_AT_ONCE_S / 4] * 9, twice) == 8
