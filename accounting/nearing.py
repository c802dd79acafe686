"""Who is a step or two away from owning what: what "up for ownership" is made of."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, insert, select

from base.bulk import among_rows, in_parts
from base.database import Session
from catalog.insiders import acts_for_its_owner
from catalog.models.base import table_of
from catalog.models.charts import Nearing
from catalog.models.people import Account
from catalog.models.plays import Counter

#: With so many plays missing, or less, it is near.
NEAR = 2
_KEY = ("recording_id", "listener_id")
_NEARING, _COUNTERS = table_of(Nearing), table_of(Counter)


async def note_near(session: Session, pairs: Iterable[tuple[UUID, UUID]], *, steps: int) -> None:
    """Look again at recordings and listeners, of whom a counter may have changed."""
    for some in in_parts(sorted(set(pairs))):
        gone = delete(_NEARING).where(among_rows(session, _NEARING, _KEY, some))
        await session.execute(gone)
        which = among_rows(session, _COUNTERS, _KEY, some)
        await session.execute(insert(_NEARING).from_select(_KEY, _near(steps).where(which)))


async def note_all_near(session: Session, *, steps: int) -> None:
    """Look at all counters, and forget what was noted before."""
    await session.execute(delete(_NEARING))
    await session.execute(insert(_NEARING).from_select(_KEY, _near(steps)))


def is_near(steps: int) -> tuple[ColumnElement[bool], ...]:
    """Say that a counter is near to ownership, and not there."""
    plays = _COUNTERS.c.plays
    return _COUNTERS.c.owned_at.is_(None), plays >= steps - NEAR, plays < steps


def _near(steps: int) -> Select[UUID, UUID]:
    # Who was forgotten will not come back.
    is_gone = exists().where(Account.id == _COUNTERS.c.listener_id, Account.erased_at.is_not(None))
    is_inside = acts_for_its_owner(_COUNTERS.c.listener_id, _COUNTERS.c.recording_id)
    query = select(_COUNTERS.c.recording_id, _COUNTERS.c.listener_id)
    return query.where(*is_near(steps), ~is_gone, ~is_inside)
