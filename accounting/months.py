"""Months of the books: half-open, in a declared time zone, whatever its clocks do.

A month begins with its first instant in the zone and ends where the next one begins, so that each
instant is in exactly one. Where a clock skips midnight, the first instant is that of the skip.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from base.errors import Refused

_MONTHS_IN_A_YEAR = 12
_NAME = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of a calendar, in a zone that is known by its name."""

    year: int
    number: int
    zone: str

    @property
    def name(self) -> str:
        """How it is called, as in `2026-11`."""
        return f"{self.year:04}-{self.number:02}"

    @property
    def first_day(self) -> date:
        """The day on which it begins there."""
        return date(self.year, self.number, 1)

    @property
    def starts_at(self) -> datetime:
        """Its first instant, in UTC."""
        return datetime(self.year, self.number, 1, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        """The first instant that is no more of it, in UTC."""
        return self.after(1).starts_at

    def after(self, months: int) -> Month:
        """Answer the month so many later; earlier, where that is less than nothing."""
        passed = self.year * _MONTHS_IN_A_YEAR + self.number - 1 + months
        year, number = divmod(passed, _MONTHS_IN_A_YEAR)
        return Month(year=year, number=number + 1, zone=self.zone)

    def covers(self, at: datetime) -> bool:
        """Whether an instant is in it."""
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A month as it is booked: half-open, and beginning where the one before it ended.

    That is where the month begins, unless another zone was declared meanwhile.
    """

    name: str
    starts_at: datetime
    ends_at: datetime


def month_of(at: datetime, zone: str) -> Month:
    """Answer the month of an instant."""
    there = at.astimezone(ZoneInfo(zone))
    return Month(year=there.year, number=there.month, zone=zone)


def month_named(name: str, zone: str) -> Month:
    """Answer the month that is called so.

    Raises:
        Refused: `bad-period`: it is no name of a month.

    """
    found = _NAME.fullmatch(name)
    if found is None or not 1 < int(found[1]) < 9999:  # noqa: PLR2004 - what a calendar can hold
        raise Refused("bad-period", "A period is a month, as in `2026-11`.")
    return Month(year=int(found[1]), number=int(found[2]), zone=zone)


def months_between(first: datetime, end: datetime, zone: str) -> list[Month]:
    """Answer the months of all instants from `first` on that are before `end`."""
    found = [month_of(first, zone)]
    while found[-1].ends_at < end:
        found.append(found[-1].after(1))
    return found
