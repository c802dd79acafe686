"""What a label's music was sold for in a month, as values: rows, summaries, and what stands beside.

Amounts are micro-units of one currency. What is earned is the label's part; a price is what those
who heard it paid, without tax. What later bookings changed of a closed month is told apart: it is
paid with the month in which it was booked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from accounting.statements import DEDUCTIONS, EARNINGS, Section, Statement
from catalog.described import TrackDescribed

#: Where nobody knows in which country it was heard, and of what is of none.
EVERYWHERE = "Worldwide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A track at one step of its price, in one country and month; step 0 is bought outright.

    `price` is what was paid for all its `usages`, and `earned` the label's part; `returned` and
    `taken_back` are the same of what was given back. `is_later`: it was booked since the month was
    closed.
    """

    track: TrackDescribed
    currency: str
    territory: str
    month: str
    step: int
    usages: int
    returns: int = 0
    price: int
    returned: int = 0
    earned: int
    taken_back: int = 0
    is_later: bool = False

    @property
    def net(self) -> int:
        """What is left for the label."""
        return self.earned - self.taken_back

    @property
    def context(self) -> Context:
        """What it is summed up with."""
        return Context(
            currency=self.currency,
            territory=self.territory or EVERYWHERE,
            is_stream=self.step > 0,
            is_later=self.is_later,
        )


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Context:
    """What is summed up together: a currency, a country, streams or downloads."""

    currency: str
    is_later: bool = False
    territory: str = EVERYWHERE
    is_stream: bool = True


@dataclass(slots=True, kw_only=True)
class Summary:
    """What the sales of a context come to, and what is not of any sale: fees and deductions."""

    usages: int = 0
    returns: int = 0
    price: int = 0
    earned: int = 0
    net: int = 0
    beside: dict[Section, int] = field(default_factory=dict)

    @property
    def fees(self) -> list[tuple[Section, int]]:
        """What was earned, or is so no more, and is not of a sale."""
        return [(one, self.beside[one]) for one in EARNINGS if self.beside.get(one)]

    @property
    def deductions(self) -> list[tuple[Section, int]]:
        """What is taken from what was earned; less than nothing, where it is given back."""
        return [(one, -self.beside[one]) for one in DEDUCTIONS if self.beside.get(one)]

    @property
    def total(self) -> int:
        """What it comes to in all."""
        fees = sum(amount for _, amount in self.fees)
        return self.net + fees - sum(amount for _, amount in self.deductions)

    def add(self, sale: Sale) -> None:
        """Add a sale."""
        self.usages += sale.usages
        self.returns += sale.returns
        self.price += sale.price - sale.returned
        self.earned += sale.earned
        self.net += sale.net


#: What a payee's account came to for each reason, by currency and whether it was booked later.
Sums = Mapping[tuple[str, bool, Section], int]


def sums_told(statements: Iterable[Statement]) -> Sums:
    """Answer what statements say came for each reason."""
    found: dict[tuple[str, bool, Section], int] = defaultdict(int)
    for one in statements:
        for is_later, lines in ((False, one.lines), (True, one.corrections)):
            for line in lines:
                found[one.currency, is_later, line.section] += line.amount
    return {key: amount for key, amount in found.items() if amount}


def differences(booked: Sums, told: Sums, summed: Mapping[Context, Summary]) -> Sequence[str]:
    """Say where the books, the statements and the summaries of a report differ; empty if nowhere.

    `booked` is what entries come to, by reason; sums of the report are compared with both.
    """
    found = []
    for currency, is_later, section in sorted(booked.keys() | told.keys()):
        key = currency, is_later, section
        if booked.get(key, 0) != told.get(key, 0):
            when = "booked later" if is_later else "booked"
            found.append(
                f"{section} in {currency}, {when}: the books have {booked.get(key, 0)}, and the "
                f"statements tell {told.get(key, 0)} micro-units"
            )
    is_of_it = {*EARNINGS, *DEDUCTIONS}
    for currency, is_later in sorted({(one, later) for one, later, _ in told}):
        owed = sum(
            amount
            for (of, later, section), amount in told.items()
            if (of, later) == (currency, is_later) and section in is_of_it
        )
        totals = [
            one.total
            for context, one in summed.items()
            if (context.currency, context.is_later) == (currency, is_later)
        ]
        if sum(totals) != owed:
            found.append(
                f"{currency}: the report comes to {sum(totals)}, and the statements to {owed} "
                "micro-units"
            )
    return found


def shares_of_hundred(part: int, whole: int) -> int:
    """Answer which part of a whole it is, in millionths of a hundredth, rounded down."""
    return part * 100_000_000 // whole if whole else 0
