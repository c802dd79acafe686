"""What was used of music in a month, as values, and what it comes to.

One `Used` is many plays or sales of a track that are alike: in one territory, at one step, at one
price, of one kind. Amounts are micro-units of one currency, as the journal has them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

#: Where it was heard is not known.
NOWHERE = ""


class UseKind(StrEnum):
    """How a track was used, and who paid for it."""

    #: Plays, as `accounting.settlement.PlayKind` tells them.
    PAID = "paid"
    PROMO = "promo"
    OWNED = "owned"
    OWN = "own"
    FREE = "free"
    #: All that was left to pay, at once: for oneself, or for somebody else.
    BOUGHT = "bought"
    GIFT = "gift"


#: What is sold outright, and is no play.
PURCHASES = frozenset({UseKind.BOUGHT, UseKind.GIFT})
#: What somebody paid for, and a payee earned by.
CHARGED = frozenset({UseKind.PAID, UseKind.PROMO, *PURCHASES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """Uses of a track that are alike: `number` of them, each at `price`, which is without tax.

    Steps are 0 where nothing was due. What `is_return` was given back: number and price are those
    of what was, and what came to whom is less than nothing. `gives_it`: who paid for it owns the
    track by that. `artists` is what came to all who are paid by it, `own` the part of it that came
    to the account that is told, and the rest of the price is the co-operative's.
    """

    track_id: UUID
    territory: str
    kind: UseKind
    first_step: int
    last_step: int
    is_return: bool
    gives_it: bool
    currency: str
    price: int
    number: int
    artists: int
    own: int

    @property
    def revenue(self) -> int:
        """What was paid for all of them; less than nothing, where it was given back."""
        return -self.price * self.number if self.is_return else self.price * self.number


@dataclass(slots=True, kw_only=True)
class Sums:
    """What uses come to in a currency: counts, and micro-units."""

    plays: int = 0
    purchases: int = 0
    returns: int = 0
    revenue: int = 0
    artists: int = 0
    own: int = 0

    def add(self, used: Used) -> None:
        """Add some."""
        if used.is_return:
            self.returns += used.number
        elif used.kind in PURCHASES:
            self.purchases += used.number
        else:
            self.plays += used.number
        self.revenue += used.revenue
        self.artists += used.artists
        self.own += used.own

    @property
    def coop(self) -> int:
        """What is the co-operative's of it."""
        return self.revenue - self.artists


@dataclass(slots=True)
class Tally:
    """Sums of all that was used, by currency."""

    by_currency: dict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))

    def add(self, used: Used) -> None:
        """Add some."""
        self.by_currency[used.currency].add(used)


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What the books have of a month in a currency, asked otherwise than row by row.

    Of one account: `booked` is what plays and purchases brought it less what was given back, of
    which `elsewhere` came of music that is another's; `taken` is what was taken back of it besides,
    and `told` what its statement tells of it all, if it has one. Of all music: `booked` is what
    came to artists, and `coop` to the co-operative.
    """

    booked: int = 0
    elsewhere: int = 0
    taken: int = 0
    told: int | None = None
    coop: int | None = None


def differences(tally: Tally, books: dict[str, Books]) -> list[str]:
    """Say where a report and the books differ, in whole sentences; nothing where they agree."""
    said = []
    for currency in sorted({*tally.by_currency, *books}):
        sums, has = tally.by_currency.get(currency, Sums()), books.get(currency, Books())
        mine = sums.artists if has.coop is not None else sums.own
        if mine + has.elsewhere != has.booked:
            said.append(
                f"{currency}: the report comes to {mine} micro-units, with {has.elsewhere} of "
                f"music that is another's, and the ledger to {has.booked}."
            )
        if has.coop is not None and sums.coop != has.coop:
            said.append(
                f"{currency}: the co-operative's part is {sums.coop} in the report, and {has.coop} "
                "in the ledger."
            )
        if has.told is not None and has.booked + has.taken != has.told:
            said.append(
                f"{currency}: the ledger comes to {has.booked + has.taken}, and the statement to "
                f"{has.told}."
            )
    return said


def document(tally: Tally, books: dict[str, Books]) -> dict[str, dict[str, int | None]]:
    """Answer what a report comes to, by currency, beside what the books have."""
    return {
        currency: {
            "plays": sums.plays,
            "purchases": sums.purchases,
            "returns": sums.returns,
            "revenue": sums.revenue,
            "artists": sums.artists,
            "coop": sums.coop,
            "own": sums.own,
            "booked": has.booked,
            "elsewhere": has.elsewhere,
            "taken": has.taken,
            "told": has.told,
        }
        for currency in sorted({*tally.by_currency, *books})
        for sums, has in [(tally.by_currency.get(currency, Sums()), books.get(currency, Books()))]
    }
