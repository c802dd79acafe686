"""Money of a sale that goes back: what was not spent of its lot first, then who bears the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounting.ledger import Account, AccountKind, Entry
from accounting.lots import Lot, Spent, Take, take, wallet_of
from accounting.payments.amounts import Money, rounded_down
from accounting.topup_booking import Part, Sale, moved, part_between, without_nothing
from accounting.vat import VatMode, part_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """What goes back in the currency that was paid, and how it is booked."""

    paid: int
    entries: tuple[Entry, ...]


def refund_of(sale: Sale, lot: Lot, *, before: int) -> Back:
    """Give back what was not spent, with the tax on it, in whole cents; `before` went back already.

    What is less than a cent cannot be sent, and is the co-operative's.
    """
    fair = part_of(sale.paid.micros, taken=lot.amount, of=sale.held)
    open_still = max(0, sale.paid.micros - before)
    due = Money(micros=min(fair, open_still), currency=sale.paid.currency)
    part = part_between(sale, before, before + rounded_down(due).micros)
    taken = take([lot], lot.credits) if lot.credits else []
    tax = part.vat if sale.mode is VatMode.TOPUP else 0
    fraction = lot.amount + tax - part.gross
    entries = without_nothing(
        *_out(sale, part),
        *_unspent(sale, taken),
        Entry(sale.tax, tax, sale.currency),
        Entry(Account(AccountKind.BREAKAGE), -fraction, sale.currency),
    )
    return Back(paid=part.paid, entries=entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What was taken back of a sale, and how much of it somebody has to bear."""

    sale: Sale
    part: Part
    taken: tuple[Take, ...]
    tax: int
    borne: int

    def entries(self, claims: Mapping[Account, int]) -> tuple[Entry, ...]:
        """Book it: `claims` are what others bear, and the rest is the co-operative's expense."""
        currency = self.sale.currency
        rest = self.borne - sum(claims.values())
        return without_nothing(
            *_out(self.sale, self.part),
            *_unspent(self.sale, self.taken),
            Entry(self.sale.tax, self.tax, currency),
            *(Entry(account, part, currency) for account, part in claims.items()),
            Entry(Account(AccountKind.CHARGEBACK), rest, currency),
        )


def loss_of(sale: Sale, lots: Sequence[Lot], spent: Spent, *, before: int, amount: int) -> Loss:
    """Tell what it means that `amount` of what was paid is taken back, after `before` was.

    `lots` are what is left of the sale, in whosever wallets, and `spent` what it paid for.
    """
    part = part_between(sale, before, before + amount)
    target = part.gross - (part.vat if sale.mode is VatMode.TOPUP else 0)
    taken = _unspent_of(lots, target)
    borne = target - sum(one.amount for one in taken)
    if sale.mode is VatMode.TOPUP:
        return Loss(sale=sale, part=part, taken=taken, tax=part.vat, borne=borne)
    gone = part_between(sale, 0, before).gross
    tax = _redeemed_tax(borne, spent, before=gone - _taken_unspent(sale, lots, spent))
    return Loss(sale=sale, part=part, taken=taken, tax=tax, borne=borne - tax)


def _unspent_of(lots: Sequence[Lot], target: int) -> tuple[Take, ...]:
    """Take from each of the lots, from the first on, what is worth no more than the target."""
    taken: list[Take] = []
    for lot in (one for one in lots if one.credits):
        credits_ = _credits(lot, target - sum(one.amount for one in taken))
        taken += take([lot], credits_)
        if credits_ < lot.credits:
            break
    return tuple(taken)


def _credits(lot: Lot, target: int) -> int:
    """Answer how many credits of a lot are worth no more than the target."""
    return lot.credits if lot.amount <= target else lot.credits * max(0, target) // lot.amount


def _taken_unspent(sale: Sale, lots: Sequence[Lot], spent: Spent) -> int:
    """Answer what went back of a sale before without having been spent."""
    return sale.held - sum(lot.amount for lot in lots) - spent.amount


def _redeemed_tax(borne: int, spent: Spent, *, before: int) -> int:
    """Answer the tax that became due when what is borne now was spent; `before` was borne before.

    Parts that follow one another sum to all the tax of what was spent.
    """
    low = min(max(0, before), spent.amount)
    high = min(low + borne, spent.amount)
    if not spent.amount:
        return 0
    return part_of(spent.vat, taken=high, of=spent.amount) - part_of(
        spent.vat, taken=low, of=spent.amount
    )


def _out(sale: Sale, part: Part) -> tuple[Entry, ...]:
    return moved(sale, sale.outgoing, received=-part.received, gross=-part.gross)


def _unspent(sale: Sale, taken: list[Take] | tuple[Take, ...]) -> tuple[Entry, ...]:
    """Take credits out of a wallet; the tax on them never becomes due, but its lot must know."""
    return tuple(
        entry
        for one in taken
        for entry in (
            Entry(wallet_of(one.lot), one.amount, sale.currency, one.lot.id, one.credits),
            Entry(sale.tax, -one.vat, sale.currency, one.lot.id),
            Entry(sale.tax, one.vat, sale.currency),
        )
    )
