"""Who gets what was taken from a wallet: the tax, those who made the music, the co-operative."""

from __future__ import annotations

from collections.abc import Sequence

from accounting.ledger import Account, AccountKind, Entry
from accounting.lots import Take, taken_entries, worth
from accounting.splits import WHOLE_PPM, Sharing

_SHARE = Account(AccountKind.COOP_SHARE)


def charge_entries(
    takes: Sequence[Take], sharing: Sharing, *, artist_ppm: int
) -> tuple[Entry, ...]:
    """Answer the entries of a charge, which balance in every currency.

    What is not whole of the artists' part is the co-operative's.
    """
    entries = list(taken_entries(takes))
    for currency, amount in worth(takes).items():
        part = amount * artist_ppm // WHOLE_PPM
        entries += [Entry(one, -share, currency) for one, share in sharing.divide(part)]
        if amount > part:
            entries.append(Entry(_SHARE, part - amount, currency))
    return tuple(entries)
