"""Our own money on its way: from providers to the bank, from it to the tax office and to payers.

Each is booked once, by the number that the bank's statement or the other side has for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounting.ledger import Account, AccountKind, Entry, Facts, Transaction, TxnKind
from accounting.payments.amounts import Money
from accounting.topup_booking import without_nothing
from base.errors import Refused

_BANK = Account(AccountKind.BANK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What the bank's statement shows: how much, under which reference, when, and who says so."""

    reference: str
    amount: Money
    at: datetime
    by: str = ""

    @property
    def facts(self) -> Facts:
        """What explains it."""
        return {"reference": self.reference, "by": self.by}


def settled(provider: str, movement: Movement, *, fee: int = 0) -> Transaction:
    """Book what a provider paid out to us; `fee` is what it kept of that, besides."""
    arrived, currency = movement.amount.micros, movement.amount.currency
    _require_some(arrived)
    return Transaction(
        kind=TxnKind.TRANSFER,
        key=f"settlement:{provider}:{movement.reference}",
        occurred_at=movement.at,
        entries=without_nothing(
            Entry(_BANK, arrived, currency),
            Entry(Account(AccountKind.PSP_FEES), fee, currency),
            Entry(Account(AccountKind.PSP, provider), -arrived - fee, currency),
        ),
        facts={**movement.facts, "provider": provider, "fee": fee},
    )


def vat_paid(country: str, movement: Movement) -> Transaction:
    """Book the tax of a country that was paid to who collects it."""
    amount, currency = movement.amount.micros, movement.amount.currency
    _require_some(amount)
    return Transaction(
        kind=TxnKind.TRANSFER,
        key=f"vat-paid:{country}:{movement.reference}",
        occurred_at=movement.at,
        entries=(
            Entry(Account(AccountKind.VAT, country), amount, currency),
            Entry(_BANK, -amount, currency),
        ),
        facts={**movement.facts, "country": country},
    )


def transferred_back(provider: str, refund: str, movement: Movement) -> Transaction:
    """Book that a refund by hand has left the bank."""
    amount, currency = movement.amount.micros, movement.amount.currency
    return Transaction(
        kind=TxnKind.TRANSFER,
        key=f"topup-refund-transferred:{refund}",
        occurred_at=movement.at,
        entries=(
            Entry(Account(AccountKind.PSP, provider), amount, currency),
            Entry(_BANK, -amount, currency),
        ),
        facts={**movement.facts, "refund": refund},
    )


def _require_some(amount: int) -> None:
    if amount <= 0:
        raise Refused("bad-amount", "Only more than nothing can move.", status=422)
