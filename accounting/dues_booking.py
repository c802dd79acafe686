"""How dues and shares are booked: dues are income, and shares the co-operative's own capital.

Neither is taxed: nothing is sold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounting.ledger import Account, AccountKind, Entry, Facts, Transaction, TxnKind
from accounting.payments.amounts import Money
from accounting.topup_booking import Part, Sale, moved, without_nothing
from base.errors import Refused

_BANK = Account(AccountKind.BANK)
_DUES, _SHARES = Account(AccountKind.DUES), Account(AccountKind.SHARES)
_EXCHANGE, _LOSS = Account(AccountKind.EXCHANGE), Account(AccountKind.CHARGEBACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a member paid at once, in the currency of the books: dues, and shares at their value."""

    dues: int
    shares: int

    @property
    def amount(self) -> int:
        """All of it."""
        return self.dues + self.shares


def dues_paid(sale: Sale, due: Due, *, at: datetime, facts: Facts) -> Transaction:
    """Book what a member paid; what another currency made more or less of it is exchange."""
    return Transaction(
        kind=TxnKind.MEMBERSHIP,
        key=f"membership:{sale.payment}",
        occurred_at=at,
        entries=without_nothing(
            *moved(sale, sale.cash, received=sale.received.micros, gross=sale.gross),
            Entry(_DUES, -due.dues, sale.currency),
            Entry(_SHARES, -due.shares, sale.currency),
            Entry(_EXCHANGE, due.amount - sale.gross, sale.currency),
        ),
        facts=facts,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What money that went back is taken out of: what is left is lost."""

    dues: int = 0
    shares: int = 0
    loss: int = 0


def returned(due: Due, *, gross: int, is_all: bool, held: int) -> Returned:
    """Answer what `gross` that went back of a payment is taken out of.

    Shares go only with all of it, and only those that the member still holds: they are worth
    `held`.
    """
    shares = held if is_all else 0
    dues = min(due.dues, max(gross - shares, 0))
    return Returned(dues=dues, shares=shares, loss=gross - shares - dues)


def went_back(  # noqa: PLR0913 - what, of what, and how much of it is new
    sale: Sale, part: Part, *, before: Returned, after: Returned, key: str, at: datetime
) -> Transaction:
    """Book what a provider took back, as far as it was not booked before; it may give it again."""
    return Transaction(
        kind=TxnKind.MEMBERSHIP,
        key=key,
        occurred_at=at,
        entries=without_nothing(
            *moved(sale, sale.outgoing, received=-part.received, gross=-part.gross),
            Entry(_DUES, after.dues - before.dues, sale.currency),
            Entry(_SHARES, after.shares - before.shares, sale.currency),
            Entry(_LOSS, after.loss - before.loss, sale.currency),
        ),
        facts={"payment": sale.payment, "reason": f"went back at {sale.provider}"},
    )


def taken_out(entries: Iterable[Entry]) -> Returned:
    """Answer what entries of such transactions took out, all together."""
    sums = dict.fromkeys((_DUES, _SHARES, _LOSS), 0)
    for one in entries:
        if one.account in sums:
            sums[one.account] += one.amount
    return Returned(dues=sums[_DUES], shares=sums[_SHARES], loss=sums[_LOSS])


def redeemed(amount: Money, *, key: str, reference: str, at: datetime, facts: Facts) -> Transaction:
    """Book that shares were paid back from the bank; `reference` is its number there."""
    if amount.micros <= 0:
        raise Refused("bad-amount", "Only more than nothing can move.", status=422)
    return Transaction(
        kind=TxnKind.MEMBERSHIP,
        key=key,
        occurred_at=at,
        entries=(
            Entry(_SHARES, amount.micros, amount.currency),
            Entry(_BANK, -amount.micros, amount.currency),
        ),
        facts={**facts, "reference": reference},
    )
