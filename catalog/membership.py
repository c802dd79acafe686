"""The rules of membership: what a class asks and gives, how long dues last, when one is reminded.

Days are days of UTC. A member's vote follows from what was paid by then, so that the roll of a day
that is past stays what it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from base.errors import Refused

#: Days before dues run out on which a member is reminded; on the day after as well.
REMINDERS = (30, 7, -1)
_DAY = timedelta(days=1)


class Admission(StrEnum):
    """Who admits a member of a class."""

    OPERATOR = "operator"
    #: Nobody: who pays the first dues and shares is one.
    PAID = "paid"


class Right(StrEnum):
    """What members of a class may."""

    VOTE = "vote"
    #: Stand for election.
    STAND = "stand"
    #: Share in what is left of a year.
    SURPLUS = "surplus"


class Shown(StrEnum):
    """What of a membership everybody may see."""

    NOTHING = "nothing"
    CLASS = "class"
    SINCE = "since"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a class asks and gives: dues of a year and value of a share in micro-units.

    Raises:
        Refused: `bad-member-terms`, 422.

    """

    class_id: str
    valid_from: datetime
    title: str
    dues: int
    share_value: int
    shares: int
    currency: str
    admission: Admission
    rights: frozenset[Right]
    grace_days: int
    is_open: bool = True

    def __post_init__(self) -> None:
        """Refuse amounts that nobody can pay, and members whom nothing admits."""
        if min(self.dues, self.share_value, self.shares, self.grace_days) < 0:
            raise _bad_terms("Amounts, shares and days are not less than nothing.")
        if self.shares and not self.share_value:
            raise _bad_terms("Shares that a member has to hold have a value.")
        if self.admission is Admission.PAID and not self.first_payment:
            raise _bad_terms("Where payment admits, there is something to pay.")

    @property
    def first_payment(self) -> int:
        """What an applicant pays: dues of the first year, and the least shares."""
        return self.dues + self.shares * self.share_value


def _bad_terms(sentence: str) -> Refused:
    return Refused("bad-member-terms", sentence, status=422)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days that dues are for, both among them."""

    starts_on: date
    ends_on: date


def period_paid(paid_through: date | None, *, on: date, grace_days: int) -> Period:
    """Answer which year dues are for that are paid on a day.

    Who pays in time, or within the grace, goes on where the last year ends; others begin anew.
    """
    starts_on = on
    if paid_through is not None and not has_lapsed(paid_through, grace_days=grace_days, on=on):
        starts_on = paid_through + _DAY
    return Period(starts_on=starts_on, ends_on=_a_year_after(starts_on) - _DAY)


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # the 29th of February
        return date(day.year + 1, 3, 1)


def has_lapsed(paid_through: date, *, grace_days: int, on: date) -> bool:
    """Tell whether dues ran out too long ago for somebody to be a member on a day."""
    return on > paid_through + timedelta(days=grace_days)


def is_to_be_reminded(paid_through: date, *, reminded_on: date | None, today: date) -> bool:
    """Tell whether a member should hear now that dues run out, or ran out; of each date once."""
    dates = [paid_through - timedelta(days=days) for days in REMINDERS]
    passed = [one for one in dates if one <= today]
    return bool(passed) and (reminded_on is None or reminded_on < max(passed))
