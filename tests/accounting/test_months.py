from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.months import Month, month_named, month_of, months_between
from base.errors import Refused

ZONES = ["Europe/Berlin", "UTC", "America/St_Johns", "Pacific/Kiritimati", "Africa/Cairo"]
INSTANTS = st.datetimes(
    min_value=datetime(1996, 1, 1),  # noqa: DTZ001 - the zone is given beside it
    max_value=datetime(2090, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.just(UTC),
)


@given(at=INSTANTS, zone=st.sampled_from(ZONES))
def test_each_instant_is_in_exactly_one_month(at: datetime, zone: str) -> None:
    month = month_of(at, zone)

    assert month.covers(at)
    assert not month.after(1).covers(at)
    assert not month.after(-1).covers(at)
    assert month.after(-1).ends_at == month.starts_at
    assert month_named(month.name, zone) == month


def test_scenario_daylight_saving_days() -> None:
    march, october = (Month(year=2026, number=number, zone="Europe/Berlin") for number in (3, 10))

    # Both have the day on which clocks are set; each hour of it is in one month, once.
    assert march.ends_at - march.starts_at == timedelta(days=31, hours=-1)
    assert october.ends_at - october.starts_at == timedelta(days=31, hours=1)
    assert march.starts_at == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert march.ends_at == datetime(2026, 3, 31, 22, tzinfo=UTC)
    there = ZoneInfo("Europe/Berlin")
    twice = [datetime(2026, 10, 25, 2, 30, tzinfo=there, fold=fold) for fold in (0, 1)]
    assert [month_of(each, "Europe/Berlin") for each in twice] == [october, october]
    assert twice[1].astimezone(UTC) - twice[0].astimezone(UTC) == timedelta(hours=1)


def test_a_month_begins_where_its_zone_says() -> None:
    at = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)

    assert month_of(at, "Europe/Berlin").name == "2026-11"
    assert month_of(at, "UTC").name == "2026-10"


def test_the_boundary_is_in_the_later_month_only() -> None:
    april = month_named("2026-04", "Europe/Berlin")

    assert april.covers(april.starts_at)
    assert not april.covers(april.ends_at)
    assert april.covers(april.ends_at - timedelta(microseconds=1))


def test_months_between_are_all_there_are() -> None:
    first, end = datetime(2025, 11, 30, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)

    found = [month.name for month in months_between(first, end, "UTC")]

    assert found == ["2025-11", "2025-12", "2026-01"]


@pytest.mark.parametrize(
    "name", ["2026-13", "2026-1", "26-01", "0000-01", "9999-12", "\u0662026-01"]
)
def test_what_is_no_month_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="bad-period"):
        month_named(name, "UTC")
