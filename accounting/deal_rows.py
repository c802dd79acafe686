"""Deals as they are kept: all that there are of many tracks, in one question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, exists, literal, or_, select, union_all
from sqlalchemy import Row as Told

from accounting.deals import Deal, DealModel, Subject
from accounting.repeating import mismatch
from base.database import Session, is_new
from base.errors import Refused
from base.several import among_told
from catalog.models.base import table_of
from catalog.models.deals import Deal as Row
from catalog.models.music import Recording, Track
from catalog.models.releases import Release, ReleaseTrack

_DEALS = table_of(Row).c
_MODELS = {Subject.TRACK: Track, Subject.RECORDING: Recording, Subject.RELEASE: Release}
DEAL_COLUMNS = (
    *(_DEALS.id, _DEALS.model, _DEALS.territories, _DEALS.excluded),
    *(_DEALS.starts_at, _DEALS.ends_at, _DEALS.made_at),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeal:
    """What is to be said, and of what; from an instant on, or from now.

    The same `key` is the same deal, however often it is said.
    """

    subject: Subject
    subject_id: UUID
    model: DealModel
    territories: Sequence[str] | None
    excluded: Sequence[str]
    starts_at: datetime | None
    ends_at: datetime | None
    key: str | None = None


async def deals_of(session: Session, tracks: Collection[UUID]) -> dict[UUID, tuple[Deal, ...]]:
    """Answer all deals of each of the tracks that has any, those that ended too."""
    return deals_in(await session.execute(_QUESTION, {"tracks": tracks})) if tracks else {}


def deals_in(rows: Iterable[Told[*tuple[Any, ...]]]) -> dict[UUID, tuple[Deal, ...]]:
    """Read the deals of each track in the rows of `asking_deals`."""
    found: dict[UUID, list[Deal]] = defaultdict(list)
    for row in rows:
        found[row.about].append(
            Deal(
                id=row.id,
                subject=Subject(row.subject),
                model=DealModel(row.model),
                territories=None if row.territories is None else frozenset(row.territories),
                excluded=frozenset(row.excluded),
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                made_at=row.made_at,
            )
        )
    return {track: tuple(deals) for track, deals in found.items()}


def asking_deals() -> Iterator[Select[*tuple[Any, ...]]]:
    """Ask once where the `tracks` stand, and then for the deals of each kind of subject."""
    places = select(Track.id.label("track"), Track.recording_id, ReleaseTrack.release_id)
    joined = places.outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
    found = joined.where(among_told(Track.id, "tracks")).cte("places").c
    for subject, about in (
        (Subject.TRACK, _DEALS.track_id == found.track),
        (Subject.RECORDING, _DEALS.recording_id == found.recording_id),
        (Subject.RELEASE, _DEALS.release_id == found.release_id),
    ):
        which = found.track.label("about"), literal(int(subject)).label("subject")
        yield select(*which, *DEAL_COLUMNS).where(about)


_QUESTION = union_all(*asking_deals())


def has_deals() -> ColumnElement[bool]:
    """Ask whether anything is said of a track, as part of a question that has it and its place."""
    return or_(
        exists().where(_DEALS.track_id == Track.id),
        exists().where(_DEALS.recording_id == Track.recording_id),
        exists().where(_DEALS.release_id == ReleaseTrack.release_id),
    )


async def add_deal(session: Session, new: NewDeal, *, by: UUID, now: datetime) -> UUID:
    """Say where a subject may be had; answer the number of the deal.

    Raises:
        Refused: `deal-in-the-past`, 422: what was played is not judged anew; `deal-nowhere`, 422:
            nothing is left of its countries; `idempotency-mismatch`, 409.

    """
    if new.territories is not None and not set(new.territories) - set(new.excluded):
        raise Refused(
            "deal-nowhere",
            "A deal is for a country at least: name those that it is for, or leave the list out.",
            status=422,
        )
    under_key = select(Row).where(_DEALS.key == new.key)
    known: Row | None = await session.scalar(under_key) if new.key else None
    if known is None:
        starts_at = _start_of(new, now=now)
        number, told = uuid4(), _told(new, by)
        row = {"id": number, "starts_at": starts_at, "made_at": now, "key": new.key, **told}
        if await is_new(session, Row, row):
            return number
        known = (await session.scalars(under_key)).one()  # somebody was quicker
    is_same = new.starts_at in {None, known.starts_at}
    if not is_same or any(getattr(known, name) != said for name, said in _told(new, by).items()):
        raise mismatch()
    return known.id


def _start_of(new: NewDeal, *, now: datetime) -> datetime:
    starts_at = new.starts_at or now
    if starts_at < now or (new.ends_at is not None and new.ends_at <= starts_at):
        raise Refused(
            "deal-in-the-past",
            "A deal begins now or later, and ends after it began: what was played stays as it was.",
            status=422,
        )
    return starts_at


def _told(new: NewDeal, by: UUID) -> dict[str, Any]:
    return {
        "model": new.model,
        "territories": None if new.territories is None else sorted(new.territories),
        "excluded": sorted(new.excluded),
        "ends_at": new.ends_at,
        "made_by": by,
        f"{new.subject.name.lower()}_id": new.subject_id,
    }


async def end_deal(session: Session, deal_id: UUID, *, now: datetime) -> None:
    """Let a deal end now; one that ended stays as it is."""
    row = await deal_row(session, deal_id, lock=True)
    if row.ends_at is None or row.ends_at > now:
        row.ends_at = max(now, row.starts_at)


async def deals_about(session: Session, track_id: UUID, *, limit: int = 200) -> list[Row]:
    """Answer the rows of all deals of a track, those that began last first."""
    ids = [one.id for one in (await deals_of(session, [track_id])).get(track_id, ())]
    query = select(Row).where(_DEALS.id.in_(ids)).order_by(_DEALS.starts_at.desc(), _DEALS.id)
    return list(await session.scalars(query.limit(limit)))


async def deal_row(session: Session, deal_id: UUID, *, lock: bool = False) -> Row:
    """Answer a deal.

    Raises:
        Refused: `deal-unknown`, 404.

    """
    row = await session.get(Row, deal_id, with_for_update=lock, populate_existing=lock)
    if row is None:
        raise unknown_deal()
    return row


def unknown_deal() -> Refused:
    """Say that there is none, or none of the caller's."""
    return Refused("deal-unknown", "There is no such deal.", status=404)


async def owner_of(session: Session, subject: Subject, subject_id: UUID) -> UUID | None:
    """Answer whose a subject is, if there is one."""
    table = table_of(_MODELS[subject]).c
    owner: UUID | None = await session.scalar(select(table.owner_id).where(table.id == subject_id))
    return owner
