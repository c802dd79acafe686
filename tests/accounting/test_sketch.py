"""People of many days, counted once, without keeping who they are."""

from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.sketch import FEW, SIZE, mark_of, parse_sketch, people_in, print_sketch, sketched

MARKS = st.integers(min_value=0, max_value=2**64 - 1)
DAYS = st.lists(st.lists(MARKS, max_size=20), max_size=6)
ARTIST = UUID(int=1)


@given(DAYS)
def test_few_people_are_counted_exactly_on_however_many_days(
    days: list[list[int]],
) -> None:
    each = [sketched(day) for day in days]

    assert people_in(sketched(*each, *each)) == len({mark for day in days for mark in day})


@given(DAYS)
def test_sketches_of_days_make_the_one_of_all_days(days: list[list[int]]) -> None:
    each = [sketched(day, size=FEW) for day in days]

    assert sketched(*each, size=FEW) == sketched([mark for day in days for mark in day], size=FEW)


@given(st.lists(MARKS, max_size=50))
def test_what_is_written_is_read(marks: list[int]) -> None:
    sketch = sketched(marks)

    assert parse_sketch(print_sketch(sketch)) == sketch


@pytest.mark.parametrize("people", [1_023, 1_024, 5_000, 50_000])
def test_many_people_are_counted_to_some_in_a_hundred(people: int) -> None:
    marks = [mark_of(ARTIST, uuid5(ARTIST, str(number))) for number in range(people)]

    assert abs(people_in(sketched(marks)) - people) <= people * 8 // 100
    assert len(sketched(marks)) <= SIZE


def test_a_listener_has_another_mark_with_each_artist() -> None:
    assert mark_of(ARTIST, UUID(int=3)) != mark_of(UUID(int=2), UUID(int=3))
