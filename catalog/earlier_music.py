"""Music of an earlier house, under the numbers it had there: recordings, drafts, lists, likes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from base.bulk import among, in_parts, insert_missing
from base.database import Session, insert_if_new
from catalog.artworks import ARTWORK
from catalog.earlier_facts import Album, Like, Listing, Song
from catalog.earlier_people import grant_all
from catalog.liking import Kind
from catalog.models.base import table_of
from catalog.models.earlier import EarlierNumber
from catalog.models.files import Master
from catalog.models.listening import Favourite
from catalog.models.music import Recording, Track
from catalog.models.people import Account
from catalog.models.playlists import Playlist, PlaylistEntry
from catalog.models.releases import Release, ReleaseTrack
from catalog.music import AUDIBLE
from catalog.ranks import spread
from catalog.roles import Role
from catalog.states import ReleaseState

_RECORDINGS, _TRACKS, _RELEASES, _LISTS, _LIKES, _NUMBERS = (
    *(table_of(Recording), table_of(Track), table_of(Release), table_of(Playlist)),
    *(table_of(Favourite), table_of(EarlierNumber)),
)
_LIST = ("id", "owner_id", "title", "description", "visibility", "version", "tracks", "duration_ms")
#: A list that nobody changed here.
_UNTOUCHED = 1


async def recordings_among(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Answer which of the numbers are recordings."""
    query = select(_RECORDINGS.c.id).where(among(session, _RECORDINGS.c.id, ids))
    return set(await session.scalars(query))


async def tracks_among(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Answer which of the numbers are tracks."""
    query = select(_TRACKS.c.id).where(among(session, _TRACKS.c.id, ids))
    return set(await session.scalars(query))


async def releases_among(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """Answer which of the numbers are releases, and their states."""
    query = select(_RELEASES.c.id, _RELEASES.c.state).where(among(session, _RELEASES.c.id, ids))
    return {number: state for number, state in await session.execute(query)}  # noqa: C416 - rows are no pairs


async def bare_among(session: Session, ids: Collection[UUID]) -> dict[UUID, bool]:
    """Answer which of the numbers are releases, and of which nobody chose a picture yet."""
    one = _RELEASES.c
    query = select(one.id, one.edited, one.state).where(among(session, one.id, ids))
    return {
        number: ARTWORK not in edited and state == ReleaseState.DRAFT
        for number, edited, state in await session.execute(query)
    }


async def places_of(session: Session, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Answer on which releases tracks stand, as far as they are there and stand on any."""
    one = table_of(ReleaseTrack).c
    query = select(one.track_id, one.release_id).where(among(session, one.track_id, ids))
    return {track: release for track, release in await session.execute(query)}  # noqa: C416 - rows are no pairs


async def lists_among(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Answer which of the numbers are playlists."""
    query = select(_LISTS.c.id).where(among(session, _LISTS.c.id, ids))
    return set(await session.scalars(query))


async def likes_among(session: Session, likes: Collection[Like]) -> set[tuple[UUID, UUID]]:
    """Answer who likes which of the tracks here already."""
    query = select(_LIKES.c.account_id, _LIKES.c.subject_id).where(
        _LIKES.c.kind == Kind.TRACK,
        among(session, _LIKES.c.account_id, {one.person_id for one in likes}),
        among(session, _LIKES.c.subject_id, {one.track_id for one in likes}),
    )
    return {(who, what) for who, what in await session.execute(query)}


async def add_recordings(session: Session, songs: Sequence[Song], *, now: datetime) -> None:
    """Write down what plays are counted on, whether or not there is a master of it yet."""
    ordered = sorted(songs, key=lambda one: one.id)
    rows = [(one.id, one.owner_id, one.created_at) for one in ordered]
    await insert_missing(session, _RECORDINGS, ("id", "owner_id", "created_at"), rows)
    await grant_all(session, [(one.owner_id, Role.ARTIST) for one in songs], now=now)
    numbers = [(str(Kind.TRACK), one.number, one.id) for one in ordered if one.number is not None]
    await insert_missing(session, _NUMBERS, ("kind", "number", "subject_id"), sorted(numbers))


async def numbers_among(session: Session, kind: Kind, numbers: Collection[int]) -> dict[int, UUID]:
    """Answer what addresses of the earlier house call by which of the numbers."""
    one = _NUMBERS.c
    found: dict[int, UUID] = {}
    for some in in_parts(sorted(numbers)):
        query = select(one.number, one.subject_id).where(one.kind == kind, one.number.in_(some))
        found |= {number: subject for number, subject in await session.execute(query)}  # noqa: C416 - rows are no pairs
    return found


async def numbered(session: Session, kind: Kind, number: int) -> UUID | None:
    """Answer what addresses of the earlier house called by a number, if anything."""
    query = select(_NUMBERS.c.subject_id)
    found: UUID | None = await session.scalar(
        query.where(_NUMBERS.c.kind == kind, _NUMBERS.c.number == number)
    )
    return found


async def add_drafts(
    session: Session, albums: Sequence[Album], names: Mapping[UUID, str], *, now: datetime
) -> None:
    """Write down releases as drafts; whoever is not said to have made one is called by `names`."""
    rows = [
        {
            "id": one.id,
            "owner_id": one.owner_id,
            "title": one.title,
            "artist": one.artist or names[one.owner_id],
            "released_on": one.released_on,
            "type": one.type,
            # It stays as it was called, whatever its files say.
            "edited": ["title", "artist", "order", "released_on", "type"],
            "state": ReleaseState.DRAFT,
            "changed_at": now,
            "created_at": one.created_at,
        }
        for one in sorted(albums, key=lambda one: one.id)
    ]
    await insert_if_new(session, Release, rows)


async def names_of(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Answer what accounts are called."""
    accounts = table_of(Account).c
    query = select(accounts.id, accounts.name).where(among(session, accounts.id, set(ids)))
    return {number: name for number, name in await session.execute(query)}  # noqa: C416 - rows are no pairs


async def add_lists(session: Session, lists: Sequence[Listing], *, now: datetime) -> None:
    """Write down lists, empty: what stands on them comes when it can be played."""
    rows = [
        (
            *(one.id, one.owner_id, one.title, one.description, str(one.visibility)),
            *(_UNTOUCHED, 0, 0, one.created_at, now),
        )
        for one in sorted(lists, key=lambda one: one.id)
    ]
    await insert_missing(session, _LISTS, (*_LIST, "created_at", "changed_at"), rows)


async def fill_list(
    session: Session, list_id: UUID, entries: Mapping[UUID, UUID], *, now: datetime
) -> int:
    """Put on a list what can be played of it; answer how much that is more than before.

    `entries` is all of it in order: the tracks, by the numbers of their entries. What somebody
    changed here stays as it is.
    """
    found = await session.get(Playlist, list_id, with_for_update=True, populate_existing=True)
    if found is None or found.version != _UNTOUCHED:
        return 0
    lasting = await _lasting(session, set(entries.values()))
    ranks = spread(len(entries))
    rows = [
        (entry, list_id, rank, track, found.owner_id, now)
        for rank, (entry, track) in zip(ranks, entries.items(), strict=True)
        if track in lasting
    ]
    columns = ("id", "playlist_id", "rank", "track_id", "added_by", "added_at")
    await insert_missing(session, table_of(PlaylistEntry), columns, rows)
    more = len(rows) - found.tracks
    lasts = sum(lasting[track] for _, _, _, track, _, _ in rows)
    await session.execute(
        update(Playlist)
        .where(Playlist.id == list_id)
        .values(tracks=len(rows), duration_ms=lasts)
        .execution_options(synchronize_session=False)
    )
    return more


async def _lasting(session: Session, ids: Collection[UUID]) -> dict[UUID, int]:
    """Answer how long tracks last that can be played, in milliseconds."""
    query = (
        select(Track.id, Master.samples, Master.sample_rate)
        .join(Master, Master.id == Track.master_id)
        .where(among(session, _TRACKS.c.id, ids), Track.state.in_(AUDIBLE))
    )
    found: dict[UUID, int] = defaultdict(int)
    for number, samples, rate in await session.execute(query):
        if samples and rate:
            found[number] = samples * 1000 // rate
    return dict(found)


async def add_likes(session: Session, likes: Sequence[Like]) -> None:
    """Write down what people like."""
    rows = sorted((one.person_id, str(Kind.TRACK), one.track_id, one.since) for one in likes)
    columns = ("account_id", "kind", "subject_id", "since")
    await insert_missing(session, _LIKES, columns, rows)
