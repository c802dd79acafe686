"""Countries and their parts, and what day it is there."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.local_days import (
    ALWAYS,
    EVER,
    begins_everywhere,
    begins_somewhere,
    days_at,
    ends_everywhere,
    ends_somewhere,
)
from base.places import countries, country_in, is_part, names, zones_of

instants = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis wants it without one
    max_value=datetime(2037, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
places = st.sampled_from(sorted(countries()))


@pytest.mark.parametrize(
    ("place", "zones"),
    [
        ("JP", {"Asia/Tokyo"}),
        ("US-CA", set(map(str, zones_of("US")))),
        ("XK", set()),
        ("", set()),
        ("BV", set()),
    ],
)
def test_a_country_has_zones_and_its_parts_have_those(place: str, zones: set[str]) -> None:
    assert {str(one) for one in zones_of(place)} == zones
    assert len(zones_of("US")) > 20


def test_parts_are_of_a_country() -> None:
    assert (country_in("US-CA"), is_part("US-CA")) == ("US", True)
    assert (country_in("US"), is_part("US")) == ("US", False)
    assert names({"US"}, "US-CA")
    assert not names({"US-CA"}, "US")
    assert {"BV", "DE", "US"} <= countries()


@given(places, instants, st.integers(-1, 1))
def test_a_day_is_somewhere_from_when_it_begins_first_until_it_ends_last(
    place: str, at: datetime, days: int
) -> None:
    zones = zones_of(place)
    day = at.date() + timedelta(days=days)

    is_there = begins_somewhere(day, zones) <= at < ends_everywhere(day, zones)

    assert (day in days_at(at, zones)) is is_there


@given(st.sampled_from(["US", "RU", "PT", "AU", "KI", "CL"]), instants)
def test_a_day_is_everywhere_while_no_other_is(place: str, at: datetime) -> None:
    zones = zones_of(place)
    found = days_at(at, zones)

    all_of = [
        one for one in found if begins_everywhere(one, zones) <= at < ends_somewhere(one, zones)
    ]

    assert all_of == (found if len(found) == 1 else [])


def test_the_world_has_days_that_begin_first_and_last() -> None:
    noon = datetime(2024, 3, 8, 10, 30, tzinfo=UTC)

    assert days_at(noon) == [date(2024, 3, 7), date(2024, 3, 8), date(2024, 3, 9)]
    assert begins_somewhere(date(2024, 3, 8)) == datetime(2024, 3, 7, 10, tzinfo=UTC)
    assert begins_everywhere(date(2024, 3, 8)) == datetime(2024, 3, 8, 12, tzinfo=UTC)


def test_the_first_and_the_last_day_of_the_calendar() -> None:
    tokyo = (ZoneInfo("Asia/Tokyo"),)

    assert begins_somewhere(date.min) == begins_somewhere(date.min, tokyo) == ALWAYS
    assert ends_everywhere(date.max) == ends_somewhere(date.max, tokyo) == EVER
