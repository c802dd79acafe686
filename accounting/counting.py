"""Keep sums of plays in step with the plays: what changed since it was last looked, or all anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from accounting.changed_counts import (
    OVERLAP,
    Changed,
    Place,
    bought_since,
    given_back_since,
    settled_behind,
)
from accounting.hearers import note_all_hearers, note_hearers
from accounting.nearing import note_all_near, note_near
from accounting.rollups import count_all, count_days
from accounting.terms import terms_at
from accounting.ways import count_all_ways, count_ways
from base.database import Session
from base.locks import lock_alone
from catalog.rollup_marks import counted_until, note_counted
from catalog.trends import warm, warm_all

#: Plays that are looked at in one transaction.
AT_ONCE = 20_000
_COUNTING = "plays by day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many plays or pairs had changed, and where to go on if there may be more."""

    changed: int
    place: Place | None


async def count_changed(
    session: Session, place: Place | None, *, now: datetime, at_once: int = AT_ONCE
) -> Counted:
    """Count anew what changed; without a place since it was last done, and all if it never was.

    It is done when no place is answered. What comes to be counted twice is counted once.
    """
    await lock_alone(session, _COUNTING)
    since = await counted_until(session)
    if since is None:
        await count_anew(session, now=now)
        return Counted(changed=0, place=None)
    begun = place or Place(settled_at=since - OVERLAP)
    changed, further = await settled_behind(session, begun, limit=at_once)
    if place is None:
        changed += await given_back_since(session, begun.settled_at)
        changed += await bought_since(session, begun.settled_at)
    await _count(session, changed, now=now)
    await note_hearers(session, begun, limit=at_once)
    if further is None:
        await note_counted(session, max(since, now))
    return Counted(changed=len(changed), place=further)


async def count_anew(session: Session, *, now: datetime) -> None:
    """Count all there is, in a few statements; who heard it, in parts."""
    await lock_alone(session, _COUNTING)
    await count_all(session)
    await count_all_ways(session)
    await note_all_hearers(session, at_once=AT_ONCE)
    await note_all_near(session, steps=(await terms_at(session, now)).steps)
    await warm_all(session)
    await note_counted(session, now)


async def _count(session: Session, changed: Iterable[Changed], *, now: datetime) -> None:
    days, pairs = defaultdict[date, set[UUID]](set), set[tuple[UUID, UUID]]()
    for one in changed:
        pairs.add((one.recording_id, one.listener_id))
        days[one.day].add(one.recording_id)
    await count_days(session, days)
    await count_ways(session, days)
    await warm(session, {one for recordings in days.values() for one in recordings})
    await note_near(session, pairs, steps=(await terms_at(session, now)).steps)
