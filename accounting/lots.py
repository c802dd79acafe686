"""Credits as they were sold: what is spent is taken from the oldest, at the price that was paid.

Credits are millionths of a credit, amounts millionths of a currency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from accounting.ledger import Account, AccountKind, Entry


class LotKind(StrEnum):
    """Whether somebody paid for it."""

    PAID = "paid"
    PROMO = "promo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What is left of credits that came together; `vat` is the part of `amount` that is tax.

    What was given on is part of the lot `origin`, as it was sold.
    """

    id: int
    listener_id: UUID
    kind: LotKind
    currency: str
    country: str | None
    acquired_at: datetime
    credits: int
    amount: int
    vat: int = 0
    origin: int = 0

    @property
    def sold_as(self) -> int:
        """The number of the lot that somebody paid for."""
        return self.origin or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """What was taken from a lot, as it was before."""

    lot: Lot
    credits: int
    amount: int
    vat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What lots paid for: their amount with the tax that became due by that, and who earned."""

    amount: int = 0
    vat: int = 0
    earned: Mapping[Account, int] = field(default_factory=dict)


def take(lots: Iterable[Lot], credits_due: int) -> list[Take]:
    """Answer what to take from each of the lots, from the first on, until it is enough.

    From a lot of C credits, c take `amount * c // C`; the last ones take all that is left, so
    nothing is lost.

    Raises:
        ValueError: they do not hold as much.

    """
    takes, due = [], credits_due
    for lot in lots:
        if due <= 0:
            break
        part = min(due, lot.credits)
        takes.append(
            Take(
                lot=lot,
                credits=part,
                amount=lot.amount * part // lot.credits,
                vat=lot.vat * part // lot.credits,
            )
        )
        due -= part
    if due > 0:
        raise ValueError("there is not as much credit")
    return takes


def left(taken: Take) -> Lot:
    """Answer what is left of a lot."""
    lot = taken.lot
    return Lot(
        id=lot.id,
        listener_id=lot.listener_id,
        kind=lot.kind,
        currency=lot.currency,
        country=lot.country,
        acquired_at=lot.acquired_at,
        credits=lot.credits - taken.credits,
        amount=lot.amount - taken.amount,
        vat=lot.vat - taken.vat,
        origin=lot.origin,
    )


def in_order(lots: Iterable[Lot]) -> list[Lot]:
    """Answer lots in the order in which they are spent: what was given first, then by age."""
    return sorted(lots, key=lambda lot: (lot.kind is LotKind.PAID, lot.acquired_at, lot.id))


def wallet_of(lot: Lot) -> Account:
    """Answer the account that a lot is part of."""
    kind = AccountKind.WALLET if lot.kind is LotKind.PAID else AccountKind.WALLET_PROMO
    return Account(kind, str(lot.listener_id))


def taken_entries(takes: Sequence[Take]) -> tuple[Entry, ...]:
    """Answer the entries of what was taken: wallets, and the tax that is due now, lot by lot.

    What remains to be given to others is the amount less the tax: see `worth`.
    """
    wallets = [
        Entry(wallet_of(one.lot), one.amount, one.lot.currency, one.lot.id, one.credits)
        for one in takes
    ]
    tax = [
        Entry(
            Account(AccountKind.VAT, one.lot.country or ""), -one.vat, one.lot.currency, one.lot.id
        )
        for one in takes
        if one.vat
    ]
    return (*wallets, *tax)


def worth(takes: Iterable[Take]) -> dict[str, int]:
    """Answer what was taken without tax, by currency."""
    sums: dict[str, int] = defaultdict(int)
    for one in takes:
        sums[one.lot.currency] += one.amount - one.vat
    return dict(sums)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What entries add to a lot; less than nothing where they take from it."""

    lot: int
    credits: int
    amount: int
    vat: int


def changes_of(entries: Iterable[Entry]) -> list[Change]:
    """Answer what entries do to lots, in the order of the lots: as of a play that is undone."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for entry in entries:
        if not entry.lot:
            continue
        if entry.account.kind in {AccountKind.WALLET, AccountKind.WALLET_PROMO}:
            sums[entry.lot][0] -= entry.credits
            sums[entry.lot][1] -= entry.amount
        else:
            sums[entry.lot][2] += entry.amount
    return [
        Change(lot=lot, credits=credits_, amount=amount, vat=vat)
        for lot, (credits_, amount, vat) in sorted(sums.items())
    ]
