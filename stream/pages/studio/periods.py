"""Of which days figures are shown: the last so many, or from one day to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounting.days import Days
from base.errors import Refused
from stream.api.insight_documents import DaysQuery
from stream.api.insights import days_asked

#: What is chosen by one press, in days, up to today.
CHOICES = (7, 28, 90, 365)
USUAL = 28
_DAY = timedelta(days=1)
_WRONG = "Choose a first day and a last one, which is not before it, of a year at most."


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Some days, and which choice they are, if one; `refused` says what was asked wrongly."""

    days: Days
    chosen: int | None
    refused: Refused | None = None

    @property
    def last(self) -> date:
        """The last of the days."""
        return self.days.until - _DAY

    @property
    def query(self) -> str:
        """What asks for the same days."""
        return f"from={self.days.since.isoformat()}&to={self.last.isoformat()}"

    @property
    def choices(self) -> Sequence[int]:
        """All that can be chosen by one press."""
        return CHOICES


def period_of(query: Mapping[str, str], *, now: datetime) -> Period:
    """Read which days are wanted; what cannot be read is the usual, and says what to do."""
    said = query.get("days", "")
    if said in {str(one) for one in CHOICES}:
        return _last(int(said), now=now)
    first, last = query.get("from", ""), query.get("to", "")
    if not first and not last and not said:
        return _last(USUAL, now=now)
    try:
        since, until = date.fromisoformat(first), date.fromisoformat(last) + _DAY
        days = days_asked(DaysQuery(since=since, until=until), now=now)
    except (ValueError, OverflowError, Refused):
        usual = _last(USUAL, now=now)
        wrong = Refused("bad-days", _WRONG, status=422)
        return Period(days=usual.days, chosen=USUAL, refused=wrong)
    return Period(days=days, chosen=None)


def _last(number: int, *, now: datetime) -> Period:
    until = now.date() + _DAY
    return Period(days=Days(since=until - timedelta(days=number), until=until), chosen=number)
