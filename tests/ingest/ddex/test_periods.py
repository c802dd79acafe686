"""Days are those of where a deal holds."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from base.local_days import EVER
from ingest.ddex.canonical import Period
from ingest.ddex.periods import begins_at, ends_at, is_backwards

DAY = date(2024, 3, 8)
days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))


def test_a_day_begins_where_it_holds() -> None:
    period = Period(starts=DAY, ends=DAY)

    assert begins_at(period, [ZoneInfo("Asia/Tokyo")]) == datetime(2024, 3, 7, 15, tzinfo=UTC)
    assert ends_at(period, [ZoneInfo("Asia/Tokyo")]) == datetime(2024, 3, 8, 15, tzinfo=UTC)


def test_a_wide_country_waits_for_its_west_and_ends_with_its_east() -> None:
    zones = [ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")]

    assert begins_at(Period(starts=DAY), zones) == datetime(2024, 3, 8, 8, tzinfo=UTC)
    assert ends_at(Period(starts=DAY, ends=DAY), zones) == datetime(2024, 3, 9, 5, tzinfo=UTC)


def test_without_a_zone_it_is_the_worlds() -> None:
    assert begins_at(Period(starts=DAY)) == datetime(2024, 3, 8, 12, tzinfo=UTC)
    assert ends_at(Period(starts=DAY, ends=DAY)) == datetime(2024, 3, 8, 10, tzinfo=UTC)


def test_an_instant_is_one_everywhere() -> None:
    at = datetime(2024, 3, 8, 3, tzinfo=UTC)

    assert begins_at(Period(starts=at), [ZoneInfo("Asia/Tokyo")]) == at
    assert ends_at(Period(starts=at, ends=at)) == at


def test_what_does_not_say_when_never_does() -> None:
    assert begins_at(Period()) is None
    assert ends_at(Period()) == EVER
    assert ends_at(Period(ends=date.max)) == EVER


@given(days, days)
def test_backwards(one: date, other: date) -> None:
    assert is_backwards(Period(starts=one, ends=other)) is (other < one)
