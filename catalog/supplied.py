"""Releases as partners tell of them: found by any of their names, and what is known of each.

All of it is read and written under the lock of their partner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from base.database import Session, insert_if_new
from base.locks import lock_alone
from catalog.models.ddex import (
    ErnMessage,
    SuppliedName,
    SuppliedRelease,
    SuppliedTrack,
)
from catalog.models.deals import Deal
from catalog.models.music import Recording, Track
from catalog.states import TrackState
from catalog.supplied_facts import Name, Told

_AT_ONCE = 500
#: States of tracks that nobody hears any more: what they were may be somebody else's by now.
_GONE = (TrackState.WITHDRAWN, TrackState.REMOVED, TrackState.REJECTED)


async def lock_partner(session: Session, partner_id: UUID) -> None:
    """Let nobody else change what a partner's messages say, until the transaction ends.

    A message may join releases that were two before, bring a file for a third and purge tracks of
    others, so it is not known before which ones it is about.
    """
    await lock_alone(session, f"ddex partner {partner_id}")


async def releases_named(
    session: Session, partner_id: UUID, names: Iterable[Name]
) -> list[SuppliedRelease]:
    """Answer the releases of a partner that go by any of these names, locked."""
    found = await _named(session, partner_id, names, is_tombstone=False, of_tracks=False)
    query = select(SuppliedRelease).where(SuppliedRelease.id.in_({one for one, _ in found}))
    query = query.order_by(SuppliedRelease.id).with_for_update()
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def releases_with_tracks_named(
    session: Session, partner_id: UUID, names: Iterable[Name]
) -> list[SuppliedRelease]:
    """Answer the releases of a partner with a track that goes by any of these names."""
    found = await _named(session, partner_id, names, is_tombstone=False, of_tracks=True)
    query = select(SuppliedRelease).where(SuppliedRelease.id.in_({one for one, _ in found}))
    return list(await session.scalars(query.order_by(SuppliedRelease.id)))


async def purges_of(session: Session, partner_id: UUID, names: Iterable[Name]) -> dict[Name, Told]:
    """Answer of each of these names when it was purged last, if it was."""
    found = await _named(session, partner_id, names, is_tombstone=True, of_tracks=False)
    ids = {one for one, _ in found}
    query = select(SuppliedRelease.id, SuppliedRelease.told_at, SuppliedRelease.message_id)
    rows = await session.execute(query.where(SuppliedRelease.id.in_(ids)))
    told = {row.id: Told(at=row.told_at, message=row.message_id) for row in rows}
    purges: dict[Name, Told] = {}
    for supplied_id, name in found:
        purges[name] = max(purges.get(name, told[supplied_id]), told[supplied_id])
    return purges


async def purge_told(
    session: Session, partner_id: UUID, told: Told, names: Iterable[Name]
) -> SuppliedRelease | None:
    """Answer the purge of these names that was told in a message, if it is written down."""
    found = await _named(session, partner_id, names, is_tombstone=True, of_tracks=False)
    query = select(SuppliedRelease).where(
        SuppliedRelease.id.in_({one for one, _ in found}),
        SuppliedRelease.told_at == told.at,
        SuppliedRelease.message_id == told.message,
    )
    return (await session.scalars(query.limit(1))).first()


async def others_named(session: Session, partner_id: UUID, names: Collection[Name]) -> bool:
    """Whether a release of another partner goes by any of these names."""
    query = (
        select(SuppliedName)
        .join(SuppliedRelease, SuppliedRelease.id == SuppliedName.supplied_id)
        .where(SuppliedRelease.partner_id != partner_id, SuppliedRelease.is_tombstone.is_(False))
        .where(SuppliedName.value.in_({one.value for one in names}))
    )
    return any(_name(row) in names for row in await session.scalars(query))


async def _named(
    session: Session,
    partner_id: UUID,
    names: Iterable[Name],
    *,
    is_tombstone: bool,
    of_tracks: bool,
) -> list[tuple[UUID, Name]]:
    wanted = set(names)
    values = sorted({one.value for one in wanted})
    found: list[tuple[UUID, Name]] = []
    for begin in range(0, len(values), _AT_ONCE):
        query = (
            select(SuppliedName)
            .join(SuppliedRelease, SuppliedRelease.id == SuppliedName.supplied_id)
            .where(SuppliedRelease.partner_id == partner_id)
            .where(SuppliedRelease.is_tombstone.is_(is_tombstone))
            .where(SuppliedName.value.in_(values[begin : begin + _AT_ONCE]))
            .where(SuppliedName.track != "" if of_tracks else SuppliedName.track == "")
        )
        rows = await session.scalars(query)
        found += [(row.supplied_id, _name(row)) for row in rows if _name(row) in wanted]
    return found


def _name(row: SuppliedName) -> Name:
    return Name(kind=row.kind, value=row.value, namespace=row.namespace)


def new_release(
    partner_id: UUID, told: Told, *, title: str, is_tombstone: bool = False
) -> SuppliedRelease:
    """Answer a release of a partner that is not written down yet, or a purge."""
    return SuppliedRelease(
        id=uuid4(),
        partner_id=partner_id,
        title=title,
        told_at=told.at,
        message_id=told.message,
        is_tombstone=is_tombstone,
        purged_at=told.at if is_tombstone else None,
        told={},
    )


async def note_names(
    session: Session, supplied_id: UUID, names: Mapping[str, Iterable[Name]]
) -> None:
    """Write down names of a release (under no key), and of its tracks, beside those known."""
    rows = [
        {
            "supplied_id": supplied_id,
            "kind": one.kind,
            "value": one.value,
            "namespace": one.namespace,
            "track": track,
        }
        for track, some in sorted(names.items())
        for one in sorted(set(some))
    ]
    await insert_if_new(session, SuppliedName, rows)


async def names_of(session: Session, supplied_id: UUID) -> dict[str, set[Name]]:
    """Answer all names of a release (under no key), and of its tracks, that were ever told."""
    query = select(SuppliedName).where(SuppliedName.supplied_id == supplied_id)
    found = defaultdict[str, set[Name]](set)
    for row in await session.scalars(query):
        found[row.track].add(_name(row))
    return found


async def tracks_supplied(session: Session, supplied_id: UUID) -> dict[str, SuppliedTrack]:
    """Answer the recordings of a release that were ever told of, by their keys."""
    query = select(SuppliedTrack).where(SuppliedTrack.supplied_id == supplied_id)
    return {row.key: row for row in await session.scalars(query)}


async def join(session: Session, kept: SuppliedRelease, other: SuppliedRelease) -> None:
    """Let two releases be one, as a message has names of both: what came last of both holds."""
    if Told(at=other.told_at, message=other.message_id) > _told_of(kept):
        kept.told_at, kept.message_id = other.told_at, other.message_id
        kept.title, kept.told = other.title, other.told
    if kept.release_id is None:
        kept.release_id = other.release_id
    if _is_newer(other.cover_told_at, other.cover_message, kept.cover_told_at, kept.cover_message):
        kept.cover_id = other.cover_id
        kept.cover_told_at, kept.cover_message = other.cover_told_at, other.cover_message
    mine, theirs = (
        await tracks_supplied(session, kept.id),
        await tracks_supplied(session, other.id),
    )
    for key, row in theirs.items():
        await _join_track(session, kept.id, mine.get(key), row)
    await note_names(session, kept.id, await names_of(session, other.id))
    await session.execute(delete(SuppliedName).where(SuppliedName.supplied_id == other.id))
    await session.execute(delete(SuppliedTrack).where(SuppliedTrack.supplied_id == other.id))
    for model in (ErnMessage, Deal):
        moved = update(model).where(model.supplied_id == other.id)
        await session.execute(moved.values(supplied_id=kept.id))
    await session.flush()
    await session.delete(other)
    await session.flush()


async def _join_track(
    session: Session, kept_id: UUID, mine: SuppliedTrack | None, theirs: SuppliedTrack
) -> None:
    if mine is None:
        session.add(
            SuppliedTrack(
                supplied_id=kept_id,
                key=theirs.key,
                track_id=theirs.track_id,
                file_id=theirs.file_id,
                file_told_at=theirs.file_told_at,
                file_message=theirs.file_message,
            )
        )
        await session.flush()
        return
    mine.track_id = mine.track_id or theirs.track_id
    if _is_newer(theirs.file_told_at, theirs.file_message, mine.file_told_at, mine.file_message):
        mine.file_id = theirs.file_id
        mine.file_told_at, mine.file_message = theirs.file_told_at, theirs.file_message


def _told_of(row: SuppliedRelease) -> Told:
    return Told(at=row.told_at, message=row.message_id)


def _is_newer(
    at: datetime | None, message: str | None, at_before: datetime | None, before: str | None
) -> bool:
    if at is None or at_before is None:
        return at is not None
    return (at, message or "") > (at_before, before or "")


def note_file(row: SuppliedTrack, file_id: UUID, told: Told) -> bool:
    """Write down the file that came for a track, unless one came with a newer message.

    Answers whether another is the newest now.
    """
    if not _is_newer(told.at, told.message, row.file_told_at, row.file_message) and (
        (row.file_told_at, row.file_message) != (told.at, told.message)
    ):
        return False
    is_new = row.file_id != file_id
    row.file_id, row.file_told_at, row.file_message = file_id, told.at, told.message
    return is_new


def note_cover(row: SuppliedRelease, file_id: UUID, told: Told) -> bool:
    """Write down the cover that came for a release, as `note_file`."""
    if not _is_newer(told.at, told.message, row.cover_told_at, row.cover_message) and (
        (row.cover_told_at, row.cover_message) != (told.at, told.message)
    ):
        return False
    is_new = row.cover_id != file_id
    row.cover_id, row.cover_told_at, row.cover_message = file_id, told.at, told.message
    return is_new


async def isrcs_of_others(session: Session, owner_id: UUID, isrcs: Collection[str]) -> set[str]:
    """Answer which of some ISRCs are of others' music only, that is not withdrawn."""
    wanted = sorted(set(isrcs))
    others, own = set[str](), set[str]()
    for begin in range(0, len(wanted), _AT_ONCE):
        query = (
            select(Recording.isrc, Recording.owner_id, Track.state)
            .join(Track, Track.recording_id == Recording.id)
            .where(Recording.isrc.in_(wanted[begin : begin + _AT_ONCE]))
            .distinct()
        )
        for isrc, owner, state in await session.execute(query):
            if isrc is None:
                continue
            if owner == owner_id:
                own.add(isrc)
            elif state not in _GONE:
                others.add(isrc)
    return others - own
