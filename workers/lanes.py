"""How many jobs of each lane a worker does at a time: as it is told, or as its cores allow.

The lane of settlements has no jobs: a worker either has its loops, or has not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from base.errors import Refused
from catalog.kinds import Lane

#: Lanes without jobs, of which a worker says only that it does them.
LOOPS = frozenset({Lane.SETTLEMENT})
_MOST_SLOTS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """At least so many at a time, and one for so many cores; without cores, never more."""

    least: int
    cores: int | None = None


#: An encode keeps some four cores busy, and a piece of a long master one. The first part of a track
#: does not wait until a long one before it is examined; webhooks only wait for others.
_RULES: Mapping[Lane, _Rule] = {
    Lane.FIRST: _Rule(least=2, cores=2),
    Lane.LADDER: _Rule(least=1, cores=4),
    Lane.LONG: _Rule(least=1, cores=1),
    Lane.ANALYSIS: _Rule(least=1, cores=2),
    Lane.INTAKE: _Rule(least=2, cores=2),
    Lane.WEBHOOKS: _Rule(least=4, cores=1),
    Lane.BACKGROUND: _Rule(least=1, cores=4),
    Lane.SETTLEMENT: _Rule(least=1),
    Lane.HOUSEKEEPING: _Rule(least=1),
}


def slots_of(lane: Lane, cores: int) -> int:
    """Answer how many jobs of a lane are done at a time on so many cores."""
    rule = _RULES[lane]
    return max(rule.least, cores // rule.cores) if rule.cores else rule.least


def all_lanes(cores: int) -> dict[str, int]:
    """Answer what a worker does that was told nothing: everything."""
    return {lane: slots_of(lane, cores) for lane in Lane}


def parse_lanes(text: str, cores: int) -> dict[str, int]:
    """Read `first,ladder=2`: lanes, and how many at a time where it is not what the cores say.

    Nothing at all means all of them.

    Raises:
        Refused: `bad-lanes`: there is no such lane, or no such number, or one is told twice.

    """
    told = [part.strip() for part in text.split(",") if part.strip()]
    if not told:
        return all_lanes(cores)
    lanes = [_parse_one(part, cores) for part in told]
    for lane, number in Counter(lane for lane, _ in lanes).items():
        if number > 1:
            raise _bad(f"The lane {lane!r} is told {number} times; tell each once.")
    return dict(lanes)


def with_jobs(lanes: Mapping[str, int]) -> dict[str, int]:
    """Leave out lanes that messages never come by."""
    return {lane: slots for lane, slots in lanes.items() if lane not in LOOPS}


def _parse_one(part: str, cores: int) -> tuple[str, int]:
    name, equals, number = (one.strip() for one in part.partition("="))
    if name not in set(Lane):
        raise _bad(f"There is no lane {name!r}; there are {_listed(Lane)}.")
    if not equals:
        return name, slots_of(Lane(name), cores)
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= _MOST_SLOTS):
        raise _bad(f"A lane does 1 to {_MOST_SLOTS} jobs at a time, not {number!r}.")
    return name, int(number)


def _listed(names: Iterable[str]) -> str:
    *some, last = names
    return f"{', '.join(some)} and {last}"


def _bad(sentence: str) -> Refused:
    return Refused("bad-lanes", sentence)
