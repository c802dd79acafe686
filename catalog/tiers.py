"""How popular is what: tiers, of which the first is small, and each ten times the one before.

Who looks for what is common (`love`) is content with what the small tiers have, and never reads the
others; what is rare is quickly read in all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

#: How many of a kind are in the tiers but the last, which has the others.
SIZES = (1_000, 10_000, 100_000)
TIERS = len(SIZES) + 1
LAST = TIERS - 1


def floors(popularities: Sequence[int]) -> tuple[int, ...]:
    """Answer from which popularity on one is in each tier but the last.

    `popularities` are those of the places just behind the tiers, as far as there are so many. What
    was never played is in the last one where there is room for others.
    """
    told = (*popularities, *(0 for _ in SIZES))[: len(SIZES)]
    return tuple(one + 1 for one in told)


def tier_of(popularity: int, floor: Sequence[int]) -> int:
    """Answer the tier of something that is so popular."""
    return next((tier for tier, least in enumerate(floor) if popularity >= least), LAST)
