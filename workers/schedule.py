"""What is done again and again: once in each period, however many look at the clock.

A period's job is named after when the period begins, so whoever adds it a second time adds nothing:
other workers, the same one after a restart, or a clock that went back. Of periods that nobody saw
only the latest is made up for, and none is begun while the job of one before it is not over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from base.database import Session
from base.tools import Tools
from catalog.jobs import NewJob, add, is_under_way, job_of
from catalog.kinds import Kind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Periodic:
    """A job of each period: periods follow each other from midnight (UTC) on, its time is `at`."""

    kind: Kind
    every: timedelta
    at: timedelta


SCHEDULE = (
    Periodic(kind=Kind.TIDY, every=timedelta(hours=1), at=timedelta(minutes=7)),
    Periodic(kind=Kind.PROVE, every=timedelta(days=1), at=timedelta(minutes=5)),
    Periodic(kind=Kind.FORGET, every=timedelta(days=1), at=timedelta(hours=2, minutes=40)),
    Periodic(kind=Kind.RENEW, every=timedelta(days=1), at=timedelta(hours=6)),
    Periodic(kind=Kind.FSCK, every=timedelta(days=1), at=timedelta(hours=3, minutes=20)),
    Periodic(kind=Kind.ROLLUP, every=timedelta(minutes=5), at=timedelta(minutes=1)),
    Periodic(kind=Kind.NEIGHBOURS, every=timedelta(days=1), at=timedelta(hours=2, minutes=10)),
    Periodic(kind=Kind.WEIGH, every=timedelta(days=1), at=timedelta(hours=2, minutes=40)),
    Periodic(kind=Kind.RECONCILE, every=timedelta(days=1), at=timedelta(hours=4, minutes=10)),
)
PERIODIC = tuple(each.kind for each in SCHEDULE)


def due(now: datetime, schedule: Sequence[Periodic] = SCHEDULE) -> Iterator[tuple[Kind, str]]:
    """Answer the kinds that have had their time, and the period that it was of."""
    for each in schedule:
        begun = _EPOCH + (now - each.at - _EPOCH) // each.every * each.every
        yield each.kind, f"{begun:%Y-%m-%dT%H:%MZ}"


async def schedule_due(tools: Tools) -> None:
    """Add what is due and was not added; any number of processes may, as often as they like.

    Raises:
        Unavailable: the database is away.

    """
    now = tools.clock()
    async with tools.database.read() as session:
        missing = [each for each in due(now) if await _is_missing(session, *each)]
    if not missing:
        return  # most turns end here, without asking for the write lock
    async with tools.database.begin() as session:
        for kind, period in missing:
            await add(session, NewJob(kind=kind, subject=period, request_id="schedule"), now=now)


async def _is_missing(session: Session, kind: Kind, period: str) -> bool:
    is_known = await job_of(session, kind, period) is not None
    return not is_known and not await is_under_way(session, kind)
