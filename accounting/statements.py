"""Statements: what a payee was owed at first, each cent that came and went, and what they are owed.

Amounts are micro-units of one currency, from the payee's side: more than nothing is for them. A
statement that does not add up cannot be made. What was booked stays as it was told; what later
bookings changed of it is told beside it, in a statement of a later version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from base.errors import Broken

#: Micro-units of a cent, the least that is ever paid out.
MICROS_PER_CENT = 10_000


class Section(StrEnum):
    """Why something came to a payee, or went."""

    PLAYS = "plays"
    PURCHASES = "purchases"
    REFUNDS = "refunds"
    SHARES = "shares"
    SURPLUS = "surplus"
    ADVANCES = "advances"
    OTHER = "other"
    RECOUPMENT = "recoupment"
    HOLDBACK = "holdback"
    PAYOUTS = "payouts"


#: What is taken from what was earned.
DEDUCTIONS = (Section.RECOUPMENT, Section.HOLDBACK)
#: All that is earned, or was and is no more; an advance is lent.
EARNINGS = tuple(
    each for each in Section if each not in {*DEDUCTIONS, Section.PAYOUTS, Section.ADVANCES}
)
TITLES = {
    Section.PLAYS: "Plays",
    Section.PURCHASES: "Tracks bought outright",
    Section.REFUNDS: "Refunds and corrections",
    Section.SHARES: "Shares released",
    Section.SURPLUS: "Your share of the surplus",
    Section.ADVANCES: "Advances",
    Section.OTHER: "Other",
    Section.RECOUPMENT: "Advances recouped",
    Section.HOLDBACK: "Held back, and given back",
    Section.PAYOUTS: "Paid out",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What came of one recording, at one step, in one territory and month, for one reason.

    `recording` is "" where it is about none, `territory` where nobody knows, `step` 0 where there
    is none. `month` is when it happened, which may be before the period in which it was booked.
    `number` counts plays, or whatever the section is of.
    """

    section: Section
    recording: str
    step: int
    territory: str
    month: str
    number: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Of which time a statement is."""

    name: str
    starts_at: datetime
    ends_at: datetime
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is not part of the balance, as of the end: for the payee to know."""

    reserve: int = 0
    advance: int = 0
    suspense: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One payee, period, currency and version.

    `corrections` were booked since the period ended, and change what it came to: plays that were
    reversed, and plays of it that arrived late. `why` says what a later version is for. `titles`
    are what recordings are called today.
    """

    payee_id: str
    payee: str
    period: Period
    currency: str
    version: int
    made_at: datetime
    opening: int
    closing: int
    lines: Sequence[Line]
    corrections: Sequence[Line] = ()
    why: str = ""
    beside: Beside = Beside()
    titles: dict[str, str] | None = None

    def __post_init__(self) -> None:
        """Refuse what does not add up, to the last micro-unit."""
        if self.opening + sum_of(self.lines) != self.closing:
            raise Broken("statement-wrong", "The lines of a statement are not what its balance is.")

    @property
    def restated(self) -> int:
        """What the balance came to, had all been booked in time that is known by now."""
        return self.closing + sum_of(self.corrections)

    @property
    def digest(self) -> bytes:
        """What it says, in 32 bytes; how recordings are called is no part of it."""
        head = (self.payee_id, self.period.name, self.currency, self.version, self.opening)
        lines = (*sorted(map(_told, self.lines)), *sorted(map(_told, self.corrections)))
        text = "".join("\t".join(map(str, row)) + "\n" for row in ((*head, self.closing), *lines))
        return hashlib.sha256(text.encode()).digest()

    def title_of(self, recording: str) -> str:
        """Answer what a recording is called."""
        return (self.titles or {}).get(recording, recording)

    def of(self, *sections: Section) -> list[Line]:
        """Answer the lines of some sections."""
        return [line for line in self.lines if line.section in sections]

    def is_late(self, line: Line) -> bool:
        """Whether it happened before the period, and came to be known only in it."""
        return line.section is Section.PLAYS and line.month < self.period.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How the journal stood when the period was closed: head of its chain, and root of its tree."""

    head: str = ""
    root: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What some lines come to together."""

    of: str
    number: int
    amount: int


def sum_of(lines: Iterable[Line]) -> int:
    """Answer what lines come to."""
    return sum(line.amount for line in lines)


def sums_by(lines: Iterable[Line], key: Callable[[Line], str]) -> list[Sum]:
    """Answer what lines come to by something of theirs: the most first, then by name."""
    found: dict[str, tuple[int, int]] = {}
    for line in lines:
        number, amount = found.get(key(line), (0, 0))
        found[key(line)] = number + line.number, amount + line.amount
    sums = [Sum(of=of, number=number, amount=amount) for of, (number, amount) in found.items()]
    return sorted(sums, key=lambda one: (-one.amount, one.of))


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Answer lines in the one order in which they are told and hashed."""
    return sorted(lines, key=_told)


def _told(line: Line) -> tuple[str, str, int, str, str, int, int]:
    what = line.section.value, line.recording, line.step, line.territory, line.month
    return (*what, line.number, line.amount)


def in_cents(amounts: Iterable[int]) -> list[int]:
    """Answer amounts in whole cents, of which what is left is carried on to the next.

    So what is shown adds up to what is shown of the sum, and no cent is told that is not there.
    """
    shown, so_far, told = [], 0, 0
    for amount in amounts:
        so_far += amount
        whole = cents_of(so_far)
        shown.append(whole - told)
        told = whole
    return shown


def cents_of(amount: int) -> int:
    """Answer the whole cents of an amount, towards nothing; the rest stays on the account."""
    return amount // MICROS_PER_CENT if amount >= 0 else -(-amount // MICROS_PER_CENT)


def money(cents: int) -> str:
    """Answer cents as people write them."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02}"


def exactly(amount: int) -> str:
    """Answer an amount to the last micro-unit, as people write it."""
    whole, rest = divmod(abs(amount), 1_000_000)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:06}"
