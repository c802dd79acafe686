"""Charge a listener: what is taken from which lots, and whom it goes to, as entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounting.ledger import Account, AccountKind, Entry
from accounting.lots import Lot, LotKind, Take, left, take, taken_entries, worth
from accounting.splits import WHOLE_PPM, Sharing
from base.money import allocate
from base.units import Micros

_COOP = Account(AccountKind.COOP_SHARE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """What a listener may spend: lots in the order in which they are; frozen, nothing of it."""

    lots: tuple[Lot, ...] = ()
    is_frozen: bool = False

    def taking(self, credits_due: int, *, promo_room: int | None) -> list[Take] | None:
        """Answer what to take, or nothing where there is too little.

        What was given goes first, unless its worth is more than `promo_room`: then it is left.
        """
        takes = _taken(self.lots, credits_due)
        if takes is None or promo_room is None or promo_of(takes) <= promo_room:
            return takes
        return _taken([lot for lot in self.lots if lot.kind is LotKind.PAID], credits_due)

    def after(self, takes: Sequence[Take]) -> Purse:
        """Answer what is left of it."""
        rest = {one.lot.id: left(one) for one in takes}
        lots = [rest.get(lot.id, lot) for lot in self.lots]
        return Purse(lots=tuple([lot for lot in lots if lot.credits]), is_frozen=self.is_frozen)


def _taken(lots: Sequence[Lot], credits_due: int) -> list[Take] | None:
    if lots and credits_due <= lots[0].credits:  # nearly always, and no other need be looked at
        return take(lots[:1], credits_due)
    return take(lots, credits_due) if credits_due <= sum(lot.credits for lot in lots) else None


def promo_of(takes: Iterable[Take]) -> int:
    """Answer what is taken of credit that nobody paid for, in millionths of its currency."""
    return sum(one.amount for one in takes if one.lot.kind is LotKind.PROMO)


def charged_entries(
    takes: Sequence[Take], *, artist_ppm: int, sharing: Sharing
) -> tuple[Entry, ...]:
    """Answer the entries of a charge: from the lots to tax, artists and the co-operative.

    Each currency is divided for itself; of what cannot be divided the larger remainder decides.
    """
    entries = [*taken_entries(takes)]
    for currency, net in worth(takes).items():
        weights = (artist_ppm, WHOLE_PPM - artist_ppm)
        artists, coop = allocate(Micros(net), weights)
        entries += [
            Entry(account, -part, currency) for account, part in sharing.divide(artists) if part
        ]
        if coop:
            entries.append(Entry(_COOP, -coop, currency))
    return tuple(entries)
