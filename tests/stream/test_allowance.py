from hypothesis import given
from hypothesis import strategies as st

from stream.allowance import Allowance, Left


def allowance(*, requests: int = 0, size_bytes: int = 0) -> Allowance:
    return Allowance(requests=requests, size_bytes=size_bytes)


def test_a_minutes_worth_may_come_at_once_and_then_as_it_is_paid_for() -> None:
    of = allowance(requests=60)

    admitted = sum(of.admit("a", 100.0) for _ in range(100))

    assert admitted == 61
    assert 0 < of.wait_s("a", 100.0) <= 1
    assert not of.admit("a", 100.5)
    assert of.admit("a", 101.5)


def test_what_is_left_is_told_and_comes_back() -> None:
    of = allowance(requests=60)
    for _ in range(20):
        of.admit("a", 100.0)

    assert of.left("a", 100.0) == Left(most=60, requests=40, whole_in_s=20)
    assert of.left("a", 110.0) == Left(most=60, requests=50, whole_in_s=10)
    assert of.left("b", 100.0) == Left(most=60, requests=60, whole_in_s=0)
    assert allowance().left("a", 100.0) is None


def test_what_one_uses_is_not_taken_from_another() -> None:
    of = allowance(requests=1)
    while of.admit("a", 0.0):
        pass

    assert of.admit("b", 0.0)


def test_who_took_too_many_bytes_waits_until_they_are_paid_for() -> None:
    of = allowance(size_bytes=60_000)
    of.admit("a", 0.0)

    of.spend("a", 0.0, 90_000)

    assert not of.admit("a", 1.0)
    assert of.wait_s("a", 0.0) == 30.0
    assert of.admit("a", 30.0)


def test_nothing_is_counted_where_any_number_is_allowed() -> None:
    of = allowance()

    for _ in range(1_000):
        assert of.admit("a", 0.0)
        of.spend("a", 0.0, 1 << 40)


def test_who_took_too_many_bytes_may_still_report() -> None:
    of = allowance(requests=60, size_bytes=60_000)
    of.spend("a", 0.0, 90_000)

    reports = sum(of.admit_report("a", 0.0) for _ in range(100))

    assert not of.admit("a", 0.0)
    assert reports == 61


def test_bytes_count_though_who_they_went_to_was_forgotten_meanwhile() -> None:
    of = allowance(size_bytes=60_000)
    of.admit("a", 0.0)
    of.forget(5.0)

    of.spend("a", 100.0, 90_000)

    assert not of.admit("a", 100.0)


def test_who_is_forgotten_had_all_of_it_again() -> None:
    of = allowance(requests=60)
    of.admit("quiet", 0.0)
    while of.admit("busy", 9.0):
        pass

    of.forget(10.0)

    assert of.admit("busy", 10.0)  # a second has passed
    assert not of.admit("busy", 10.0)
    assert of.wait_s("quiet", 10.0) == 0.0


@given(limit=st.integers(1, 600), gaps=st.lists(st.floats(0, 5), min_size=1, max_size=200))
def test_nobody_gets_more_than_the_burst_and_what_time_pays(limit: int, gaps: list[float]) -> None:
    of, now, admitted = allowance(requests=limit), 0.0, 0

    for gap in gaps:
        now += gap
        admitted += of.admit("a", now)

    assert admitted <= limit * (60 + now) / 60 + 1.001
