"""Weigh the plays of a batch one after the other: what passes counts for those after it.

A batch comes to what its plays come to one at a time, in the same order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from accounting.pricing import MICROS_PER_MILLICREDIT
from accounting.settlement import Due, Pair
from accounting.suspicion import Features, Limits, Suspicion, suspicion_of

#: Plays of one listener within so much of each other are heard at the same time.
BESIDE = timedelta(seconds=45)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A play that is due, and what was stored before its batch: `features` without the play itself.

    `plays` of the recording were paid, at the `prices` of the time; of promotional credit there is
    `promo_micros`.
    """

    due: Due
    features: Features
    prices: Sequence[int]
    plays: int = 0
    is_owned: bool = False
    promo_micros: int = 0
    #: It was weighed before; if it was held then, a person has let it go.
    is_weighed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A play, the figures it was weighed by, and what they say; nothing, if it is innocent."""

    due: Due
    features: Features
    suspicion: Suspicion | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passed:
    at: datetime
    payee_id: UUID
    price: int


@dataclass(slots=True, kw_only=True)
class _Tally:
    """What has passed in this batch so far."""

    plays: defaultdict[UUID, list[_Passed]] = field(default_factory=lambda: defaultdict(list))
    steps: defaultdict[Pair, int] = field(default_factory=lambda: defaultdict(int))
    promo: defaultdict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    promo_spent: defaultdict[UUID, int] = field(default_factory=lambda: defaultdict(int))


def weigh_all(knowns: Iterable[Known], limits: Limits) -> list[Weighed]:
    """Weigh plays in the order they were heard; what is free, or was weighed before, passes."""
    tally, weighed = _Tally(), []
    for known in knowns:
        price = _price(known, tally)
        features = _with_batch(known, tally, price=price)
        is_due = price > 0 and not known.is_weighed
        suspicion = suspicion_of(features, limits) if is_due else None
        if is_due:
            weighed.append(Weighed(due=known.due, features=features, suspicion=suspicion))
        if suspicion is None:
            _pass(known.due, tally, price=price, is_promo=features.is_promo)
    return weighed


def _price(known: Known, tally: _Tally) -> int:
    if known.is_owned or not known.due.is_counted:
        return 0
    plays = known.plays + tally.steps[known.due.pair]
    return known.prices[plays] if plays < len(known.prices) else 0


def _with_batch(known: Known, tally: _Tally, *, price: int) -> Features:
    """Add the play, and those of its batch that passed before it, to what was stored."""
    due, stored = known.due, known.features
    day = [one for one in tally.plays[due.listener_id] if due.occurred_at - one.at < _DAY]
    promo_left = known.promo_micros // MICROS_PER_MILLICREDIT - tally.promo_spent[due.listener_id]
    is_promo = 0 < price <= promo_left
    spent = price + sum(one.price for one in day)
    to_payee = price + sum(one.price for one in day if one.payee_id == due.payee_id)
    promo = stored.payee_promo_day + tally.promo[due.payee_id] + is_promo * price
    return replace(
        stored,
        beside=stored.beside + sum(abs(due.occurred_at - one.at) < BESIDE for one in day),
        plays_hour=stored.plays_hour + 1 + sum(due.occurred_at - one.at < _HOUR for one in day),
        plays_day=stored.plays_day + 1 + len(day),
        price=price,
        spent_day=stored.spent_day + spent,
        payee_day=stored.payee_day + to_payee,
        given_month=stored.given_month + to_payee,
        is_promo=is_promo,
        payee_promo_day=promo,
    )


def _pass(due: Due, tally: _Tally, *, price: int, is_promo: bool) -> None:
    passed = _Passed(at=due.occurred_at, payee_id=due.payee_id, price=price)
    tally.plays[due.listener_id].append(passed)
    tally.steps[due.pair] += price > 0
    if is_promo:
        tally.promo[due.payee_id] += price
        tally.promo_spent[due.listener_id] += price
