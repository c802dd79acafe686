from datetime import date, timedelta

import pytest

from accounting.target_days import easter, is_target_day, target_day_after


def test_easter_is_when_it_was_and_will_be() -> None:
    known = [
        *(date(1954, 4, 18), date(1981, 4, 19), date(2024, 3, 31), date(2025, 4, 20)),
        *(date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25), date(2285, 3, 22)),
    ]

    assert [easter(day.year) for day in known] == known


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (date(2026, 11, 26), date(2026, 11, 27)),
        (date(2026, 11, 27), date(2026, 11, 30)),
        (date(2026, 12, 24), date(2026, 12, 28)),
        (date(2026, 12, 31), date(2027, 1, 4)),
        (date(2026, 4, 2), date(2026, 4, 7)),
        (date(2026, 4, 30), date(2026, 5, 4)),
    ],
)
def test_the_next_day_is_one_on_which_banks_settle(day: date, after: date) -> None:
    assert target_day_after(day) == after


def test_no_more_than_four_days_in_a_row_are_closed() -> None:
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(3653)]

    assert max(target_day_after(day) - day for day in days) == timedelta(days=5)
    assert sum(is_target_day(day) for day in days) > 2500
