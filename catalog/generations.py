"""The renditions of a master may be made anew: the new ones take the place of the old at once.

All of a generation is current together, so that no playlist mixes two; which one a session hears
its own time tells, see catalog.periods. The old ones stay for those who began with them, and to
be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, delete, func, inspect, or_, select

from base.clock import Clock
from base.database import Session
from base.errors import Refused, Unavailable
from catalog.models.files import Rendition
from catalog.models.plays import PlaySession
from catalog.objects import hold
from catalog.periods import is_announced, next_change

#: What nothing has taken the place of.
CURRENT = Rendition.retired_at.is_(None)
_OWN = frozenset({"id", "generation", "since", "retired_at", "restores"})


def found_at(at: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Say in SQL what `catalog.periods.covers` says."""
    return and_(
        or_(Rendition.since.is_(None), Rendition.since <= at),
        or_(Rendition.retired_at.is_(None), Rendition.retired_at > at),
    )


async def all_renditions(session: Session, master_id: UUID) -> list[Rendition]:
    """Answer the renditions of all generations, the newest generation first."""
    query = select(Rendition).where(Rendition.master_id == master_id)
    order = (Rendition.generation.desc(), Rendition.is_preview, Rendition.rung)
    return list(await session.scalars(query.order_by(*order)))


async def supersede(
    session: Session, master_id: UUID, rows: Iterable[Rendition], *, clock: Clock
) -> datetime:
    """Let new rows take the place of the current ones; answer from when on.

    The caller holds the lock of the master.

    Raises:
        Unavailable: it took so long that somebody may have come meanwhile; nothing is changed.

    """
    known = await all_renditions(session, master_id)
    current = [one for one in known if one.retired_at is None]
    since = next_change(
        clock(), after=max((one.since for one in current if one.since), default=None)
    )
    for one in current:
        one.retired_at = since
    for row in rows:
        row.generation = max((one.generation for one in known), default=-1) + 1
        row.since, row.retired_at = since, None
        session.add(row)
    await session.flush()
    if not is_announced(since, now=clock()):
        raise Unavailable("swap-late", "The database was too slow to swap renditions; again.")
    return since


def again(rendition: Rendition, *, restores: int | None = None) -> Rendition:
    """Answer a row of the same object, for another generation."""
    names = [one.key for one in inspect(Rendition).column_attrs if one.key not in _OWN]
    values = {name: getattr(rendition, name) for name in names}
    return Rendition(id=uuid4(), restores=restores, **values)


async def roll_back(session: Session, master_id: UUID, *, clock: Clock) -> datetime:
    """Let the renditions of before take the place of the current ones; answer from when on.

    The caller holds the lock of the master.

    Raises:
        Refused: `nothing-before`, 409: they are gone, or there never were any.
        Unavailable: as `supersede`.

    """
    known = await all_renditions(session, master_id)
    number = generation_before(known)
    if number is None:
        raise Refused("nothing-before", "There are no renditions of before.", status=409)
    rows = [again(one, restores=number) for one in known if one.generation == number]
    return await supersede(session, master_id, rows, clock=clock)


def generation_before(known: Sequence[Rendition]) -> int | None:
    """Answer which generation was current before this one, or before the one that this restores."""
    current = next((one for one in known if one.retired_at is None), None)
    if current is None:
        return None
    number = current.generation if current.restores is None else current.restores
    return max((one.generation for one in known if one.generation < number), default=None)


async def swapped_since(session: Session, since: datetime) -> list[UUID]:
    """Answer the masters whose current renditions took the place of others since a time."""
    query = select(Rendition.master_id).where(
        CURRENT, Rendition.since >= since, Rendition.restores.is_(None)
    )
    return list(await session.scalars(query.distinct().order_by(Rendition.master_id)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlived:
    """A generation that nobody can hear any more, nor take back."""

    master_id: UUID
    generation: int


async def outlived_generations(
    session: Session, *, retired_before: datetime, idle_since: datetime
) -> list[Outlived]:
    """Answer what was retired long ago, and who began with it was not active since a time."""
    listener = select(PlaySession.id).where(
        PlaySession.master_id == Rendition.master_id,
        PlaySession.opened_at < Rendition.retired_at,
        or_(Rendition.since.is_(None), PlaySession.opened_at >= Rendition.since),
        PlaySession.active_at >= idle_since,
    )
    query = select(Rendition.master_id, Rendition.generation).distinct()
    query = query.where(Rendition.retired_at < min(retired_before, idle_since), ~listener.exists())
    return [
        Outlived(master_id=master_id, generation=generation)
        for master_id, generation in await session.execute(query)
    ]


async def forget(session: Session, gone: Outlived, *, until: datetime) -> int:
    """Remove the rows of a generation; its objects are looked at by then. Answer how many."""
    is_of = Rendition.master_id == gone.master_id, Rendition.generation == gone.generation
    keys = set(await session.scalars(select(Rendition.storage_key).where(*is_of)))
    await hold(session, keys, until=until)
    await session.execute(delete(Rendition).where(*is_of))
    return len(keys)


async def retired(session: Session) -> int:
    """Answer how many renditions are kept for those who began with them, and to be taken back."""
    query = select(func.count()).where(Rendition.retired_at.is_not(None))
    return await session.scalar(query.select_from(Rendition)) or 0
