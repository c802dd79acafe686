from hypothesis import given
from hypothesis import strategies as st

from refrain.listeners.buffer import Buffer


def test_a_player_fills_its_buffer_and_then_asks_as_fast_as_it_plays() -> None:
    buffer = Buffer(goal_s=18)
    for _ in range(3):
        assert buffer.pause_s(0.0, 6) == 0.0
        buffer.add(6, 0.0)
    assert buffer.pause_s(0.0, 6) == 6.0
    buffer.add(6, 6.0)
    assert buffer.pause_s(6.0, 6) == 6.0


def test_a_segment_that_comes_late_is_a_stall_of_so_long() -> None:
    buffer = Buffer(goal_s=18)
    buffer.add(6, 1.0)
    buffer.add(6, 9.5)
    assert (buffer.stalls, buffer.stalled_s) == (1, 2.5)
    assert buffer.left_s(9.5) == 6.0
    assert buffer.position_s(12.5) == 9.0


@given(st.lists(st.floats(min_value=0, max_value=20), min_size=1, max_size=40))
def test_heard_and_stalled_are_all_the_time_there_was(gaps: list[float]) -> None:
    buffer, now = Buffer(goal_s=30), 0.0
    buffer.add(6, now)
    for gap in gaps:
        now += gap
        buffer.add(6, now)
    assert abs(buffer.position_s(now) + buffer.stalled_s - now) < 1e-6
    assert buffer.left_s(now) >= 0
