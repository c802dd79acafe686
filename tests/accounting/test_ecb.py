"""The rates of the European Central Bank, as it publishes them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.ecb import Rate, in_euro, read_rates
from accounting.payments.amounts import Money
from base.errors import Refused

HISTORY = """Date,USD,JPY,BGN,CYP,
2026-11-25,1.1587,181.02,N/A,N/A,
2026-11-24,1.1602,180.6,1.9558,,
"""
DAILY = "Date, USD, JPY, GBP, \n25 November 2026, 1.1587, 181.02, 0.87553, \n"


def test_the_history_is_read_and_days_without_a_rate_are_none() -> None:
    rates = read_rates(HISTORY)

    assert [(one.currency, one.day.isoformat(), one.micros) for one in rates] == [
        ("USD", "2026-11-25", 1_158_700),
        ("JPY", "2026-11-25", 181_020_000),
        ("USD", "2026-11-24", 1_160_200),
        ("JPY", "2026-11-24", 180_600_000),
        ("BGN", "2026-11-24", 1_955_800),
    ]


def test_the_daily_file_is_read() -> None:
    rates = read_rates("\ufeff" + DAILY)

    assert [(one.currency, one.micros) for one in rates] == [
        ("USD", 1_158_700),
        ("JPY", 181_020_000),
        ("GBP", 875_530),
    ]
    assert {one.day for one in rates} == {date(2026, 11, 25)}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("Day,USD\n", 1),
        ("Date,dollars\n", 1),
        ("Date,USD\n2026-11-25,1.1587\n2026-11-24,one\n", 3),
        ("Date,USD\n2026-11-25,0\n", 2),
        ("Date,USD\n2026-11-25,-1.2\n", 2),
        ("Date,USD\n2026-13-25,1.2\n", 2),
        ("Date,USD\n5 Movember 2026,1.2\n", 2),
        ("Date,USD\n2026-11-25\n", 2),
        ("Date,USD\n2026-11-25,1.1,2.2\n", 2),
    ],
)
def test_what_is_no_file_of_theirs_is_refused_by_line(text: str, line: int) -> None:
    with pytest.raises(Refused, match=f"rates-unreadable: Line {line} "):
        read_rates(text)


def test_an_amount_is_what_it_is_in_euro() -> None:
    rate = Rate(currency="USD", day=date(2026, 11, 25), micros=1_158_700)

    assert in_euro(Money(micros=14_500_000, currency="USD"), rate) == 12_514_024


@given(st.integers(0, 10**12), st.integers(1, 10**11))
def test_what_is_rounded_is_less_than_half_a_micro_euro(amount: int, per_euro: int) -> None:
    rate = Rate(currency="USD", day=date(2026, 1, 1), micros=per_euro)

    euro = in_euro(Money(micros=amount, currency="USD"), rate)

    assert abs(euro * per_euro - amount * 1_000_000) * 2 <= per_euro
