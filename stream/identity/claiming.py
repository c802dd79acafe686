"""Whose password one may be, where several accounts say that an address is theirs.

Whether somebody has shown that the address is theirs changes nothing of who is tried besides, nor
of how many: who joins with a stranger's address would else learn by signing in that it is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from catalog.email_addresses import Claimant

#: Of those who have not shown it.
_UNSHOWN = 2
#: So many passwords are tried, whoever there is.
TRIED = 1 + _UNSHOWN


def worth_trying(claimants: Sequence[Claimant], known: UUID | None) -> Sequence[Claimant]:
    """Answer whose password is tried: who has the address, whoever is known, and the oldest.

    `known` signed in before on the device that asks: nobody who claims the same keeps them out.
    """
    shown = [one for one in claimants if one.is_verified]
    rest = [one for one in claimants if not one.is_verified]
    ranked = sorted(rest, key=lambda one: (one.account_id != known, one.claimed_at))
    return [*shown, *ranked[:_UNSHOWN]]
