"""What there is to hear: lists of it, page by page, and one thing at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.artists import unknown_artist, unknown_label
from catalog.collection import songs_on
from catalog.genres import genre_of
from catalog.music import unknown_track
from catalog.numbered import (
    Numbered,
    TrackOrder,
    artists_heard,
    artists_of_label,
    labels_heard,
    playlists_shown,
    releases_by,
    releases_of_label,
    releases_out,
    releases_tagged,
    tracks_heard,
    tracks_tagged,
)
from catalog.playlist_entries import entries_of
from catalog.playlist_rules import MOST_TRACKS
from catalog.playlists import unknown_playlist
from catalog.release_types import ReleaseType
from catalog.releases import unknown_release
from catalog.similar import most_played_of
from catalog.words import folded
from stream.identity.callers import caller_or_none
from stream.ids import id_in
from stream.keys import MOMENTS, TOOLS
from stream.legacy.paging import Document, Turned, flag, listed, single, turned
from stream.legacy.shapes import with_items
from stream.legacy.told import (
    told_artists,
    told_labels,
    told_playlists,
    told_releases,
    told_tracks,
)

Tell = Callable[[Session, web.Request, Sequence[UUID]], Awaitable[list[Document]]]
#: What earlier clients call types of releases; `lp` is an album.
_TYPES = {"lp": ReleaseType.ALBUM, **{str(one): one for one in ReleaseType}}
_PLAYLIST = "playlist"
_TOP = 20


async def get_tracks(request: web.Request) -> Document:
    """Answer tracks in an order: newest, oldest, plays or random."""
    name = request.query.get("order", "")
    order = TrackOrder(name) if name in set(TrackOrder) else TrackOrder.NEWEST
    return await whole_list(request, tracks_heard(order), told_tracks, "tracks")


async def get_trackgroups(request: web.Request) -> Document:
    """Answer releases, of a type if told; `type=playlist` are playlists."""
    kind, is_random = request.query.get("type", ""), flag(request.query.get("random", ""))
    if kind == _PLAYLIST:
        return await get_playlists(request)
    if kind and kind not in _TYPES:
        return listed([], count=0, page=page_of(request))
    numbered = releases_out(kind=_TYPES.get(kind), is_random=is_random)
    return await whole_list(request, numbered, told_releases, f"releases {kind}")


async def get_playlists(request: web.Request) -> Document:
    """Answer playlists that all may see."""
    is_random = flag(request.query.get("random", ""))
    numbered = playlists_shown(is_random=is_random)
    return await whole_list(request, numbered, told_playlists, "playlists")


async def get_artists(request: web.Request) -> Document:
    """Answer artists by name."""
    return await whole_list(request, artists_heard(), told_artists, "artists")


async def get_updated_artists(request: web.Request) -> Document:
    """Answer artists, the newest first."""
    return await whole_list(request, artists_heard(is_newest=True), told_artists, "artists")


async def get_labels(request: web.Request) -> Document:
    """Answer labels by name."""
    return await whole_list(request, labels_heard(), told_labels, "labels")


async def get_track(request: web.Request) -> Document:
    """Answer a track."""
    track_id = id_in(request.match_info["id"], unknown_track())
    return await _one(request, told_tracks, track_id, unknown_track())


async def get_artist(request: web.Request) -> Document:
    """Answer an artist, and the first of what they have put out."""
    artist_id = id_in(request.match_info["id"], unknown_artist())
    await caller_or_none(request)
    async with request.app[TOOLS].database.read() as session:
        told = next(iter(await told_artists(session, request, [artist_id])), None)
        if told is None:
            raise unknown_artist()
        newest = await releases_by(artist_id).page(session, limit=_TOP, offset=0)
        groups = await told_releases(session, request, newest)
    return single({**told, "trackgroups": groups})


async def get_label(request: web.Request) -> Document:
    """Answer a label."""
    label_id = id_in(request.match_info["id"], unknown_label())
    return await _one(request, told_labels, label_id, unknown_label())


async def get_trackgroup(request: web.Request) -> Document:
    """Answer a release and its tracks in their order, or a playlist, which is one as well."""
    group_id = id_in(request.match_info["id"], unknown_release())
    await caller_or_none(request)
    async with request.app[TOOLS].database.read() as session:
        told = next(iter(await told_releases(session, request, [group_id])), None)
        if told is not None:
            songs = [one.card.track_id for one in await songs_on(session, group_id)]
            return single(with_items(told, await told_tracks(session, request, songs)))
        return single(await playlist_of(session, request, group_id, unknown_release()))


async def get_playlist(request: web.Request) -> Document:
    """Answer a playlist and what stands on it."""
    playlist_id = id_in(request.match_info["id"], unknown_playlist())
    await caller_or_none(request)
    async with request.app[TOOLS].database.read() as session:
        return single(await playlist_of(session, request, playlist_id, unknown_playlist()))


async def playlist_of(
    session: Session, request: web.Request, playlist_id: UUID, unknown: Refused
) -> Document:
    """Answer a playlist that whoever asks may see, with what stands on it.

    Raises:
        Refused: as said, 404.

    """
    told = next(iter(await told_playlists(session, request, [playlist_id])), None)
    if told is None:
        raise unknown
    return await with_entries(session, request, playlist_id, told)


async def with_entries(
    session: Session, request: web.Request, playlist_id: UUID, told: Document
) -> Document:
    """Tell of a playlist with what stands on it."""
    entries = await entries_of(session, playlist_id, limit=MOST_TRACKS)
    return with_items(told, await told_tracks(session, request, [o.track_id for o in entries]))


async def get_artist_releases(request: web.Request) -> Document:
    """Answer what an artist has put out."""
    artist_id = id_in(request.match_info["id"], unknown_artist())
    return await whole_list(request, releases_by(artist_id), told_releases)


async def get_top_tracks(request: web.Request) -> Document:
    """Answer the tracks of an artist that were heard most lately."""
    artist_id = id_in(request.match_info["id"], unknown_artist())
    await caller_or_none(request)
    async with request.app[TOOLS].database.read() as session:
        found = await most_played_of(session, artist_id=artist_id, name="", limit=_TOP)
        return single(await told_tracks(session, request, found))


async def get_label_releases(request: web.Request) -> Document:
    """Answer what a label has put out."""
    label_id = id_in(request.match_info["id"], unknown_label())
    return await whole_list(request, releases_of_label(label_id), told_releases)


async def get_label_artists(request: web.Request) -> Document:
    """Answer who is named on what a label has put out."""
    label_id = id_in(request.match_info["id"], unknown_label())
    return await whole_list(request, artists_of_label(label_id), told_artists)


async def get_user_playlists(request: web.Request) -> Document:
    """Answer somebody's playlists that all may see."""
    owner_id = id_in(request.match_info["id"], unknown_playlist())
    return await whole_list(request, playlists_shown(owner_id=owner_id), told_playlists)


async def get_tag(request: web.Request) -> Document:
    """Answer releases and tracks with a tag, or of a genre of that name."""
    word, page = request.match_info["tag"], page_of(request)
    tag, genre = folded(word), genre_of(word)
    groups, tracks = releases_tagged(tag, genre), tracks_tagged(tag, genre)
    await caller_or_none(request)
    async with request.app[TOOLS].database.read() as session:
        count = max(await groups.count(session), await tracks.count(session))
        data = {
            "trackgroups": await _page(session, request, groups, told_releases, page),
            "tracks": await _page(session, request, tracks, told_tracks, page),
        }
    return listed(data, count=count, page=page)


async def whole_list(
    request: web.Request, numbered: Numbered, tell: Tell, counted_as: str | None = None
) -> Document:
    """Answer a page of a list; how long one is that is everybody's is counted once a moment."""
    page, app = page_of(request), request.app
    await caller_or_none(request)

    async def count() -> int:
        async with app[TOOLS].database.read() as session:
            return await numbered.count(session)

    total = await (app[MOMENTS].of(("v3", counted_as), count) if counted_as else count())
    async with app[TOOLS].database.read() as session:
        data = await _page(session, request, numbered, tell, page)
    return listed(data, count=total, page=page)


def page_of(request: web.Request) -> Turned:
    """Read which page is asked for."""
    return turned(request.query.get("page", ""), request.query.get("limit", ""))


async def _page(
    session: Session, request: web.Request, numbered: Numbered, tell: Tell, page: Turned
) -> list[Document]:
    ids = await numbered.page(session, limit=page.limit, offset=page.offset)
    return await tell(session, request, ids)


async def _one(request: web.Request, tell: Tell, number: UUID, unknown: Refused) -> Document:
    await caller_or_none(request)
    async with request.app[TOOLS].database.read() as session:
        told = next(iter(await tell(session, request, [number])), None)
    if told is None:
        raise unknown
    return single(told)
