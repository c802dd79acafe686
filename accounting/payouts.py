"""Who is paid what in a payout run, and why others wait: a rule over what they are owed.

Whole cents leave the house; what is below a cent, and who is below the threshold, is carried
forward on the payee's own account. Part of what is earned may be held back against chargebacks:
it goes to the payee's reserve when the rest is paid, and comes back with a later payout. Nothing
is held back twice, and nothing while nothing is paid.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from base.units import Micros

MICROS_PER_CENT = 10_000
_WHOLE_PPM = 1_000_000
_NOTHING = Micros(0)
#: What a payee begins with who is an account, for what it gets as a member.
MEMBER = "member:"

#: What a bank says of an account that no later transfer will reach either (ISO 20022, external
#: return reasons): wrong, closed, blocked, changed, in sequestration, in liquidation, of a kind
#: that takes no transfers, of an unknown bank, or somebody else's.
ACCOUNT_FAULTS = frozenset(
    ("AC01", "AC03", "AC04", "AC06", "AC15", "AC16", "AC17", "AG01", "BE01", "BE06", "RC01", "RC07")
)


class Why(StrEnum):
    """Why a payee is not paid in a run."""

    BELOW_THRESHOLD = "below-threshold"
    IN_DEBT = "in-debt"
    OTHER_CURRENCY = "other-currency"
    ON_HOLD = "on-hold"
    NO_DETAILS = "bank-details-missing"
    NEW_DETAILS = "bank-details-new"
    DOUBTFUL_DETAILS = "bank-details-doubtful"
    UNKNOWN = "payee-unknown"


#: The same for the payee.
SENTENCES = {
    Why.BELOW_THRESHOLD: "It is less than is paid out at once, and is carried forward.",
    Why.IN_DEBT: "More was taken back than is owed; what is earned next is set against it.",
    Why.OTHER_CURRENCY: "It is owed in a currency that is not paid out yet.",
    Why.ON_HOLD: "Payouts are on hold until somebody has looked into them.",
    Why.NO_DETAILS: "We do not know where to: please enter bank details.",
    Why.NEW_DETAILS: "Bank details that are new wait for some days, in case they are not yours.",
    Why.UNKNOWN: "It is booked for nobody that can be paid: reverse it, and book it anew.",
    Why.DOUBTFUL_DETAILS: "The bank sent a transfer back: please enter bank details again.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """By what rules a run pays; it is kept with the run."""

    currency: str
    #: The least that is paid out.
    threshold: Micros
    #: What of new earnings is held back, and for how many months.
    holdback_ppm: int = 0
    holdback_months: int = 0
    #: How long new bank details wait, so that whoever did not enter them can say so.
    details_days: int = 0

    def __post_init__(self) -> None:
        """Refuse what would pay nothing, or hold back more than there is."""
        if self.threshold < MICROS_PER_CENT or not 0 <= self.holdback_ppm <= _WHOLE_PPM:
            raise ValueError("a threshold is at least a cent, a holdback no more than all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is known of a payee's bank details but the account itself."""

    id: UUID
    since: datetime
    #: A transfer to them came back, for a reason that stays.
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a payee is owed in a currency, and what stands in the way of paying it."""

    payee: str
    currency: str
    #: What can be paid of what is owed; less than nothing after a chargeback.
    payable: Micros
    #: The part of it that was held back from before: of transfers that came back.
    exempt: Micros = _NOTHING
    #: What runs held back and have not given back, and the part of it that is not due yet.
    reserve: Micros = _NOTHING
    young: Micros = _NOTHING
    is_on_hold: bool = False
    #: Whether it is booked for somebody who could be paid.
    is_known: bool = True
    details: Details | None = None

    @property
    def matured(self) -> Micros:
        """What comes back from the reserve with the next payout."""
        return Micros(max(0, self.reserve - self.young))


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A payee is paid `amount`; `held` goes to the reserve, and `released` comes from it."""

    payee: str
    amount: Micros
    held: Micros
    released: Micros
    details: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A payee who is owed something, or owes something, and is not paid: all reasons."""

    payee: str
    currency: str
    payable: Micros
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run comes to; both lists are in the order of the payees."""

    payouts: tuple[Planned, ...]
    waiting: tuple[Waiting, ...]

    @property
    def total(self) -> Micros:
        """What leaves the bank."""
        return Micros(sum(one.amount for one in self.payouts))


def plan(standings: Iterable[Standing], policy: Policy, *, now: datetime) -> Plan:
    """Answer who is paid what; who is owed nothing is not mentioned."""
    payouts, waiting = [], []
    for one in sorted(standings, key=lambda one: (one.payee, one.currency)):
        if not one.payable and not one.matured:
            continue
        why = reasons(one, policy, now=now)
        if one.details is None or why:
            waiting.append(_waiting(one, why))
        else:
            payouts.append(_planned(one, one.details, policy))
    return Plan(payouts=tuple(payouts), waiting=tuple(waiting))


def reasons(standing: Standing, policy: Policy, *, now: datetime) -> tuple[Why, ...]:
    """Answer all that keeps a payee from being paid, nothing when they are."""
    if standing.currency != policy.currency:
        return (Why.OTHER_CURRENCY,)
    amount = whole_cents(Micros(standing.payable - _held(standing, policy) + standing.matured))
    found = {
        Why.IN_DEBT: amount < 0,
        Why.BELOW_THRESHOLD: 0 <= amount < policy.threshold,
        Why.ON_HOLD: standing.is_on_hold,
        Why.UNKNOWN: not standing.is_known,
        Why.NO_DETAILS: standing.is_known and standing.details is None,
    }
    if standing.details is not None:
        found[Why.NEW_DETAILS] = now < standing.details.since + timedelta(days=policy.details_days)
        found[Why.DOUBTFUL_DETAILS] = standing.details.is_doubtful
    return tuple(why for why, holds in found.items() if holds)


def payee_id_of(payee: str) -> UUID | None:
    """Answer whose bank details a payee is paid to: a member's are those of the account.

    Nobody's, where the books owe to what is no payee: that must not stand in the way of others.
    """
    try:
        return UUID(payee.removeprefix(MEMBER))
    except ValueError:
        return None


def whole_cents(amount: Micros) -> Micros:
    """Answer what of an amount are whole cents; of a debt, the cents that cover it."""
    return Micros(amount // MICROS_PER_CENT * MICROS_PER_CENT)


def months_before(at: datetime, months: int) -> datetime:
    """Answer the same moment of the same day so many months ago, or of the last day before it."""
    count = at.year * 12 + at.month - 1 - months
    year, month = divmod(count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return at.replace(year=year, month=month + 1, day=min(at.day, last))


def _held(standing: Standing, policy: Policy) -> int:
    new = max(0, standing.payable - standing.exempt)
    return new * policy.holdback_ppm // _WHOLE_PPM


def _planned(standing: Standing, details: Details, policy: Policy) -> Planned:
    held = _held(standing, policy)
    return Planned(
        payee=standing.payee,
        amount=whole_cents(Micros(standing.payable - held + standing.matured)),
        held=Micros(held),
        released=standing.matured,
        details=details.id,
    )


def _waiting(one: Standing, why: tuple[Why, ...]) -> Waiting:
    return Waiting(payee=one.payee, currency=one.currency, payable=one.payable, why=why)
