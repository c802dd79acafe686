"""Calls about playlists: those of whoever asks, and those that others share with them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aiohttp import web

from base.database import Session
from catalog.collection import songs_of
from catalog.models.playlists import PlaylistEntry
from catalog.playlist_entries import (
    add_entries,
    entries_of,
    remove_entries,
    replace_entries,
)
from catalog.playlist_rules import MOST_PLAYLISTS, MOST_TRACKS, Visibility, may_edit
from catalog.playlists import (
    Shown,
    Wording,
    create,
    editable,
    keepable,
    owned_by,
    remove,
    shared_with,
    shown,
    word,
)
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.subsonic.answers import Content, when
from stream.subsonic.door import ASKED
from stream.subsonic.faults import Code, Fault
from stream.subsonic.ids import Named, Thing, id_of
from stream.subsonic.parameters import Parameters
from stream.subsonic.told import told_songs


async def get_playlists(request: web.Request) -> Content:
    """Answer whoever asks their own playlists, and those of others that they share."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        own = await owned_by(session, who.id, limit=MOST_PLAYLISTS, public=False)
        shared = [one for one, _ in await shared_with(session, who.id, limit=MOST_PLAYLISTS)]
    found = [*own, *shared]
    return {"playlists": {"playlist": [_facts(one) for one in found]}}


async def get_playlist(request: web.Request) -> Content:
    """Answer a playlist and its songs."""
    playlist_id = id_of(request[ASKED].must("id"), Thing.PLAYLIST)
    async with request.app[TOOLS].database.read() as session:
        return {"playlist": await _whole(session, request, playlist_id)}


async def create_playlist(request: web.Request) -> Content:
    """Make a playlist, or let one be other songs than it was."""
    who, tools, asked = await caller(request), request.app[TOOLS], request[ASKED]
    tracks, now = _tracks(asked, "songId"), tools.clock()
    async with tools.database.begin() as session:
        if asked.get("playlistId"):
            playlist_id = id_of(asked.get("playlistId"), Thing.PLAYLIST)
            playlist = (await editable(session, playlist_id, who.id)).playlist
            await replace_entries(session, playlist, tracks, by=who.person_id, now=now)
        else:
            wording = Wording(title=asked.must("name")[:200])
            playlist = await create(session, who.id, wording, now=now)
            await add_entries(session, playlist, tracks, by=who.person_id, now=now)
        return {"playlist": await _whole(session, request, playlist.id)}


async def update_playlist(request: web.Request) -> Content:
    """Call a playlist something else, show it to all or to nobody, add songs and take some away.

    Songs are taken away by their place, as it was before any was.
    """
    who, tools, asked = await caller(request), request.app[TOOLS], request[ASKED]
    playlist_id = id_of(asked.must("playlistId"), Thing.PLAYLIST)
    added, now = _tracks(asked, "songIdToAdd"), tools.clock()
    async with tools.database.begin() as session:
        if any(asked.get(name) for name in ("name", "comment", "public")):
            found = await keepable(session, playlist_id, who.id)
            word(found.playlist, _wording(asked, found), now=now)
        playlist = (await editable(session, playlist_id, who.id)).playlist
        shown_entries = await _shown(session, playlist_id)
        gone = [shown_entries[one].id for one in _places(asked) if one < len(shown_entries)]
        await remove_entries(session, playlist, gone, now=now)
        await add_entries(session, playlist, added, by=who.person_id, now=now)
    return {}


async def delete_playlist(request: web.Request) -> Content:
    """Delete a playlist, for all who share it."""
    who, playlist_id = await caller(request), id_of(request[ASKED].must("id"), Thing.PLAYLIST)
    async with request.app[TOOLS].database.begin() as session:
        await remove(session, [(await keepable(session, playlist_id, who.id)).playlist.id])
    return {}


async def _whole(session: Session, request: web.Request, playlist_id: UUID) -> Content:
    found = await shown(session, playlist_id, (await caller(request)).id)
    entries = await _shown(session, playlist_id)
    songs = await told_songs(session, request, [one.track_id for one in entries])
    return {**_facts(found), "songCount": len(songs), "entry": songs}


async def _shown(session: Session, playlist_id: UUID) -> list[PlaylistEntry]:
    """Answer the entries that players are told of, and by whose places they name them."""
    entries = await entries_of(session, playlist_id, limit=MOST_TRACKS)
    known = await songs_of(session, [one.track_id for one in entries])
    return [one for one in entries if one.track_id in known]


def _facts(found: Shown) -> Content:
    playlist = found.playlist
    return {
        "id": str(Named(Thing.PLAYLIST, playlist.id)),
        "name": playlist.title,
        "comment": playlist.description,
        "owner": found.owner,
        "public": playlist.visibility == Visibility.PUBLIC,
        "songCount": playlist.tracks,
        "duration": round(playlist.duration_ms / 1000),
        "created": when(playlist.created_at),
        "changed": when(playlist.changed_at),
        "readonly": not may_edit(found.part),
    }


def _wording(asked: Parameters, found: Shown) -> Wording:
    """Read what it is to be called; who shows it to those who know its address goes on so."""
    playlist, visibility = found.playlist, Visibility(found.playlist.visibility)
    if asked.get("public"):
        is_shown = asked.yes("public")
        hidden = Visibility.PRIVATE if visibility is Visibility.PUBLIC else visibility
        visibility = Visibility.PUBLIC if is_shown else hidden
    return Wording(
        title=asked.get("name", playlist.title)[:200],
        description=asked.get("comment", playlist.description)[:2000],
        visibility=visibility,
    )


def _tracks(asked: Parameters, name: str) -> Sequence[UUID]:
    return [id_of(one, Thing.SONG) for one in asked.all(name)]


def _places(asked: Parameters) -> Sequence[int]:
    found = asked.all("songIndexToRemove")
    if len(found) > MOST_TRACKS or not all(one.isascii() and one.isdigit() for one in found):
        raise Fault(Code.GENERIC, "songIndexToRemove is a place on the playlist, from 0 on.")
    return sorted({int(one) for one in found if len(one) < len(str(MOST_TRACKS)) + 1})
