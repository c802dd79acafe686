"""Amounts of providers and of the books are the same amounts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.payments.amounts import (
    PLACES,
    Money,
    from_minor,
    parsed,
    printed,
    rounded_down,
    smallest,
    to_minor,
)
from base.errors import Refused

CURRENCIES = st.sampled_from(sorted(PLACES))


@given(st.integers(0, 10**11), CURRENCIES)
def test_counted_and_printed_amounts_are_read_back(count: int, currency: str) -> None:
    money = from_minor(count, currency.lower())

    assert to_minor(money) == count
    assert parsed(printed(money), currency) == money


def test_euros_have_cents_and_yen_do_not() -> None:
    assert printed(Money(micros=12_500_000, currency="EUR")) == "12.50"
    assert printed(Money(micros=1_800_000_000, currency="JPY")) == "1800"
    assert from_minor(1250, "eur") == Money(micros=12_500_000, currency="EUR")
    assert from_minor(1800, "jpy") == Money(micros=1_800_000_000, currency="JPY")


@given(st.integers(0, 10**12), CURRENCIES)
def test_rounding_down_leaves_less_than_a_cent(micros: int, currency: str) -> None:
    whole = rounded_down(Money(micros=micros, currency=currency))

    assert 0 <= micros - whole.micros < smallest(currency)
    to_minor(whole)


@pytest.mark.parametrize("text", ["", "-1.00", "1,50", "1e3", "NaN", "1.1234567", "٣.00", " 1.00"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="amount-unreadable"):
        parsed(text, "EUR")


def test_no_provider_moves_parts_of_a_cent_or_shells() -> None:
    with pytest.raises(Refused, match="amount-too-fine"):
        to_minor(Money(micros=1, currency="EUR"))
    with pytest.raises(Refused, match="currency-unsupported"):
        to_minor(Money(micros=1, currency="XXX"))
