"""A market in memory: plays are priced, weighed and divided by the rules of the house themselves.

What the database would answer of the past is kept in lists; all else is the pure rules. Amounts are
micro-units, at 1.20 EUR a credit, 70 of 100 parts for the artist.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from accounting.settlement import Due
from accounting.suspicion import Features, Limits
from accounting.weighing import BESIDE, Known, weigh_all
from base.money import allocate
from base.units import Micros

PRICES = (2, 4, 8, 16, 32, 64, 128, 256, 512)
MICROS_PER_MILLICREDIT = 1_200
MORNING = datetime(2026, 11, 1, 6, tzinfo=UTC)
_DAY, _HOUR, _MONTH = timedelta(days=1), timedelta(hours=1), timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A play that was settled."""

    at: datetime
    listener: UUID
    payee: UUID
    price: int
    is_promo: bool


@dataclass(slots=True)
class Economy:
    """All that anybody spent and earned."""

    limits: Limits = field(default_factory=Limits)
    now: datetime = MORNING
    born: dict[UUID, datetime] = field(default_factory=dict)
    paid_credit: defaultdict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    promo_credit: defaultdict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    cards: defaultdict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    counters: defaultdict[tuple[UUID, UUID], int] = field(default_factory=lambda: defaultdict(int))
    heard: list[Heard] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    earned: defaultdict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    earned_at: list[tuple[datetime, UUID, int]] = field(default_factory=list)
    spent: defaultdict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    coop_income: int = 0
    promo_expense: int = 0

    def account(self, *, paid: int = 0, promo: int = 0, card: str = "", days_old: int = 0) -> UUID:
        """Open an account with so many milli-credits."""
        one = uuid4()
        self.born[one] = self.now - timedelta(days=days_old)
        self.paid_credit[one], self.promo_credit[one] = paid, promo
        if card:
            self.cards[one].add(card)
        return one

    def play(self, listener: UUID, song: UUID, payee: UUID) -> bool:
        """Let somebody hear a song now; answer whether it was charged."""
        plays = self.counters[listener, song]
        if plays >= len(PRICES) or listener == payee:
            return False
        price = PRICES[plays]
        is_promo = self.promo_credit[listener] >= price
        if not is_promo and self.paid_credit[listener] < price:
            return False
        due = Due(
            session_id=uuid4(),
            listener_id=listener,
            recording_id=song,
            track_id=song,
            payee_id=payee,
            occurred_at=self.now,
        )
        [weighed] = weigh_all([self._known(due, plays)], self.limits)
        if weighed.suspicion is not None:
            self.held.append(weighed.suspicion.reason)
            return False
        self._charge(due, price, is_promo=is_promo)
        return True

    def _known(self, due: Due, plays: int) -> Known:
        day = [one for one in self.heard if self.now - one.at < _DAY]
        own = [one for one in day if one.listener == due.listener_id]
        month = [one for one in self.heard if self.now - one.at < _MONTH]
        shared = {
            other
            for other, cards in self.cards.items()
            if other != due.listener_id and cards & self.cards[due.listener_id]
        }
        features = Features(
            beside=sum(self.now - one.at < BESIDE for one in own),
            plays_hour=sum(self.now - one.at < _HOUR for one in own),
            plays_day=len(own),
            spent_day=sum(one.price for one in own),
            payee_day=sum(one.price for one in own if one.payee == due.payee_id),
            account_age_s=int((self.now - self.born[due.listener_id]).total_seconds()),
            payee_promo_day=sum(
                one.price for one in day if one.is_promo and one.payee == due.payee_id
            ),
            shared_methods=len(shared),
            is_payees_purse=due.payee_id in shared,
            returned_month=_between(month, due.payee_id, due.listener_id),
            given_month=_between(month, due.listener_id, due.payee_id),
        )
        promo = self.promo_credit[due.listener_id] * 1_000
        return Known(due=due, features=features, prices=PRICES, plays=plays, promo_micros=promo)

    def _charge(self, due: Due, price: int, *, is_promo: bool) -> None:
        purse = self.promo_credit if is_promo else self.paid_credit
        purse[due.listener_id] -= price
        micros = price * MICROS_PER_MILLICREDIT
        artist, coop = allocate(Micros(micros), [700_000, 300_000])
        self.counters[due.listener_id, due.recording_id] += 1
        self.earned[due.payee_id] += artist
        self.earned_at.append((self.now, due.payee_id, artist))
        self.coop_income += coop
        if is_promo:
            self.promo_expense += micros
        else:
            self.spent[due.listener_id] += micros
        self.heard.append(
            Heard(
                at=self.now,
                listener=due.listener_id,
                payee=due.payee_id,
                price=price,
                is_promo=is_promo,
            )
        )

    def paid_out(self, payee: UUID, *, heard_before: datetime) -> int:
        """Answer what a payee has been paid out, if all was that was earned before a time."""
        return sum(part for at, who, part in self.earned_at if who == payee and at < heard_before)


def _between(heard: list[Heard], listener: UUID, payee: UUID) -> int:
    return sum(one.price for one in heard if (one.listener, one.payee) == (listener, payee))
