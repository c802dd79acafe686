"""Values of XML Schema are read exactly, and what is none is None."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.ddex.lexical import amount_of, day_of, instant_of, number_of, seconds_of

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at", "has_offset"),
    [
        ("2024-03-01T12:00:00Z", NOON, True),
        ("2024-03-01T13:00:00+01:00", NOON, True),
        ("2024-03-01T12:00:00", NOON, False),
        ("2024-03-01T12:00:00.1234567Z", NOON + timedelta(microseconds=123456), True),
        ("2024-03-01T00:00:00-12:00", NOON, True),
    ],
)
def test_an_instant_is_one_whatever_its_offset(
    text: str, at: datetime, *, has_offset: bool
) -> None:
    assert instant_of(text) == (at, has_offset)


@pytest.mark.parametrize(
    "text",
    ["", "2024-03-01", "2024-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "٢٠٢٤-03-01T12:00:00Z"],
)
def test_what_is_no_instant(text: str) -> None:
    assert instant_of(text) is None


@given(st.datetimes(timezones=st.just(UTC)))
def test_what_python_writes_is_read(at: datetime) -> None:
    assert instant_of(at.isoformat()) == (at, True)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT3M28S", Fraction(208)),
        ("PT0M31.5S", Fraction(63, 2)),
        ("P1DT1H", Fraction(90_000)),
        ("PT", None),
        ("P", None),
        ("3:28", None),
        ("PT-3M", None),
    ],
)
def test_durations(text: str, seconds: Fraction | None) -> None:
    assert seconds_of(text) == seconds


def test_days_and_amounts() -> None:
    assert day_of("2024-03-08+01:00") == date(2024, 3, 8)
    assert day_of("2024-02-30") is None
    assert amount_of("-1") is None
    assert amount_of("1e9") is None
    assert str(amount_of("0.70")) == "0.70"


def test_numbers_in_a_sequence() -> None:
    assert number_of("00012") == 12
    assert number_of("9" * 5_000) is None
    assert number_of("²") is None


@given(st.text(max_size=40))
def test_nothing_raises(text: str) -> None:
    for read in (instant_of, day_of, seconds_of, amount_of, number_of):
        read(text)
