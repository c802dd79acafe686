"""The euro's reference rates as the European Central Bank publishes them (`eurofxref*.csv`).

A header of currencies, then a line a day: `2026-11-25,1.1587,…` in the history, `25 November 2026,
1.1587, …` in the daily file. `N/A` is a day without a rate. One euro is so many of a currency.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounting.payments.amounts import UNIT, Money, parsed
from base.errors import Refused

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_DAILY = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})", re.ASCII)
_CODE = re.compile(r"[A-Z]{3}", re.ASCII)
_NONE = frozenset({"", "N/A"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What one euro was on a day, in micro-units of a currency, and who said so."""

    currency: str
    day: date
    micros: int
    source: str = "ECB"


def read_rates(text: str) -> list[Rate]:
    """Read a file of rates.

    Raises:
        Refused: `rates-unreadable`, 422; it says which line.

    """
    lines = list(csv.reader(text.lstrip("\ufeff").splitlines(), skipinitialspace=True))
    if not lines or not lines[0] or lines[0][0].strip() != "Date":
        raise _unreadable(1)
    codes = [one.strip() for one in lines[0][1:]]
    if not all(_CODE.fullmatch(one) or not one for one in codes):
        raise _unreadable(1)
    return [
        rate
        for number, line in enumerate(lines[1:], start=2)
        if line
        for rate in _rates(line, codes, number)
    ]


def _rates(line: list[str], codes: list[str], number: int) -> Iterable[Rate]:
    try:
        day = _day(line[0].strip())
        for code, said in zip(codes, line[1:], strict=True):
            if code and said.strip() not in _NONE:
                micros = parsed(said.strip(), code).micros
                if micros <= 0:
                    raise _unreadable(number)
                yield Rate(currency=code, day=day, micros=micros)
    except (ValueError, Refused):
        raise _unreadable(number) from None


def in_euro(money: Money, rate: Rate) -> int:
    """Answer an amount in micro-euros, rounded to the nearest, halves up."""
    return (2 * money.micros * UNIT + rate.micros) // (2 * rate.micros)


def _day(text: str) -> date:
    found = _DAILY.fullmatch(text)
    if found is None:
        return date.fromisoformat(text)
    return date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))


def _unreadable(number: int) -> Refused:
    return Refused(
        "rates-unreadable",
        f"Line {number} is not as the European Central Bank writes its rates.",
        status=422,
    )
