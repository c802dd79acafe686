"""Artists and labels: found by their numbers before their names, and where they are named.

A tag is easily forged, so nobody is put onto another's page by one: what names an artist finds
those of the same account, and makes one of its own where there is none. Who says which artist of
another account it is names them only, until that account confirms it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Select, delete, or_, select

from base.database import Session
from base.errors import Refused
from base.several import among_told
from catalog.credit_roles import ArtistRole, Named
from catalog.models.artists import Artist, Label, ReleaseArtist, ReleaseLabel, TrackArtist
from catalog.models.base import table_of
from catalog.people import lock_account
from catalog.words import folded, sort_name_of

Page = TypeVar("Page", Artist, Label)


class ArtistKind(StrEnum):
    """What an artist is."""

    PERSON = "person"
    GROUP = "group"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited:
    """An artist as named on a track or a release."""

    artist_id: UUID
    name: str
    role: ArtistRole
    joined: str
    is_confirmed: bool


async def artist_of(session: Session, artist_id: UUID, *, lock: bool = False) -> Artist:
    """Answer an artist.

    Raises:
        Refused: `artist-unknown`, 404.

    """
    found = await session.get(Artist, artist_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise unknown_artist()
    return found


async def accounts_called(session: Session, name: str) -> list[UUID]:
    """Answer accounts that look after artists of a name: two of them, where several do."""
    query = select(Artist.account_id).where(
        Artist.sort_name == folded(sort_name_of(name)), Artist.account_id.is_not(None)
    )
    return list(await session.scalars(query.distinct().order_by(Artist.account_id).limit(2)))


async def label_of(session: Session, label_id: UUID, *, lock: bool = False) -> Label:
    """Answer a label.

    Raises:
        Refused: `label-unknown`, 404.

    """
    found = await session.get(Label, label_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise unknown_label()
    return found


def unknown_artist() -> Refused:
    """Say that there is none."""
    return Refused("artist-unknown", "There is no such artist.", status=404)


def unknown_label() -> Refused:
    """Say that there is none."""
    return Refused("label-unknown", "There is no such label.", status=404)


async def artists_of(session: Session, ids: Collection[UUID]) -> dict[UUID, Artist]:
    """Answer artists by their ids."""
    found = await session.scalars(select(Artist).where(Artist.id.in_(ids)))
    return {one.id: one for one in found}


def new_artist(account_id: UUID | None, name: str, *, now: datetime) -> Artist:
    """Answer an artist who is not written down yet."""
    return Artist(
        id=uuid4(),
        account_id=account_id,
        name=name,
        sort_name=folded(sort_name_of(name)),
        kind=ArtistKind.OTHER,
        links=[],
        edited=[],
        created_at=now,
        changed_at=now,
    )


def new_label(account_id: UUID | None, name: str, *, now: datetime) -> Label:
    """Answer a label that is not written down yet."""
    return Label(
        id=uuid4(),
        account_id=account_id,
        name=name,
        sort_name=folded(sort_name_of(name)),
        links=[],
        edited=[],
        created_at=now,
        changed_at=now,
    )


async def credits_on_tracks(
    session: Session, track_ids: Collection[UUID]
) -> dict[UUID, list[Credited]]:
    """Answer who is named on tracks, in order."""
    return await _named(session, _ON_TRACKS, track_ids)


async def credits_on_releases(
    session: Session, release_ids: Collection[UUID]
) -> dict[UUID, list[Credited]]:
    """Answer who is named on releases, in order."""
    return await _named(session, _ON_RELEASES, release_ids)


def _naming(model: type[TrackArtist | ReleaseArtist], about: str) -> Select[Any]:
    columns = table_of(model).c
    told = (columns.artist_id, columns.name, columns.role, columns.joined, columns.confirmed_at)
    query = select(columns[about].label("about"), *told).order_by(columns.number)
    return query.where(among_told(columns[about], "ids"))


_ON_TRACKS, _ON_RELEASES = _naming(TrackArtist, "track_id"), _naming(ReleaseArtist, "release_id")


async def _named(
    session: Session, question: Select[Any], ids: Collection[UUID]
) -> dict[UUID, list[Credited]]:
    found: dict[UUID, list[Credited]] = defaultdict(list)
    for row in await session.execute(question, {"ids": ids}):
        found[row.about].append(
            Credited(
                artist_id=row.artist_id,
                name=row.name,
                role=ArtistRole(row.role),
                joined=row.joined,
                is_confirmed=row.confirmed_at is not None,
            )
        )
    return found


async def name_on_track(
    session: Session, track_id: UUID, named: Sequence[Named], *, owner_id: UUID, now: datetime
) -> None:
    """Say who is named on a track, instead of what was said before.

    Raises:
        Refused: `artist-unknown`, 404.

    """
    known = (await credits_on_tracks(session, [track_id])).get(track_id, [])
    if _is_said(known, named):
        return
    artists = await find_artists(session, named, owner_id=owner_id, now=now)
    await session.execute(delete(TrackArtist).where(TrackArtist.track_id == track_id))
    session.add_all(
        TrackArtist(track_id=track_id, **row) for row in _rows(named, artists, owner_id, now)
    )
    await session.flush()


async def name_on_release(
    session: Session, release_id: UUID, named: Sequence[Named], *, owner_id: UUID, now: datetime
) -> None:
    """Say who is named on a release, as on a track."""
    known = (await credits_on_releases(session, [release_id])).get(release_id, [])
    if _is_said(known, named):
        return
    artists = await find_artists(session, named, owner_id=owner_id, now=now)
    await session.execute(delete(ReleaseArtist).where(ReleaseArtist.release_id == release_id))
    session.add_all(
        ReleaseArtist(release_id=release_id, **row) for row in _rows(named, artists, owner_id, now)
    )
    await session.flush()


def _is_said(known: Sequence[Credited], named: Sequence[Named]) -> bool:
    """Whether nothing new is said: each file of an album says it all again."""
    before = [(one.name, one.role, one.joined) for one in known]
    is_same = before == [(one.name, one.role, one.joined) for one in named]
    return is_same and not any(one.artist_id or one.mbid or one.isni or one.ipi for one in named)


def _rows(
    named: Sequence[Named], artists: Sequence[Artist], owner_id: UUID, now: datetime
) -> list[dict[str, object]]:
    return [
        {
            "number": number,
            "artist_id": artist.id,
            "role": one.role,
            "name": one.name,
            "joined": one.joined,
            "confirmed_at": now if artist.account_id == owner_id else None,
        }
        for number, (one, artist) in enumerate(zip(named, artists, strict=True))
    ]


async def find_artists(
    session: Session, named: Sequence[Named], *, owner_id: UUID, now: datetime
) -> list[Artist]:
    """Answer the artists that are named, of an account's own or as said; new ones are made.

    Raises:
        Refused: `artist-unknown`, 404: one that is said by its id is not there.

    """
    found = await _known(session, named, owner_id)
    if None in found:
        await lock_account(session, owner_id)  # who names the same one waits, and finds it
        found = await _known(session, named, owner_id)
    made: dict[str, Artist] = {}
    answer = []
    for one, known in zip(named, found, strict=True):
        artist = known or made.get(one.mbid or one.name)
        if artist is None:
            artist = new_artist(owner_id, one.name, now=now)
            made[one.mbid or one.name] = artist
            session.add(artist)
        if artist.account_id == owner_id:
            _note_numbers(artist, one)
        answer.append(artist)
    await session.flush()
    return answer


async def _known(session: Session, named: Sequence[Named], owner_id: UUID) -> list[Artist | None]:
    said = await artists_of(session, [one.artist_id for one in named if one.artist_id])
    mbids = [UUID(one.mbid) for one in named if one.mbid]
    own = select(Artist).where(Artist.account_id == owner_id).order_by(Artist.created_at)
    own = own.where(
        or_(
            Artist.name.in_([one.name for one in named]),
            Artist.mbid.in_(mbids),
            Artist.isni.in_([one.isni for one in named if one.isni]),
            Artist.ipi.in_([one.ipi for one in named if one.ipi]),
        )
    )
    mine = list(await session.scalars(own))
    for one in named:
        if one.artist_id and one.artist_id not in said:
            raise unknown_artist()
    return [said[one.artist_id] if one.artist_id else _match(one, mine) for one in named]


def _match(one: Named, mine: Sequence[Artist]) -> Artist | None:
    """Answer who has a number of theirs; else who has the name, and no other number."""
    numbers = {"mbid": UUID(one.mbid) if one.mbid else None, "isni": one.isni, "ipi": one.ipi}
    for name, number in numbers.items():
        for artist in mine:
            if number is not None and getattr(artist, name) == number:
                return artist
    for artist in mine:
        others = (getattr(artist, name) not in {None, number} for name, number in numbers.items())
        is_another = any(
            number is not None and differs
            for number, differs in zip(numbers.values(), others, strict=True)
        )
        if artist.name == one.name and not is_another:
            return artist
    return None


def _note_numbers(artist: Artist, one: Named) -> None:
    for name, number in (
        ("mbid", one.mbid and UUID(one.mbid)),
        ("isni", one.isni),
        ("ipi", one.ipi),
    ):
        if number and getattr(artist, name) is None and name not in artist.edited:
            setattr(artist, name, number)


async def find_label(
    session: Session, name: str, *, mbid: str | None = None, owner_id: UUID, now: datetime
) -> Label:
    """Answer the label of an account's own that is called so; a new one is made."""
    found = await _known_label(session, name, mbid, owner_id)
    if found is None:
        await lock_account(session, owner_id)
        found = await _known_label(session, name, mbid, owner_id)
    if found is None:
        found = new_label(owner_id, name, now=now)
        session.add(found)
    if mbid and found.mbid is None and "mbid" not in found.edited:
        found.mbid = UUID(mbid)
    await session.flush()
    return found


async def _known_label(
    session: Session, name: str, mbid: str | None, owner_id: UUID
) -> Label | None:
    number = UUID(mbid) if mbid else None
    query = select(Label).where(Label.account_id == owner_id)
    query = query.where(
        or_(Label.name == name, Label.mbid == number) if number else Label.name == name
    )
    found = list(await session.scalars(query.order_by(Label.created_at)))
    same = [one for one in found if number and one.mbid == number]
    named = [one for one in found if one.name == name and (not number or one.mbid is None)]
    return next(iter((*same, *named)), None)


async def put_label(
    session: Session, release_id: UUID, label: Label | None, *, owner_id: UUID, now: datetime
) -> None:
    """Say which label puts a release out, or that none does."""
    row = await session.get(ReleaseLabel, release_id)
    if label is None:
        if row is not None:
            await session.delete(row)
    elif row is None or row.label_id != label.id:
        confirmed = now if label.account_id == owner_id else None
        await session.merge(
            ReleaseLabel(release_id=release_id, label_id=label.id, confirmed_at=confirmed)
        )
    await session.flush()


async def forget_names_on_tracks(session: Session, track_ids: Collection[UUID]) -> None:
    """Name nobody on tracks any more."""
    await session.execute(delete(TrackArtist).where(TrackArtist.track_id.in_(track_ids)))


async def forget_names_on_release(session: Session, release_id: UUID) -> None:
    """Name nobody on a release any more."""
    for model in (ReleaseArtist, ReleaseLabel):
        await session.execute(delete(model).where(model.release_id == release_id))
