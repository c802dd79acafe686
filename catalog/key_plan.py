"""When keys that sign change: the next is published before its time, the last kept after it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

#: A key signs for so long.
SIGNS_FOR = timedelta(days=90)
#: Whoever keeps a copy of our keys has looked again by then.
PUBLISHED_BEFORE = timedelta(days=2)
#: What a key signed is over within hours; that somebody was signed in is shown later, to sign out.
KEPT_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTimes:
    """A key, and since when it signs."""

    id: str
    signs_from: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What is due: a new key that signs from then on, and keys that nobody needs any more."""

    make: datetime | None
    remove: Collection[str]


def signing(keys: Collection[KeyTimes], now: datetime) -> KeyTimes | None:
    """Answer the key that signs."""
    begun = [key for key in keys if key.signs_from <= now]
    return max(begun, key=_order, default=None)


def turn(keys: Collection[KeyTimes], now: datetime) -> Turn:
    """Answer what is due."""
    ordered = sorted(keys, key=_order)
    return Turn(make=_next(ordered, now), remove=_outlived(ordered, now))


def _next(ordered: Sequence[KeyTimes], now: datetime) -> datetime | None:
    if not ordered or signing(ordered, now) is None:
        return now
    ends = ordered[-1].signs_from + SIGNS_FOR
    is_due = ends - PUBLISHED_BEFORE <= now
    # Nobody looked for a while: it is published first all the same.
    return max(ends, now + PUBLISHED_BEFORE) if is_due else None


def _outlived(ordered: Sequence[KeyTimes], now: datetime) -> Collection[str]:
    return {key.id for key, after in pairwise(ordered) if after.signs_from + KEPT_AFTER <= now}


def _order(key: KeyTimes) -> tuple[datetime, str]:
    return key.signs_from, key.id
