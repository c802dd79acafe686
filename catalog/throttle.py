"""How much of the catalogue may be made anew now: only with what is left over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: Of work that nobody waits for, so much waits or runs at once at most, in seconds of a core.
MOST_AT_ONCE_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What there is to do: jobs that somebody waits for, seconds of a core that nobody waits for.

    `begun` is how many masters were begun within the last hour.
    """

    awaited: int
    background_s: float
    begun: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many masters may be begun within an hour, and how many times as much is done at once."""

    masters_per_hour: float
    throttle: float = 1.0


def may_begin(load: Load, costs_s: Iterable[float], pace: Pace) -> int:
    """Answer how many of the next masters, which cost so many seconds each, may be begun.

    None while anybody waits for other work. One may cost more than is left.
    """
    if load.awaited:
        return 0
    left = int(pace.masters_per_hour * pace.throttle) - load.begun
    room_s = MOST_AT_ONCE_S * pace.throttle - load.background_s
    number = 0
    for cost_s in costs_s:
        if number >= left or room_s <= 0:
            break
        room_s -= cost_s
        number += 1
    return number
