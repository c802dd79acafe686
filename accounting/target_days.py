"""Days on which banks of the euro area settle transfers: all but those on which T2 is closed.

The system of the European Central Bank (TARGET, now T2) is closed on Saturdays and Sundays, New
Year's Day, Good Friday, Easter Monday, 1 May, and 25 and 26 December; holidays of countries count
for nothing.
"""

from __future__ import annotations

from datetime import date, timedelta

_CLOSED = frozenset(((1, 1), (5, 1), (12, 25), (12, 26)))
_SATURDAY = 5
_DAY = timedelta(days=1)


def is_target_day(day: date) -> bool:
    """Answer whether transfers are settled on a day."""
    sunday = easter(day.year)
    moving = {sunday - 2 * _DAY, sunday + _DAY}
    return day.weekday() < _SATURDAY and (day.month, day.day) not in _CLOSED and day not in moving


def target_day_after(day: date) -> date:
    """Answer the first day after another on which transfers are settled."""
    day += _DAY
    while not is_target_day(day):
        day += _DAY
    return day


def easter(year: int) -> date:
    """Answer Easter Sunday, by the rule of Meeus for the Gregorian calendar."""
    century = year // 100
    golden = year % 19
    corrected = century - century // 4 - (8 * century + 13) // 25
    epact = (19 * golden + corrected + 15) % 30
    epact -= epact // 28 * (1 - epact // 28 * (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    offset = epact - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))
