"""What stands on a playlist: told in parts, added, moved and removed by whoever holds its lock.

Entries are named by their ids, and places by the entries beside them, so what two editors do to
one list meanwhile comes together, whoever is first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Integer, Select, Uuid, bindparam, delete, func, select, true

from base.bulk import insert_many, is_sqlite, update_many
from base.database import Session
from base.errors import Refused
from catalog.cards import Card, cards_of
from catalog.keysets import behind
from catalog.models.base import table_of
from catalog.models.playlists import Playlist, PlaylistEntry
from catalog.playlist_rules import MOST_TRACKS
from catalog.playlists import note_change
from catalog.ranks import are_fit, several, spread

_ENTRIES = table_of(PlaylistEntry)
_COLUMNS = ("id", "playlist_id", "rank", "track_id", "added_by", "added_at")
_ORDER = PlaylistEntry.rank, PlaylistEntry.id
Place = tuple[bytes, UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A place on a list: before an entry, or behind one; behind all where none is named."""

    before: UUID | None = None
    behind: UUID | None = None


#: The end of a list.
AT_END = Beside()


_IN_ORDER = (
    select(PlaylistEntry)
    .where(PlaylistEntry.playlist_id == bindparam("playlist"))
    .order_by(*_ORDER)
    .limit(bindparam("most", type_=Integer()))
)
_BEHIND = bindparam("rank", type_=PlaylistEntry.rank.type), bindparam("id", type_=Uuid())
_GOING_ON = _IN_ORDER.where(behind(_ORDER, _BEHIND, descending=False))


async def entries_of(
    session: Session, playlist_id: UUID, *, limit: int, after: Place | None = None
) -> list[PlaylistEntry]:
    """Answer entries in their order, from behind one on."""
    rank, id_ = after or (None, None)
    told = {"playlist": playlist_id, "rank": rank, "id": id_, "most": limit}
    return list(await session.scalars(_IN_ORDER if after is None else _GOING_ON, told))


async def add_entries(  # noqa: PLR0913 - what, where, who and when
    session: Session,
    playlist: Playlist,
    tracks: Sequence[UUID],
    *,
    place: Beside = AT_END,
    by: UUID,
    now: datetime,
) -> list[UUID]:
    """Put tracks at a place, in their order; answer the ids of their entries.

    Raises:
        Refused: `track-unknown`, `entry-unknown`, 404; `too-many`, 409.

    """
    cards = await _known(session, tracks)
    if playlist.tracks + len(tracks) > MOST_TRACKS:
        raise Refused("too-many", f"A playlist has room for {MOST_TRACKS} tracks.", status=409)
    ranks = await _ranks(session, playlist, place, len(tracks))
    ids = [uuid4() for _ in tracks]
    rows = [
        (one, playlist.id, rank, track, by, now)
        for one, rank, track in zip(ids, ranks, tracks, strict=True)
    ]
    await insert_many(session, _ENTRIES, _COLUMNS, rows)
    playlist.tracks += len(rows)
    playlist.duration_ms += sum(cards[track].duration_ms or 0 for track in tracks)
    note_change(playlist, now=now)
    return ids


async def move_entry(
    session: Session, playlist: Playlist, entry_id: UUID, place: Beside, *, now: datetime
) -> None:
    """Put an entry at another place.

    Raises:
        Refused: `entry-unknown`, 404.

    """
    entry = await _entry(session, playlist, entry_id)
    if entry_id in {place.before, place.behind}:
        return
    [rank] = await _ranks(session, playlist, place, 1, but=entry_id)
    entry.rank = rank
    note_change(playlist, now=now)


async def remove_entries(
    session: Session, playlist: Playlist, entry_ids: Collection[UUID], *, now: datetime
) -> int:
    """Take entries away, of those that are still there; answer how many they were."""
    mine = PlaylistEntry.playlist_id == playlist.id, PlaylistEntry.id.in_(list(entry_ids))
    tracks = list(await session.scalars(select(PlaylistEntry.track_id).where(*mine)))
    if not tracks:
        return 0
    gone = delete(PlaylistEntry).where(*mine).execution_options(synchronize_session=False)
    await session.execute(gone)
    cards = await cards_of(session, tracks)
    lasted = sum(cards[one].duration_ms or 0 for one in tracks if one in cards)
    playlist.tracks -= len(tracks)
    playlist.duration_ms = max(0, playlist.duration_ms - lasted) if playlist.tracks else 0
    note_change(playlist, now=now)
    return len(tracks)


async def replace_entries(
    session: Session, playlist: Playlist, tracks: Sequence[UUID], *, by: UUID, now: datetime
) -> list[UUID]:
    """Let a list be these tracks, instead of those that were on it.

    Raises:
        Refused: `track-unknown`, 404; `too-many`, 409.

    """
    gone = delete(PlaylistEntry).where(PlaylistEntry.playlist_id == playlist.id)
    await session.execute(gone.execution_options(synchronize_session=False))
    playlist.tracks, playlist.duration_ms = 0, 0
    return await add_entries(session, playlist, tracks, by=by, now=now)


async def covers_of(session: Session, playlist_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Answer the first tracks of playlists, from whose releases their covers are made."""
    found: dict[UUID, list[UUID]] = {one: [] for one in playlist_ids}
    first = _numbered if is_sqlite(session) else _first_of_each
    for playlist_id, track_id in await session.execute(first(list(found))):
        found[playlist_id].append(track_id)
    return found


def _first_of_each(playlist_ids: Sequence[UUID]) -> Select[UUID, UUID]:
    """Read each list from the index, and no further: lists are long."""
    entry = select(PlaylistEntry.track_id, PlaylistEntry.rank, PlaylistEntry.id)
    mine = entry.where(PlaylistEntry.playlist_id == Playlist.id).order_by(*_ORDER)
    some = mine.limit(_LOOKED_AT).lateral()
    query = select(Playlist.id, some.c.track_id).join(some, true())
    return query.where(Playlist.id.in_(playlist_ids)).order_by(some.c.rank, some.c.id)


def _numbered(playlist_ids: Sequence[UUID]) -> Select[UUID, UUID]:
    """Say the same without LATERAL, which SQLite has not."""
    number = func.row_number().over(partition_by=PlaylistEntry.playlist_id, order_by=_ORDER)
    first = select(PlaylistEntry.playlist_id, PlaylistEntry.track_id, number.label("number"))
    some = first.where(PlaylistEntry.playlist_id.in_(playlist_ids)).subquery().c
    query = select(some.playlist_id, some.track_id).where(some.number <= _LOOKED_AT)
    return query.order_by(some.number)


#: Of so many tracks the covers are looked at: those of one release have one.
_LOOKED_AT = 12


async def _known(session: Session, tracks: Sequence[UUID]) -> dict[UUID, Card]:
    cards = await cards_of(session, tracks)
    for track in tracks:
        card = cards.get(track)
        if card is None or not card.is_audible:
            raise Refused("track-unknown", f"There is no track {track}.", status=404)
    return cards


async def _entry(session: Session, playlist: Playlist, entry_id: UUID) -> PlaylistEntry:
    entry = await session.get(PlaylistEntry, entry_id, populate_existing=True)
    if entry is None or entry.playlist_id != playlist.id:
        raise Refused("entry-unknown", "There is no such entry on the playlist.", status=404)
    return entry


async def _ranks(
    session: Session, playlist: Playlist, place: Beside, number: int, *, but: UUID | None = None
) -> list[bytes]:
    """Answer ranks for entries at a place; where there is no room the list is spread anew."""
    ranks = several(*await _gap(session, playlist, place, but), number)
    if are_fit(ranks):
        return ranks
    await _spread(session, playlist)
    return several(*await _gap(session, playlist, place, but), number)


async def _gap(
    session: Session, playlist: Playlist, place: Beside, but: UUID | None
) -> tuple[bytes | None, bytes | None]:
    """Answer the ranks on both sides of a place."""
    rank = _ENTRIES.c.rank
    others = select(rank).where(_ENTRIES.c.playlist_id == playlist.id, _ENTRIES.c.id != but)
    if but is None:
        others = select(rank).where(_ENTRIES.c.playlist_id == playlist.id)
    if place.before is not None:
        high = (await _entry(session, playlist, place.before)).rank
        below = others.where(rank < high).order_by(rank.desc()).limit(1)
        return (await session.scalars(below)).first(), high
    if place.behind is not None:
        low = (await _entry(session, playlist, place.behind)).rank
        above = others.where(rank > low).order_by(rank).limit(1)
        return low, (await session.scalars(above)).first()
    return (await session.scalars(others.order_by(rank.desc()).limit(1))).first(), None


async def _spread(session: Session, playlist: Playlist) -> None:
    mine = select(PlaylistEntry.id).where(PlaylistEntry.playlist_id == playlist.id)
    ids = list(await session.scalars(mine.order_by(*_ORDER)))
    await session.flush()
    rows = list(zip(ids, spread(len(ids)), strict=True))
    await update_many(session, _ENTRIES, ("id",), ("rank",), rows)
