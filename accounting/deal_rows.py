"""Deals as they are kept: all that there are of many tracks, in one question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, exists, insert, literal, or_, select, union_all
from sqlalchemy import Row as Told

from accounting.deals import Deal, DealModel, DealUse, Subject, SuppliedDeal
from accounting.repeating import mismatch
from base.database import Session, is_new
from base.errors import Refused
from base.local_days import EVER, begins_somewhere, ends_everywhere
from base.several import among_told
from catalog.models.base import table_of
from catalog.models.ddex import SuppliedRelease
from catalog.models.deals import Deal as Row
from catalog.models.music import Recording, Track
from catalog.models.releases import Release, ReleaseTrack

_DEALS = table_of(Row).c
_MODELS = {Subject.TRACK: Track, Subject.RECORDING: Recording, Subject.RELEASE: Release}
DEAL_COLUMNS = (
    *(_DEALS.id, _DEALS.model, _DEALS.territories, _DEALS.excluded),
    *(_DEALS.starts_at, _DEALS.ends_at, _DEALS.made_at),
    *(_DEALS.starts_on, _DEALS.ends_on, _DEALS.uses, _DEALS.supplied_id),
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
    #: Both, unless told.
    uses: Sequence[DealUse] | None = None
    key: str | None = None


async def deals_of(session: Session, tracks: Collection[UUID]) -> dict[UUID, tuple[Deal, ...]]:
    """Answer all deals of each of the tracks that has any, those that ended too."""
    return deals_in(await session.execute(_QUESTION, {"tracks": tracks})) if tracks else {}


def deals_in(rows: Iterable[Told[*tuple[Any, ...]]]) -> dict[UUID, tuple[Deal, ...]]:
    """Read the deals of each track in the rows of `asking_deals`."""
    found: dict[UUID, list[Deal]] = defaultdict(list)
    for row in rows:
        found[row.about].append(_deal(row))
    return {track: tuple(deals) for track, deals in found.items()}


def _deal(row: Told[*tuple[Any, ...]]) -> Deal:
    return Deal(
        id=row.id,
        subject=Subject(row.subject),
        model=DealModel(row.model),
        territories=None if row.territories is None else frozenset(row.territories),
        excluded=frozenset(row.excluded),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        made_at=row.made_at,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        uses=None if row.uses is None else frozenset(map(DealUse, row.uses)),
        is_supplied=row.supplied_id is not None,
    )


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
        "uses": None if new.uses is None or set(new.uses) == set(DealUse) else sorted(new.uses),
        "ends_at": new.ends_at,
        "made_by": by,
        f"{new.subject.name.lower()}_id": new.subject_id,
    }


async def _require_deals(
    session: Session, supplied_id: UUID, release_id: UUID, *, by: UUID, now: datetime
) -> None:
    """Say that only what deals allow is to be had: where none does, nothing is."""
    await _require_of(session, supplied_id, Subject.RELEASE, release_id, by=by, now=now)


async def require_deals_of_track(
    session: Session, supplied_id: UUID, track_id: UUID, *, by: UUID, now: datetime
) -> None:
    """Say of a track that only what deals allow is to be had, wherever it stands from now on."""
    await _require_of(session, supplied_id, Subject.TRACK, track_id, by=by, now=now)


async def _require_of(  # noqa: PLR0913 - of what, by whom, when
    session: Session,
    supplied_id: UUID,
    subject: Subject,
    subject_id: UUID,
    *,
    by: UUID,
    now: datetime,
) -> None:
    nothing = SuppliedDeal(
        subject=subject,
        subject_id=subject_id,
        model=DealModel.UNAVAILABLE,
        starts=now,
        uses=frozenset(),
    )
    made = {"id": uuid4(), "supplied_id": supplied_id, "made_by": by, "made_at": now}
    key = f"supplied:{supplied_id}:{subject_id}"
    await is_new(session, Row, _said(nothing) | made | {"key": key})


def _said(deal: SuppliedDeal) -> dict[str, Any]:
    """Answer what a row says of a deal: its instants are the widest between which it may hold."""
    starts, ends = deal.starts, deal.ends
    starts_on, starts_at = _day(starts), _widest(starts, begins_somewhere)
    ends_at = EVER if ends is None else _widest(ends, ends_everywhere)
    return {
        **{f"{one.name.lower()}_id": None for one in Subject},
        f"{deal.subject.name.lower()}_id": deal.subject_id,
        "model": deal.model,
        "territories": None if deal.territories is None else sorted(deal.territories),
        "excluded": sorted(deal.excluded),
        "starts_at": starts_at,
        "ends_at": None if ends_at == EVER else ends_at,
        "starts_on": starts_on,
        "ends_on": _day(ends),
        "uses": None if deal.uses is None else sorted(deal.uses),
    }


def _day(told: date | datetime | None) -> date | None:
    return None if isinstance(told, datetime) else told


def _widest(told: date | datetime, instant_of: Callable[[date], datetime]) -> datetime:
    return told.astimezone(UTC) if isinstance(told, datetime) else instant_of(told)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a message says of deals that are not over: when each begins, by all else of it."""

    starts: dict[tuple[object, ...], set[datetime]]
    rows: dict[tuple[object, ...], dict[str, Any]]

    @classmethod
    def all_of(cls, deals: Iterable[SuppliedDeal], *, now: datetime) -> _Said:
        """Read what is said, however often, less what can never hold."""
        said = cls(defaultdict(set), {})
        for row in map(_said, deals):
            if row["ends_at"] is None or row["ends_at"] > max(now, row["starts_at"]):
                key = _key(row.__getitem__)
                said.starts[key].add(row["starts_at"])
                said.rows[key] = row
        return said

    def take(self, row: Row) -> bool:
        """Take out what a row says, if it is said: it began when it was made, or later."""
        starts = self.starts.get(_key(partial(getattr, row)), set())
        same = {one for one in starts if max(one, row.made_at) == row.starts_at}
        starts -= same
        return bool(same)

    def left(self, *, now: datetime) -> Iterator[dict[str, Any]]:
        """Answer rows of what is left; none begins in the past: what was played stays as it was."""
        for key, starts in self.starts.items():
            for starts_at in sorted({max(one, now) for one in starts}):
                yield self.rows[key] | {"starts_at": starts_at}


def _key(told: Callable[[str], Any]) -> tuple[object, ...]:
    lists = (told(name) for name in ("territories", "excluded", "uses"))
    return (
        *(told(f"{one.name.lower()}_id") for one in Subject),
        *(told(name) for name in ("model", "ends_at", "starts_on", "ends_on")),
        *(None if one is None else tuple(one) for one in lists),
    )


async def end_deal(session: Session, deal_id: UUID, *, now: datetime) -> None:
    """Let a deal end now; one that ended stays as it is."""
    row = await deal_row(session, deal_id, lock=True)
    if row.ends_at is None or row.ends_at > now:
        row.ends_at = max(now, row.starts_at)


async def replace_supplied(
    session: Session,
    supplied_id: UUID,
    deals: Sequence[SuppliedDeal],
    *,
    by: UUID,
    now: datetime,
) -> None:
    """Let the deals of a partner's release be those, and no others, from now on.

    What is said no more ends; what is said again stays as it is; nothing that was is changed. Of
    the release itself one row always says that only what deals allow is to be had.
    """
    asked = select(SuppliedRelease.release_id).where(SuppliedRelease.id == supplied_id)
    release_id = await session.scalar(asked.with_for_update())
    if release_id is not None:
        await _require_deals(session, supplied_id, release_id, by=by, now=now)
    said = _Said.all_of(deals, now=now)
    query = select(Row).where(_DEALS.supplied_id == supplied_id, _DEALS.key.is_(None))
    for row in await session.scalars(
        query.where(or_(_DEALS.ends_at.is_(None), _DEALS.ends_at > now))
    ):
        if not said.take(row):
            row.ends_at = max(now, row.starts_at)
    await session.flush()
    made = {"supplied_id": supplied_id, "made_by": by, "made_at": now, "key": None}
    if rows := [made | {"id": uuid4()} | one for one in said.left(now=now)]:
        await session.execute(insert(table_of(Row)), rows)


async def supplied_deals(session: Session, supplied_id: UUID) -> dict[UUID, tuple[Deal, ...]]:
    """Answer all deals of each track on what a partner's release has become here."""
    query = select(ReleaseTrack.track_id).join(
        SuppliedRelease, SuppliedRelease.release_id == ReleaseTrack.release_id
    )
    tracks = set(await session.scalars(query.where(SuppliedRelease.id == supplied_id)))
    found = await deals_of(session, tracks)
    return {one: found.get(one, ()) for one in tracks}


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
