"""Tracks, trackgroups, artists, labels and playlists by their numbers, in the earlier shapes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aiohttp import web

from base.database import Session
from catalog.callers import Caller
from catalog.cards import Card, cards_for
from catalog.collection import albums_of
from catalog.favourites import marks_of
from catalog.group_pages import artist_pages, label_pages
from catalog.liking import Kind
from catalog.permissions import Permission
from catalog.pictures import PictureOf
from catalog.playlist_entries import covers_of
from catalog.playlists import Shown, playlists_by_id
from catalog.plays import UNHEARD, standings_of
from catalog.said import said_of_tracks
from stream.keys import CALLER, ORIGIN
from stream.legacy.paging import Document
from stream.legacy.shapes import Known, album_shape, page_shape, playlist_shape, track_shape


def me_in(request: web.Request, permission: Permission = Permission.LIBRARY_READ) -> UUID | None:
    """Answer whose own things may be told, where somebody asks whom we know."""
    who: Caller | None = request.get(CALLER)
    return None if who is None else who.personal_id(permission)


async def told_tracks(
    session: Session,
    request: web.Request,
    tracks: Sequence[UUID],
    *,
    owner_id: UUID | None = None,
) -> list[Document]:
    """Tell of tracks in the order of their numbers; what nobody may know of is left out.

    An owner is told of their own, also where they showed no more than that it is theirs.
    """
    found = await cards_for(session, owner_id or me_in(request), tracks)
    return await _tracks(session, request, [found[one] for one in tracks if one in found])


async def _tracks(session: Session, request: web.Request, cards: Sequence[Card]) -> list[Document]:
    me, at = me_in(request), request.app[ORIGIN]
    ids = [one.track_id for one in cards]
    if not ids:
        return []
    said = await said_of_tracks(session, ids)
    if me is None:
        return [track_shape(one, said[one.track_id], None, at=at) for one in cards]
    marks = await marks_of(session, me, Kind.TRACK, ids)
    recordings = [one.recording_id for one in cards]
    standings = await standings_of(session, listener_id=me, recordings=recordings)
    return [
        track_shape(
            one,
            said[one.track_id],
            Known(
                is_liked=marks[one.track_id].since is not None,
                plays=standings.get(one.recording_id, UNHEARD).plays,
            ),
            at=at,
        )
        for one in cards
    ]


async def told_releases(
    session: Session, request: web.Request, releases: Sequence[UUID]
) -> list[Document]:
    """Tell of releases that are out, in the order of their numbers."""
    found = await albums_of(session, releases) if releases else {}
    return [album_shape(found[one], at=request.app[ORIGIN]) for one in releases if one in found]


async def told_artists(
    session: Session,
    request: web.Request,
    artists: Sequence[UUID],
    *,
    owner_id: UUID | None = None,
) -> list[Document]:
    """Tell of artists in the order of their numbers; an owner of their own as well."""
    found = (
        await artist_pages(session, artists, for_id=owner_id or me_in(request)) if artists else {}
    )
    at = request.app[ORIGIN]
    return [page_shape(*found[one], at=at) for one in artists if one in found]


async def told_labels(
    session: Session, request: web.Request, labels: Sequence[UUID]
) -> list[Document]:
    """Tell of labels in the order of their numbers."""
    found = await label_pages(session, labels, for_id=me_in(request)) if labels else {}
    at = request.app[ORIGIN]
    return [page_shape(*found[one], at=at) for one in labels if one in found]


async def told_playlists(
    session: Session, request: web.Request, playlists: Sequence[UUID]
) -> list[Document]:
    """Tell of playlists that whoever asks may see, in the order of their numbers."""
    found = await playlists_by_id(session, playlists, for_id=me_in(request)) if playlists else {}
    return await tell_playlists(session, request, [found[o] for o in playlists if o in found])


async def tell_playlists(
    session: Session, request: web.Request, found: Sequence[Shown]
) -> list[Document]:
    """Tell of playlists that were read; each is shown with the first cover that is on it."""
    first = await covers_of(session, [one.playlist.id for one in found]) if found else {}
    tracks = {one for several in first.values() for one in several}
    cards = await cards_for(session, None, tracks) if tracks else {}
    covers: dict[UUID, PictureOf | None] = {
        key: next((cards[o].cover for o in several if o in cards and cards[o].cover), None)
        for key, several in first.items()
    }
    at = request.app[ORIGIN]
    return [playlist_shape(one, covers.get(one.playlist.id), at=at) for one in found]
