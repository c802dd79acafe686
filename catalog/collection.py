"""All that there is to hear, as a player lists it: songs, albums and artists, with their figures.

However many are asked for by their numbers, it is as many statements.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Subquery, Uuid, bindparam, func, or_, select, union

from base.database import Session
from base.several import among_told
from catalog.artworks import is_shown
from catalog.cards import Card, asking_cards, card_in, is_for_all, placed
from catalog.discographies import is_heard_of_artist
from catalog.models.artists import Artist, ReleaseArtist
from catalog.models.files import Master
from catalog.models.music import Recording, Track
from catalog.models.releases import Release, ReleaseTrack
from catalog.models.words import ReleaseGenre, TrackGenre
from catalog.pictures import PictureOf, Shown, picture_of
from catalog.said import Said, said_of_releases, said_of_tracks
from catalog.states import ReleaseState

_IS_OUT = Release.state == ReleaseState.PUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """A track, and what its master is; sizes in bytes, rates in hertz. Years are as on releases."""

    card: Card
    said: Said
    album_artist: str | None
    disc: int | None
    position: int | None
    released_on: str | None
    isrc: str | None
    explicit: str
    is_lossless: bool
    sample_rate: int | None
    bit_depth: int | None
    channels: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """A release that is out, how many songs of it can be heard, and how long they last."""

    release: Release
    said: Said
    songs: int
    duration_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Performer:
    """An artist, on how many releases they are named, and what they are shown with."""

    id: UUID
    name: str
    sort_name: str
    albums: int
    picture: PictureOf | None


async def songs_of(session: Session, tracks: Collection[UUID]) -> dict[UUID, Song]:
    """Answer songs by the numbers of their tracks, of those that all may hear."""
    rows = (await session.execute(_SONGS, {"ids": set(tracks)})).all()
    said = await said_of_tracks(session, [row.track_id for row in rows])
    return {
        row.track_id: Song(
            card=card_in(row),
            said=said[row.track_id],
            album_artist=row.album_artist,
            disc=row.disc,
            position=row.position,
            released_on=row.released_on,
            isrc=row.isrc,
            explicit=row.explicit,
            is_lossless=bool(row.is_lossless),
            sample_rate=row.sample_rate,
            bit_depth=row.bit_depth,
            channels=row.channels,
        )
        for row in rows
    }


async def songs_on(session: Session, release_id: UUID) -> list[Song]:
    """Answer the songs of a release in their order, of those that all may hear."""
    found = await songs_of(session, list(await session.scalars(_ON, {"release": release_id})))
    return sorted(found.values(), key=lambda one: (one.disc or 0, one.position or 0))


async def albums_of(session: Session, releases: Collection[UUID]) -> dict[UUID, Album]:
    """Answer releases by their numbers, of those that are out."""
    told = {"ids": set(releases)}
    rows = {one.id: one for one in await session.scalars(_ALBUMS, told)}
    sums = {row.release_id: row for row in await session.execute(_SUMS, {"ids": list(rows)})}
    said = await said_of_releases(session, list(rows))
    return {
        key: Album(
            release=row,
            said=said[key],
            songs=sums[key].songs if key in sums else 0,
            duration_ms=int(sums[key].duration_ms or 0) if key in sums else 0,
        )
        for key, row in rows.items()
    }


async def performers(session: Session, *, limit: int) -> list[Performer]:
    """Answer all who are named on anything that can be heard, by the names they sort by."""
    return await _performers(session, _PERFORMERS.limit(limit), {})


async def performer_ids(session: Session, *, limit: int, offset: int) -> list[UUID]:
    """Answer their numbers in the same order, from behind some on."""
    rows = await session.execute(_PERFORMERS.limit(limit).offset(offset))
    return [row.id for row in rows]


async def performers_of(session: Session, artists: Collection[UUID]) -> dict[UUID, Performer]:
    """Answer those of some artists who are named on anything that can be heard."""
    found = await _performers(session, _SOME_PERFORMERS, {"ids": set(artists)})
    return {one.id: one for one in found}


async def _performers(
    session: Session, query: Select[*tuple[Any, ...]], told: Mapping[str, object]
) -> list[Performer]:
    return [
        Performer(
            id=row.id,
            name=row.name,
            sort_name=row.sort_name,
            albums=row.albums or 0,
            picture=picture_of(Shown.ARTIST, row.id, is_there=bool(row.has_picture)),
        )
        for row in await session.execute(query, told)
    ]


async def genre_counts(session: Session) -> dict[str, tuple[int, int]]:
    """Answer of each genre how many songs and how many albums can be heard of it.

    A song is of the genres of its release as well.
    """
    counted: dict[str, tuple[int, int]] = {}
    for genre, songs, albums in await session.execute(_GENRES):
        counted[genre] = (songs, albums)
    return counted


_SONGS = (
    asking_cards()
    .add_columns(
        *(Release.artist.label("album_artist"), ReleaseTrack.disc, ReleaseTrack.position),
        *(Release.released_on, Recording.isrc, Track.explicit),
        *(Master.is_lossless, Master.bit_depth, Master.channels),
    )
    .join(Recording, Recording.id == Track.recording_id)
    .where(among_told(Track.id, "ids"), is_for_all())
)
_ON = select(ReleaseTrack.track_id).where(
    ReleaseTrack.release_id == bindparam("release", type_=Uuid())
)
_ALBUMS = select(Release).where(among_told(Release.id, "ids"), _IS_OUT)
_LENGTH_MS = Master.samples * 1000 / Master.sample_rate
_SUMS = (
    placed(
        select(
            Release.id.label("release_id"),
            func.count().label("songs"),
            func.sum(_LENGTH_MS).label("duration_ms"),
        ).select_from(Track)
    )
    .join(Master, Master.id == Track.master_id)
    .where(among_told(Release.id, "ids"), is_for_all())
    .group_by(Release.id)
)
_IS_NAMED = ReleaseArtist.confirmed_at.is_not(None)
_ON_RELEASES = (
    select(ReleaseArtist.artist_id, func.count(Release.id.distinct()).label("albums"))
    .join(Release, Release.id == ReleaseArtist.release_id)
    .where(_IS_NAMED, _IS_OUT)
    .group_by(ReleaseArtist.artist_id)
)


def _asking_performers(on_releases: Subquery) -> Select[*tuple[Any, ...]]:
    return (
        select(
            *(Artist.id, Artist.name, Artist.sort_name, on_releases.c.albums),
            is_shown(Artist.artwork_id).label("has_picture"),
        )
        .outerjoin(on_releases, on_releases.c.artist_id == Artist.id)
        .where(or_(on_releases.c.albums.is_not(None), is_heard_of_artist(Artist.id)))
        .order_by(Artist.sort_name, Artist.id)
    )


_PERFORMERS = _asking_performers(_ON_RELEASES.subquery("on_releases"))
# Releases of others are not counted.
_SOME_PERFORMERS = _asking_performers(
    _ON_RELEASES.where(among_told(ReleaseArtist.artist_id, "ids")).subquery("on_releases")
).where(among_told(Artist.id, "ids"))
_OF_TRACK = placed(
    select(TrackGenre.genre, Track.id.label("track_id"), Release.id.label("release_id"))
    .select_from(TrackGenre)
    .join(Track, Track.id == TrackGenre.track_id)
).where(is_for_all())
_OF_RELEASE = (
    select(ReleaseGenre.genre, Track.id.label("track_id"), Release.id.label("release_id"))
    .select_from(ReleaseGenre)
    .join(Release, Release.id == ReleaseGenre.release_id)
    .join(ReleaseTrack, ReleaseTrack.release_id == Release.id)
    .join(Track, Track.id == ReleaseTrack.track_id)
    .where(is_for_all())
)
_EITHER = union(_OF_TRACK, _OF_RELEASE).subquery("either")
_GENRES = select(
    _EITHER.c.genre,
    func.count(_EITHER.c.track_id.distinct()),
    func.count(_EITHER.c.release_id.distinct()),
).group_by(_EITHER.c.genre)
