"""What artists and labels have put out, and whom others name: read by pages of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute

from base.database import Session
from base.errors import Refused
from catalog.artworks import show_with
from catalog.cards import is_for_all, placed
from catalog.keysets import behind
from catalog.models.artists import Artist, Label, ReleaseArtist, ReleaseLabel, TrackArtist
from catalog.models.music import Track
from catalog.models.releases import Credit, Release, ReleaseTrack
from catalog.music import IS_AUDIBLE
from catalog.states import ReleaseState

#: An artist or a label: one, or those of a query.
Subject = InstrumentedAttribute[UUID] | ColumnElement[UUID] | UUID
#: Where a list goes on: when the last was published or made, or what it is called, and its id.
Place = tuple[datetime, UUID]
NamePlace = tuple[str, UUID]
_OUT = Release.state == literal_column(f"'{ReleaseState.PUBLISHED}'")


async def artists_looked_after(
    session: Session, account_id: UUID, *, after: NamePlace | None, limit: int
) -> list[Artist]:
    """Answer the artists that an account looks after, by name."""
    order = Artist.name, Artist.id
    query = select(Artist).where(Artist.account_id == account_id)
    query = query.where(behind(order, after, descending=False))
    return list(await session.scalars(query.order_by(*order).limit(limit)))


async def labels_looked_after(
    session: Session, account_id: UUID, *, after: NamePlace | None, limit: int
) -> list[Label]:
    """Answer the labels that an account looks after, by name."""
    order = Label.name, Label.id
    query = select(Label).where(Label.account_id == account_id)
    query = query.where(behind(order, after, descending=False))
    return list(await session.scalars(query.order_by(*order).limit(limit)))


def is_heard_of_artist(artist_id: Subject) -> ColumnElement[bool]:
    """Say that an artist is named on anything that all can hear."""
    on_release = exists().where(
        ReleaseArtist.artist_id == artist_id,
        ReleaseArtist.confirmed_at.is_not(None),
        ReleaseArtist.release_id == Release.id,
        _OUT,
    )
    on_track = (
        select(TrackArtist.track_id)
        .join(Track, Track.id == TrackArtist.track_id)
        .outerjoin(ReleaseTrack, ReleaseTrack.track_id == Track.id)
        .outerjoin(Release, Release.id == ReleaseTrack.release_id)
        .where(TrackArtist.artist_id == artist_id, TrackArtist.confirmed_at.is_not(None))
        .where(IS_AUDIBLE, or_(Release.id.is_(None), _OUT))
    )
    return or_(on_release, on_track.exists())


def is_heard_of_label(label_id: Subject) -> ColumnElement[bool]:
    """Say that a label has put out anything."""
    return exists().where(
        ReleaseLabel.label_id == label_id,
        ReleaseLabel.confirmed_at.is_not(None),
        ReleaseLabel.release_id == Release.id,
        _OUT,
    )


_WHO = bindparam("who", type_=Uuid())
_IS_HEARD_OF_ARTIST = select(is_heard_of_artist(_WHO))
_IS_HEARD_OF_LABEL = select(is_heard_of_label(_WHO))


async def is_artist_public(session: Session, artist_id: UUID) -> bool:
    """Whether an artist is named on anything that all can hear."""
    return bool(await session.scalar(_IS_HEARD_OF_ARTIST, {"who": artist_id}))


async def is_label_public(session: Session, label_id: UUID) -> bool:
    """Whether a label has put out anything."""
    return bool(await session.scalar(_IS_HEARD_OF_LABEL, {"who": label_id}))


async def releases_by_artist(
    session: Session, artist_id: UUID, *, after: Place | None, limit: int
) -> list[Release]:
    """Answer what an artist has put out, the newest first."""
    named = select(ReleaseArtist.release_id).where(
        ReleaseArtist.artist_id == artist_id, ReleaseArtist.confirmed_at.is_not(None)
    )
    return await _out(session, named, after=after, limit=limit)


async def releases_of_label(
    session: Session, label_id: UUID, *, after: Place | None, limit: int
) -> list[Release]:
    """Answer what a label has put out, the newest first."""
    named = select(ReleaseLabel.release_id).where(
        ReleaseLabel.label_id == label_id, ReleaseLabel.confirmed_at.is_not(None)
    )
    return await _out(session, named, after=after, limit=limit)


async def _out(
    session: Session, which: Select[UUID], *, after: Place | None, limit: int
) -> list[Release]:
    order = Release.published_at, Release.id
    query = select(Release).where(Release.id.in_(which), _OUT)
    query = query.where(behind(order, after, descending=True))
    return list(await session.scalars(query.order_by(*(one.desc() for one in order)).limit(limit)))


async def tracks_by_artist(
    session: Session, artist_id: UUID, *, after: Place | None, limit: int
) -> list[tuple[datetime, UUID]]:
    """Answer the tracks of an artist that all can hear, the newest first: since when, and ids."""
    named = select(TrackArtist.track_id).where(
        TrackArtist.artist_id == artist_id, TrackArtist.confirmed_at.is_not(None)
    )
    order = Track.created_at, Track.id
    query = placed(select(*order)).where(Track.id.in_(named), is_for_all())
    query = query.where(behind(order, after, descending=True))
    rows = await session.execute(query.order_by(*(one.desc() for one in order)).limit(limit))
    return [(at, track_id) for at, track_id in rows]


async def confirm_names(
    session: Session, artist_id: UUID, release_id: UUID, *, now: datetime
) -> None:
    """Say that an artist is rightly named on a release and its tracks."""
    tracks = select(ReleaseTrack.track_id).where(ReleaseTrack.release_id == release_id)
    on_release = update(ReleaseArtist).where(ReleaseArtist.release_id == release_id)
    on_release = on_release.where(
        ReleaseArtist.artist_id == artist_id, ReleaseArtist.confirmed_at.is_(None)
    )
    on_tracks = update(TrackArtist).where(TrackArtist.track_id.in_(tracks))
    on_tracks = on_tracks.where(
        TrackArtist.artist_id == artist_id, TrackArtist.confirmed_at.is_(None)
    )
    for names in (on_release, on_tracks):
        said = names.values(confirmed_at=now)
        await session.execute(said.execution_options(synchronize_session=False))


async def waiting_names(
    session: Session, artist_id: UUID, *, after: tuple[UUID, ...] | None, limit: int
) -> list[Release]:
    """Answer the releases that name an artist who has not said yes."""
    placed = select(ReleaseTrack.release_id).join(
        TrackArtist, TrackArtist.track_id == ReleaseTrack.track_id
    )
    on_tracks = placed.where(TrackArtist.artist_id == artist_id, TrackArtist.confirmed_at.is_(None))
    on_release = select(ReleaseArtist.release_id).where(
        ReleaseArtist.artist_id == artist_id, ReleaseArtist.confirmed_at.is_(None)
    )
    query = select(Release).where(Release.id.in_(union(on_tracks, on_release)), _OUT)
    query = query.where(behind((Release.id,), after, descending=False))
    return list(await session.scalars(query.order_by(Release.id).limit(limit)))


async def delete_artist(session: Session, artist: Artist, *, until: datetime) -> None:
    """Forget an artist whom nothing names; their picture may go after `until`.

    Raises:
        Refused: `artist-named`, 409.

    """
    names = (ReleaseArtist.artist_id, TrackArtist.artist_id, Credit.artist_id)
    if await session.scalar(select(or_(*(exists().where(one == artist.id) for one in names)))):
        raise Refused(
            "artist-named", "The artist is named on music: name others there first.", status=409
        )
    await show_with(session, artist, None, until=until)
    await session.delete(artist)


async def delete_label(session: Session, label: Label, *, until: datetime) -> None:
    """Forget a label that has nothing; its picture may go after `until`.

    Raises:
        Refused: `label-named`, 409.

    """
    if await session.scalar(select(exists().where(ReleaseLabel.label_id == label.id))):
        raise Refused("label-named", "The label has releases: take it off them first.", status=409)
    await show_with(session, label, None, until=until)
    await session.delete(label)
