"""Tax in prices: exact, by country and day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.vat import VatRate, inclusive, part_of, rate_on
from base.errors import Refused

RATES = [
    VatRate(country="SK", valid_from=date(2016, 1, 1), ppm=200_000),
    VatRate(country="SK", valid_from=date(2025, 1, 1), ppm=230_000),
    VatRate(country="FI", valid_from=date(2024, 9, 1), ppm=255_000),
]


@pytest.mark.parametrize(
    ("gross", "ppm", "net", "vat"),
    [
        (12_500_000, 190_000, 10_504_202, 1_995_798),
        (12_500_000, 255_000, 9_960_159, 2_539_841),
        (12_500_000, 0, 12_500_000, 0),
        (119, 190_000, 100, 19),
        (1, 190_000, 1, 0),
        (3, 200_000, 2, 1),  # a half goes up
    ],
)
def test_a_price_is_made_of_net_and_tax(gross: int, ppm: int, net: int, vat: int) -> None:
    made = inclusive(gross, ppm)

    assert (made.net, made.vat) == (net, vat)


@given(st.integers(0, 10**15), st.integers(0, 500_000))
def test_net_and_tax_sum_to_the_price_and_the_tax_is_right_to_half_a_micro(
    gross: int, ppm: int
) -> None:
    made = inclusive(gross, ppm)

    assert made.gross == gross
    assert 0 <= made.vat <= gross
    assert abs(made.vat * (1_000_000 + ppm) - gross * ppm) * 2 <= 1_000_000 + ppm


@given(st.integers(0, 10**12), st.integers(1, 10**9), st.data())
def test_parts_never_come_to_more_than_the_whole(whole: int, of: int, data: st.DataObject) -> None:
    taken = data.draw(st.integers(0, of))

    first = part_of(whole, taken=taken, of=of)

    assert 0 <= first <= whole
    assert taken < of or first == whole


def test_the_rate_is_that_of_the_day() -> None:
    assert rate_on(RATES, "SK", date(2024, 12, 31)).ppm == 200_000
    assert rate_on(RATES, "SK", date(2025, 1, 1)).ppm == 230_000
    assert rate_on(RATES, "FI", date(2026, 11, 26)).ppm == 255_000


@pytest.mark.parametrize(("country", "day"), [("CH", "2026-01-01"), ("SK", "2015-12-31")])
def test_nothing_is_sold_where_the_tax_is_unknown(country: str, day: str) -> None:
    with pytest.raises(Refused, match="vat-rate-unknown"):
        rate_on(RATES, country, date.fromisoformat(day))
