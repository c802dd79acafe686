"""Who is named on what was made, and what listeners keep: artists, labels, lists, favourites.

All of it follows the same chance as the catalogue that it is about (refrain.synthetic_catalogue).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np

from base.bulk import Row, in_parts, insert_many
from base.tools import Tools
from catalog.artists import ArtistKind
from catalog.credit_roles import ArtistRole, kind_of
from catalog.liking import Kind
from catalog.models.artists import Artist, Label, ReleaseArtist, ReleaseLabel, TrackArtist
from catalog.models.base import Model, table_of
from catalog.models.listening import Favourite, Follow
from catalog.models.playlists import Playlist, PlaylistEntry
from catalog.models.releases import Credit
from catalog.ranks import several
from catalog.words import folded, sort_name_of
from refrain.binary_rows import Numbers
from refrain.synthetic_catalogue import (
    TRACKS_OF_RELEASE,
    Catalogue,
    Sizes,
    chance_of,
    made_ids,
    names_of_artists,
    uuids,
)

_ARTISTS_OF_LABEL, _LISTENERS_OF_LIST, _TRACKS_OF_LIST = 20, 4, 12
_LIKED, _FOLLOWED = 5, 3
_DURATION_MS = 200_000
_COMPOSER = "Composer"
_KNOWN = timedelta(days=200)
_ARTIST = ("id", "account_id", "name", "sort_name", "kind", "links", "edited")
_LABEL = ("id", "account_id", "name", "sort_name", "links", "edited")
_TIMES = ("created_at", "changed_at")
_NAMED = ("number", "artist_id", "role", "name", "joined", "confirmed_at")
_LIST = (
    *("id", "owner_id", "title", "description", "visibility", "version", "tracks"),
    *("duration_ms", "created_at", "changed_at"),
)
_ENTRY = ("id", "playlist_id", "rank", "track_id", "added_by", "added_at")
_KEPT = ("account_id", "kind", "subject_id", "since")


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What was made: ids of pages and of lists."""

    artists: Sequence[UUID]
    labels: Sequence[UUID]
    playlists: Sequence[UUID]


async def make_library(tools: Tools, sizes: Sizes, made: Catalogue) -> Library:
    """Make all of it, of a catalogue that was made with the same sizes."""
    at = tools.clock() - _KNOWN
    artists = uuids(made_ids(sizes, "pages", len(made.artists)))
    labels = uuids(made_ids(sizes, "labels", max(1, len(artists) // _ARTISTS_OF_LABEL)))
    lists = uuids(made_ids(sizes, "lists", max(1, sizes.listeners // _LISTENERS_OF_LIST)))
    names = names_of_artists(sizes, len(artists))
    owners = uuids(made.artists)
    rows = zip(artists, owners, names, strict=True)
    await _write(tools, Artist, (*_ARTIST, *_TIMES), [_page(*one, at) for one in rows])
    told = [_label(one, owners[n], names[n], at) for n, one in enumerate(labels)]
    await _write(tools, Label, (*_LABEL, *_TIMES), told)
    await _name(tools, made, artists, labels, names, at)
    await _keep(tools, sizes, made, artists, at)
    await _list(tools, sizes, made, lists, at)
    return Library(artists=artists, labels=labels, playlists=lists)


def _page(id_: UUID, owner: UUID, name: str, at: datetime) -> Row:
    kind = str(ArtistKind.OTHER)
    return (id_, owner, name, folded(sort_name_of(name))[:200], kind, "[]", "[]", at, at)


def _label(id_: UUID, owner: UUID, name: str, at: datetime) -> Row:
    called = f"{name[:190]} Records"
    return (id_, owner, called, folded(sort_name_of(called))[:200], "[]", "[]", at, at)


async def _name(  # noqa: PLR0913, PLR0917 - all that is named
    tools: Tools,
    made: Catalogue,
    artists: Sequence[UUID],
    labels: Sequence[UUID],
    names: Sequence[str],
    at: datetime,
) -> None:
    """Name the artist of each track and release, who made it, and who put it out."""

    def named(which: int) -> Row:
        return (0, artists[which], str(ArtistRole.MAIN), names[which], "", at)

    by = [int(one) for one in made.by]
    tracks, releases = uuids(made.tracks), uuids(made.releases)
    of = [by[min(n * TRACKS_OF_RELEASE, len(by) - 1)] for n in range(len(releases))]
    on_tracks = [(one, *named(which)) for one, which in zip(tracks, by, strict=True)]
    await _write(tools, TrackArtist, ("track_id", *_NAMED), on_tracks)
    on_releases = [(one, *named(which)) for one, which in zip(releases, of, strict=True)]
    await _write(tools, ReleaseArtist, ("release_id", *_NAMED), on_releases)
    did = [
        (one, 0, _COMPOSER, names[which], str(kind_of(_COMPOSER)), artists[which])
        for one, which in zip(tracks, by, strict=True)
    ]
    columns = ("track_id", "number", "role", "name", "kind", "artist_id")
    await _write(tools, Credit, columns, did)
    put_out = [(one, labels[n % len(labels)], at) for n, one in enumerate(releases)]
    await _write(tools, ReleaseLabel, ("release_id", "label_id", "confirmed_at"), put_out)


async def _keep(
    tools: Tools, sizes: Sizes, made: Catalogue, artists: Sequence[UUID], at: datetime
) -> None:
    """Let listeners like what is popular, and follow whose it is."""
    listeners = uuids(made.listeners)
    liked = _popular(sizes, made, "liked", (len(listeners), _LIKED))
    followed = made.by[_popular(sizes, made, "followed", (len(listeners), _FOLLOWED))]
    tracks = uuids(made.tracks)
    likes = list(_kept(listeners, liked, Kind.TRACK, tracks, at))
    await _write(tools, Favourite, _KEPT, likes)
    follows = list(_kept(listeners, followed, Kind.ARTIST, artists, at))
    await _write(tools, Follow, _KEPT, follows)


def _kept(
    listeners: Sequence[UUID], which: Numbers, kind: Kind, subjects: Sequence[UUID], at: datetime
) -> Iterator[Row]:
    for listener, some in zip(listeners, which, strict=True):
        for number, one in enumerate(np.unique(some)):
            yield listener, str(kind), subjects[int(one)], at + timedelta(minutes=number)


async def _list(
    tools: Tools, sizes: Sizes, made: Catalogue, lists: Sequence[UUID], at: datetime
) -> None:
    listeners, tracks = uuids(made.listeners), uuids(made.tracks)
    which = _popular(sizes, made, "listed", (len(lists), _TRACKS_OF_LIST))
    ranks = several(None, None, _TRACKS_OF_LIST)
    owners = [listeners[n * _LISTENERS_OF_LIST % len(listeners)] for n in range(len(lists))]
    length = _TRACKS_OF_LIST, _TRACKS_OF_LIST * _DURATION_MS
    rows = [
        (one, owner, f"List {n}", "", "public" if n % 2 else "private", 1, *length, at, at)
        for n, (one, owner) in enumerate(zip(lists, owners, strict=True))
    ]
    await _write(tools, Playlist, _LIST, rows)
    ids = iter(uuids(made_ids(sizes, "entries", which.size)))
    entries = [
        (next(ids), one, rank, tracks[int(track)], owner, at)
        for one, owner, some in zip(lists, owners, which, strict=True)
        for rank, track in zip(ranks, some, strict=True)
    ]
    await _write(tools, PlaylistEntry, _ENTRY, entries)


def _popular(sizes: Sizes, made: Catalogue, name: str, shape: tuple[int, int]) -> Numbers:
    """Answer tracks as likely as they are popular."""
    places = sizes.tracks ** chance_of(sizes, name).random(shape)
    return made.popular[places.astype(np.int64) - 1]


async def _write(
    tools: Tools, model: type[Model], columns: Sequence[str], rows: Sequence[Row]
) -> None:
    for some in in_parts(rows):
        async with tools.database.begin(is_lasting=False) as session:
            await insert_many(session, table_of(model), columns, some)
