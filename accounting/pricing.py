"""Stream-to-own prices: each play costs more, and who has paid for all of them owns the track.

Prices are dated, in milli-credits; a play keeps the terms that were in force when it was heard.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from base.errors import Refused

#: Wallets count millionths of a credit, prices thousandths.
MICROS_PER_MILLICREDIT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What each play costs in milli-credits, what a credit is worth, and the artists' part."""

    id: int
    valid_from: datetime
    currency: str
    prices: tuple[int, ...]
    #: Of a credit that nobody paid for, in micro-units.
    credit_value_micros: int
    artist_ppm: int
    #: What promotional credit may come to for one payee in a month (UTC), in micro-units.
    promo_cap_micros: int | None = None

    @property
    def steps(self) -> int:
        """How many plays are paid for."""
        return len(self.prices)

    def price_after(self, plays: int) -> int:
        """Answer the price of the play that follows `plays` paid ones; nothing for an owner's."""
        _require_count(plays)
        return self.prices[plays] if plays < self.steps else 0

    def remainder_after(self, plays: int) -> int:
        """Answer what buys the track outright after `plays` paid ones."""
        _require_count(plays)
        return sum(self.prices[plays:])

    def plays_left_after(self, plays: int) -> int:
        """Answer how many paid plays are missing to ownership."""
        _require_count(plays)
        return max(0, self.steps - plays)

    def value_of(self, credits_: int) -> int:
        """Answer what millionths of a credit are worth that nobody paid for."""
        return credits_ * self.credit_value_micros // _CREDIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What shall be otherwise from a time on; what is not told stays as it is."""

    valid_from: datetime
    prices: tuple[int, ...] | None = None
    artist_ppm: int | None = None
    credit_value_micros: int | None = None
    promo_cap_micros: int | None = None


def changed(terms: Terms, change: Change) -> Terms:
    """Answer terms as they shall be."""
    each = {one.name: getattr(change, one.name) for one in fields(change)}
    return replace(terms, **{name: told for name, told in each.items() if told is not None})


_CREDIT = _WHOLE = 1_000_000
_MOST_STEPS = 100


def in_force(terms: Sequence[Terms], at: datetime) -> Terms:
    """Answer the terms of a time, the earliest first; those have been in force for ever."""
    number = bisect_right(terms, at, key=lambda one: one.valid_from)
    return terms[max(0, number - 1)]


def require_possible(terms: Terms) -> None:
    """Refuse terms by which nothing could be settled.

    Raises:
        Refused: `bad-terms`.

    """
    if not 0 < terms.steps <= _MOST_STEPS or min(terms.prices) <= 0:
        raise Refused("bad-terms", f"Give 1 to {_MOST_STEPS} prices, each more than nothing.")
    if not 0 <= terms.artist_ppm <= _WHOLE:
        raise Refused("bad-terms", "The artists' part is 0 to 1000000 millionths.")
    if terms.credit_value_micros <= 0 or (terms.promo_cap_micros or 0) < 0:
        raise Refused("bad-terms", "A credit is worth something, and no limit is below nothing.")


def _require_count(plays: int) -> None:
    """Refuse what is no count: a slice would take it from the end."""
    if plays < 0:
        raise ValueError("a count of plays is not negative")
