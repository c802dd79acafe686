"""What there is to find: of each kind, what is told of it now, and whether all may know of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, ColumnElement, select, union

from base.bulk import among
from base.database import Session
from base.several import among_told
from catalog.artworks import is_shown
from catalog.discographies import is_heard_of_artist, is_heard_of_label
from catalog.holders import holds
from catalog.models.artists import Artist, Label, ReleaseArtist, ReleaseLabel, TrackArtist
from catalog.models.base import table_of
from catalog.models.music import Track
from catalog.models.playlists import Playlist
from catalog.models.releases import Release, ReleaseTrack
from catalog.models.search import SearchKind
from catalog.music import AUDIBLE
from catalog.pictures import PictureOf, Shown, cover_of, picture_of
from catalog.spelling import fold
from catalog.states import HIDDEN, ReleaseState, TrackState

_TRACKS = table_of(Track).c
_RELEASES = table_of(Release).c
_PLACES = table_of(ReleaseTrack).c
_LONGEST_WORD = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something that can be found: what it is called, by whom it is, and what else is said."""

    kind: SearchKind
    subject_id: UUID
    owner_id: UUID | None
    title: str
    credited: str | None = None
    also: Sequence[str] = ()
    is_public: bool = True
    picture: PictureOf | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Everything by which it is found, in one order."""
        told = [fold(one) for one in (self.title, self.credited, *self.also) if one]
        found = {word[:_LONGEST_WORD] for one in told for word in one.lexemes}
        found.update(word for one in told if (word := one.joined) and self.is_name)
        return tuple(sorted(found))

    @property
    def is_name(self) -> bool:
        """Whether its title is a name, which many write as one word."""
        return self.kind in {SearchKind.ARTIST, SearchKind.LABEL}


_OF_TRACKS = (
    select(
        *(_TRACKS.id, _TRACKS.owner_id, _TRACKS.title, _TRACKS.artist, _TRACKS.state),
        *(_RELEASES.state.label("release_state"), _RELEASES.id.label("release_id")),
        *(_RELEASES.artwork_id, is_shown(_TRACKS.artwork_id).label("has_cover")),
    )
    .outerjoin(table_of(ReleaseTrack), _PLACES.track_id == _TRACKS.id)
    .outerjoin(table_of(Release), _RELEASES.id == _PLACES.release_id)
    .where(among_told(_TRACKS.id, "ids"), _TRACKS.state != TrackState.REMOVED)
    .where(~holds())
)
_OF_RELEASES = select(
    *(_RELEASES.id, _RELEASES.owner_id, _RELEASES.title, _RELEASES.artist, _RELEASES.label),
    *(_RELEASES.state, _RELEASES.is_announced, _RELEASES.artwork_id),
).where(among_told(_RELEASES.id, "ids"))
_LISTS = table_of(Playlist).c
_OF_PLAYLISTS = select(
    *(_LISTS.id, _LISTS.owner_id, _LISTS.title, _LISTS.description, _LISTS.visibility)
).where(among_told(_LISTS.id, "ids"))


async def _tracks(session: Session, ids: Collection[UUID]) -> Iterable[Source]:
    return [
        Source(
            kind=SearchKind.TRACK,
            subject_id=row.id,
            owner_id=row.owner_id,
            title=row.title,
            credited=row.artist,
            is_public=row.state in AUDIBLE and row.release_state not in HIDDEN,
            picture=cover_of(
                row.id,
                has_own=row.has_cover,
                release_id=row.release_id,
                has_release_one=row.artwork_id is not None,
            ),
        )
        for row in await session.execute(_OF_TRACKS, {"ids": ids})
    ]


def _is_awaited(state: str, is_announced: bool) -> bool:  # noqa: FBT001 - as the row has it
    return is_announced and state == ReleaseState.SCHEDULED


async def _releases(session: Session, ids: Collection[UUID]) -> Iterable[Source]:
    found = await session.execute(_OF_RELEASES, {"ids": ids})
    return [
        Source(
            kind=SearchKind.RELEASE,
            subject_id=row.id,
            owner_id=row.owner_id,
            title=row.title,
            credited=row.artist,
            also=[row.label] if row.label else [],
            is_public=row.state == ReleaseState.PUBLISHED
            or _is_awaited(row.state, row.is_announced),
            picture=picture_of(Shown.RELEASE, row.id, is_there=row.artwork_id is not None),
        )
        for row in found
    ]


def _named(
    kind: SearchKind, model: type[Artist | Label], is_heard_of: Callable[..., ColumnElement[bool]]
) -> Callable[[Session, Collection[UUID]], Awaitable[Iterable[Source]]]:
    """Answer how artists, or labels, are read: for all who have put out anything."""
    told = table_of(model).c
    columns = told.id, told.account_id, told.name, told.sort_name
    flags = (is_heard_of(told.id), "is_public"), (is_shown(told.artwork_id), "has_picture")
    query = select(*columns, *(one.label(name) for one, name in flags))
    question = query.where(among_told(told.id, "ids"))

    async def read(session: Session, ids: Collection[UUID]) -> Iterable[Source]:
        return [
            Source(
                kind=kind,
                subject_id=row.id,
                owner_id=row.account_id,
                title=row.name,
                also=[row.sort_name],
                is_public=bool(row.is_public),
                picture=picture_of(Shown(kind), row.id, is_there=row.has_picture),
            )
            for row in await session.execute(question, {"ids": ids})
        ]

    return read


async def _playlists(session: Session, ids: Collection[UUID]) -> Iterable[Source]:
    return [
        Source(
            kind=SearchKind.PLAYLIST,
            subject_id=row.id,
            owner_id=row.owner_id,
            title=row.title,
            also=[row.description],
            is_public=row.visibility == "public",
        )
        for row in await session.execute(_OF_PLAYLISTS, {"ids": ids})
    ]


async def named_on(
    session: Session, releases: Collection[UUID], tracks: Collection[UUID]
) -> tuple[Collection[UUID], Collection[UUID]]:
    """Answer the artists and labels of music, who are found as long as all can hear any of it."""
    on_release, on_track = table_of(ReleaseArtist).c, table_of(TrackArtist).c
    artists = union(
        select(on_release.artist_id).where(among(session, on_release.release_id, releases)),
        select(on_track.artist_id).where(among(session, on_track.track_id, tracks)),
    )
    put_out = table_of(ReleaseLabel).c
    labels = select(put_out.label_id).where(among(session, put_out.release_id, releases))
    return set(await session.scalars(artists)), set(await session.scalars(labels))


async def standing_on(session: Session, releases: Collection[UUID]) -> Collection[UUID]:
    """Answer the tracks of releases, which are found as soon as those are published."""
    query = select(_PLACES.track_id).where(among(session, _PLACES.release_id, releases))
    return set(await session.scalars(query))


#: Which column has the subjects of a kind.
SUBJECTS: Mapping[SearchKind, Column[UUID]] = {
    SearchKind.TRACK: _TRACKS.id,
    SearchKind.RELEASE: _RELEASES.id,
    SearchKind.ARTIST: table_of(Artist).c.id,
    SearchKind.LABEL: table_of(Label).c.id,
    SearchKind.PLAYLIST: table_of(Playlist).c.id,
}
#: How each kind is read; what is not answered is not there any more.
SOURCES: Mapping[SearchKind, Callable[[Session, Collection[UUID]], Awaitable[Iterable[Source]]]] = {
    SearchKind.TRACK: _tracks,
    SearchKind.RELEASE: _releases,
    SearchKind.ARTIST: _named(SearchKind.ARTIST, Artist, is_heard_of_artist),
    SearchKind.LABEL: _named(SearchKind.LABEL, Label, is_heard_of_label),
    SearchKind.PLAYLIST: _playlists,
}
