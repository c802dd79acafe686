"""How hot a recording is: who hears it counts, and counts for half as much every so many days.

The heat of a recording is the sum over days of its listeners, each day worth half of the one that
is `HALF_LIFE` later. As a logarithm, and as of a day that never changes, it need not be written
again while nobody hears it: all cool alike, so the order stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import fsum, log2

#: In days.
HALF_LIFE = 3
#: Days that are so long before the last one say nothing any more.
WINDOW = 60
_EPOCH = date(2020, 1, 1)


def heat_of(listeners: Mapping[date, int]) -> float | None:
    """Answer the heat of a recording, by its listeners of each day; of none there is none."""
    heard = {day: number for day, number in listeners.items() if number > 0}
    if not heard:
        return None
    last = max(heard)
    worth = fsum(
        number * 2.0 ** (-((last - day).days) / HALF_LIFE)
        for day, number in heard.items()
        if (last - day).days < WINDOW
    )
    return (last - _EPOCH).days / HALF_LIFE + log2(worth)


def score_on(day: date, heat: float) -> float:
    """Answer what a heat comes to on a day: so many listeners of that day would do, too."""
    return float(2.0 ** (heat - (day - _EPOCH).days / HALF_LIFE))
