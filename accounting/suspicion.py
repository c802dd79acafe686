"""Is a play suspicious? Rules over figures that are stored with the verdict.

A rule says in one sentence what it looks for, and compares one figure of a play with one limit. A
verdict depends on nothing but its arguments: with the figures and the limits that were in force it
can be made again, and explained. What a rule finds is no guilt: the play is held, not charged,
until a person has looked at it.

Credit is in milli-credits, time in milliseconds or seconds as named, all integers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """All that is weighed of a play, as it was when it was weighed.

    A day is the 24 hours up to the play, which itself is counted in, and
    those that wait with it.
    """

    #: What must be heard; was served; was reported in its time; both; was reported at all.
    needed_ms: int = 0
    served_ms: int = 0
    reported_ms: int = 0
    heard_ms: int = 0
    claimed_ms: int = 0
    #: Our time from the first to the last report.
    passed_ms: int = 0
    #: Other plays of the listener that were heard at the same time.
    beside: int = 0
    plays_hour: int = 0
    plays_day: int = 0
    #: What it costs, and what the listener spent in a day: in all, and on this payee.
    price: int = 0
    spent_day: int = 0
    payee_day: int = 0
    account_age_s: int = 0
    #: Whether promotional credit pays for it; and what such credit of all paid this payee in a day.
    is_promo: bool = False
    payee_promo_day: int = 0
    #: Other accounts that paid by the same means; and whether the payee is one of them.
    shared_methods: int = 0
    is_payees_purse: bool = False
    #: What the payee spent on the listener's own music in 30 days, and the listener on the payee's.
    returned_month: int = 0
    given_month: int = 0

    def as_json(self) -> dict[str, int]:
        """Print it to be stored; what is nothing is left out."""
        figures = ((name, int(getattr(self, name))) for name in _FIGURES)
        return {name: figure for name, figure in figures if figure}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what was stored; figures of a later version are none of ours."""
        return cls(**{name: value for name, value in stored.items() if name in _FIGURES})

    @property
    def unserved_ms(self) -> int:
        """What was reported, and never served."""
        return self.reported_ms - self.heard_ms

    @property
    def untimely_ms(self) -> int:
        """What was reported faster than time passes."""
        return self.claimed_ms - self.reported_ms

    @property
    def payee_share_ppm(self) -> int:
        """The part of the listener's spending that this payee gets, in millionths."""
        return self.payee_day * _MILLION // self.spent_day if self.spent_day else 0

    @property
    def looped_month(self) -> int:
        """What went back and forth between listener and payee."""
        return min(self.returned_month, self.given_month)


_FIGURES = tuple(one.name for one in fields(Features))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of each is too much. Dated, as prices are: a verdict keeps those of its time."""

    #: What was served is told late where another server's log is read: then much more was reported.
    unserved_ms: int = 900_000
    untimely_ms: int = 120_000
    #: Tabs and players of an account may run beside each other, and each is paid for.
    beside: int = 60
    #: Three streams without a pause, each left after 45 seconds.
    plays_hour: int = 240
    plays_day: int = 1_500
    #: Until when an account is new; five tracks may become its own in a day by playing.
    new_account_s: int = 14 * 86_400
    new_spent_day: int = 5_110
    #: What may be bought outright, beside what was played: two albums. More is refused, not held.
    new_bought_day: int = 25_550
    #: The share of one payee is looked at from three tracks a day on.
    payee_share_ppm: int = 950_000
    payee_spent_day: int = 3_066
    #: Of promotional credit, to one payee, by all listeners together: five tracks again.
    payee_promo_day: int = 5_110
    #: A family shares a card.
    shared_methods: int = 4
    looped_month: int = 5_110

    def as_json(self) -> dict[str, int]:
        """Print them to be stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, int]) -> Self:
        """Read what was stored; a limit that is not told is as it is here."""
        names = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that is looked for, and what it says of a play, with its figures."""

    reason: str
    sentence: Callable[[Features], str]
    is_broken: Callable[[Features, Limits], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Why a play is held: the first rule that it breaks is its reason."""

    reasons: tuple[str, ...]
    features: Features

    @property
    def reason(self) -> str:
        """The reason that the session keeps."""
        return self.reasons[0]


RULES = (
    Rule(
        reason="held:reported-unserved",
        sentence=lambda of: f"{of.unserved_ms} ms were reported that were never served.",
        is_broken=lambda of, most: of.unserved_ms > most.unserved_ms,
    ),
    Rule(
        reason="held:faster-than-time",
        sentence=lambda of: f"{of.untimely_ms} ms were reported before so much time had passed.",
        is_broken=lambda of, most: of.untimely_ms > most.untimely_ms,
    ),
    Rule(
        reason="held:beside-itself",
        sentence=lambda of: f"The listener heard {of.beside} other plays at the same time.",
        is_broken=lambda of, most: of.beside > most.beside,
    ),
    Rule(
        reason="held:too-many-an-hour",
        sentence=lambda of: f"It is play {of.plays_hour} of the listener within an hour.",
        is_broken=lambda of, most: of.plays_hour > most.plays_hour,
    ),
    Rule(
        reason="held:too-many-a-day",
        sentence=lambda of: f"It is play {of.plays_day} of the listener within a day.",
        is_broken=lambda of, most: of.plays_day > most.plays_day,
    ),
    Rule(
        reason="held:same-purse",
        sentence=lambda _: "Listener and payee have paid by the same means.",
        is_broken=lambda of, _: of.is_payees_purse,
    ),
    Rule(
        reason="held:shared-method",
        sentence=lambda of: (
            f"{of.shared_methods} other accounts have paid by the listener's means."
        ),
        is_broken=lambda of, most: of.shared_methods > most.shared_methods,
    ),
    Rule(
        reason="held:new-account-spends",
        sentence=lambda of: (
            f"An account {of.account_age_s} s old spends {of.spent_day} milli-credits in a day."
        ),
        is_broken=lambda of, most: _is_new(of, most) and of.spent_day > most.new_spent_day,
    ),
    Rule(
        reason="held:one-payee",
        sentence=lambda of: (
            f"An account {of.account_age_s} s old spends {of.spent_day} milli-credits in a day, "
            f"{of.payee_share_ppm} of a million parts of it on this payee."
        ),
        is_broken=lambda of, most: (
            _is_new(of, most)
            and of.spent_day > most.payee_spent_day
            and of.payee_share_ppm >= most.payee_share_ppm
        ),
    ),
    Rule(
        reason="held:promo-farm",
        sentence=lambda of: (
            f"Promotional credit pays this payee {of.payee_promo_day} milli-credits in a day."
        ),
        is_broken=lambda of, most: of.is_promo and of.payee_promo_day > most.payee_promo_day,
    ),
    Rule(
        reason="held:loop",
        sentence=lambda of: (
            f"Listener and payee paid each other {of.looped_month} milli-credits in 30 days."
        ),
        is_broken=lambda of, most: of.looped_month > most.looped_month,
    ),
)
_RULE_OF = {rule.reason: rule for rule in RULES}


def suspicion_of(features: Features, limits: Limits) -> Suspicion | None:
    """Weigh a play; nothing, if no rule is broken."""
    reasons = tuple(rule.reason for rule in RULES if rule.is_broken(features, limits))
    return Suspicion(reasons=reasons, features=features) if reasons else None


def explained(suspicion: Suspicion) -> Iterator[str]:
    """Say in sentences, with the figures, why a play is held."""
    features = suspicion.features
    for reason in suspicion.reasons:
        yield _RULE_OF[reason].sentence(features)


def _is_new(features: Features, limits: Limits) -> bool:
    return features.account_age_s < limits.new_account_s
