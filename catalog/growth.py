"""A first rendition that is heard while it is made: its parts, as they are added and read.

Locks are taken in one order: job, growing rendition, master, track.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, select

from base.clock import Clock
from base.database import Session, insert_once
from base.errors import Broken
from catalog.models.files import GrowingRendition
from catalog.models.music import Track
from catalog.models.plays import PlaySession


@dataclass(frozen=True, slots=True, kw_only=True)
class GrownPart:
    """One object of a growing rendition; `begins_at` in units of the rendition's timescale.

    `fragments` are `[offset, size_bytes, duration]`, offsets into this object.
    """

    storage_key: str
    size_bytes: int
    fragments: Sequence[Sequence[int]]
    begins_at: int = 0

    @property
    def digest(self) -> str:
        """The digest that the object is named by: of its content, and whose it is."""
        return self.storage_key.rpartition("/")[2].partition(".")[0]

    @property
    def duration(self) -> int:
        """How long it lasts."""
        return sum(duration for _, _, duration in self.fragments)


async def add_part(
    session: Session, beginning: GrowingRendition, number: int, part: GrownPart
) -> bool:
    """Add the part of a number; answer whether it is new.

    `beginning` is a row without parts, stored with the first part. A job that is done twice finds
    the parts of the first time, which players may have by now: they stay as they are.

    Raises:
        Broken: the part before it is missing, or the rendition has ended.

    """
    growth = await growth_of(session, beginning.master_id, lock=True)
    if growth is None:
        await insert_once(session, beginning)
        growth = await growth_of(session, beginning.master_id, lock=True)
    if growth is None or number > len(growth.parts):
        raise Broken("part-missing", f"There is no part before part {number}.")
    if number < len(growth.parts):
        return False
    if growth.ended_at is not None:
        raise Broken("growth-ended", f"Part {number} comes after the end.")
    entry = [part.storage_key, part.size_bytes, [list(each) for each in part.fragments]]
    growth.parts = [*growth.parts, entry]  # a change inside the list would not be seen
    return True


async def end_growth(session: Session, master_id: UUID, clock: Clock) -> None:
    """Say that no more parts come; the row stays for those who began with it, see `outlived`.

    The time is asked for when the row is locked: who opens a session holds it until theirs is
    written, so that of both times the earlier is the earlier.
    """
    growth = await growth_of(session, master_id, lock=True)
    if growth is not None:
        growth.ended_at = growth.ended_at or clock()


async def growth_of(
    session: Session, master_id: UUID, *, lock: bool = False
) -> GrowingRendition | None:
    """Answer what grows or grew of a master."""
    query = _query(master_id).with_for_update() if lock else _query(master_id)
    return (await session.scalars(query)).first()


async def has_ended(session: Session, master_id: UUID) -> bool:
    """Whether something grew of a master that got its end."""
    growth = await growth_of(session, master_id)
    return growth is not None and growth.ended_at is not None


async def hold_growth(session: Session, master_id: UUID) -> bool:
    """Keep what grows of a master from ending in this transaction; answer whether it grows."""
    growth = (await session.scalars(_query(master_id).with_for_update(read=True))).first()
    return growth is not None and growth.ended_at is None


async def outlived(session: Session, *, idle_since: datetime) -> list[GrowingRendition]:
    """Answer what ended so long ago that nobody who began with it was active since that time."""
    listener = select(PlaySession.id).join(Track, Track.id == PlaySession.track_id)
    listener = listener.where(
        Track.master_id == GrowingRendition.master_id,
        PlaySession.opened_at < GrowingRendition.ended_at,
        PlaySession.active_at >= idle_since,
    )
    query = select(GrowingRendition).where(
        GrowingRendition.ended_at < idle_since, ~listener.exists()
    )
    return list(await session.scalars(query))


async def forget_growth(session: Session, growth: GrowingRendition) -> None:
    """Remove the row of what grew; whoever still comes is given the finished renditions."""
    await session.execute(delete(GrowingRendition).where(GrowingRendition.id == growth.id))


def parts_of(growth: GrowingRendition) -> tuple[GrownPart, ...]:
    """Answer the parts in order."""
    return tuple(_parts(growth))


def _query(master_id: UUID) -> Select[GrowingRendition]:
    query = select(GrowingRendition).where(GrowingRendition.master_id == master_id)
    return query.execution_options(populate_existing=True)


def _parts(growth: GrowingRendition) -> Iterator[GrownPart]:
    begins_at = 0
    for storage_key, size_bytes, fragments in growth.parts:
        part = GrownPart(
            storage_key=storage_key,
            size_bytes=size_bytes,
            fragments=tuple(map(tuple, fragments)),
            begins_at=begins_at,
        )
        yield part
        begins_at += part.duration
