"""Calls that turn the pages of the collection: artists, albums, songs, genres."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from uuid import UUID

from aiohttp import web

from base.database import Session
from catalog.artists import artist_of
from catalog.callers import Caller
from catalog.collection import (
    Performer,
    genre_counts,
    performers_of,
    songs_of,
    songs_on,
)
from catalog.discographies import releases_by_artist, tracks_by_artist
from catalog.genres import name_of
from catalog.similar import heard_beside, most_played_of
from stream.identity.callers import caller
from stream.keys import MOMENTS, ORIGIN, TOOLS
from stream.subsonic.answers import Content
from stream.subsonic.door import ASKED, written_once
from stream.subsonic.everybody import everybody
from stream.subsonic.faults import not_found
from stream.subsonic.ids import Named, Thing, id_of, named
from stream.subsonic.songs import artist_facts
from stream.subsonic.told import tell_songs, told_albums, told_artists, told_songs

#: Articles that are left out where names are put in order (`catalog.words.sort_name_of`).
_ARTICLES = "The A An El La Los Las Le Les Die Der Das Ein Eine"
_MOST_ALBUMS, _MOST_SONGS = 1_000, 500
_SIMILAR, _TOP = 50, 50
#: There is one collection, and all of it hangs below this.
_ROOT = "1"


async def get_artists(request: web.Request) -> web.StreamResponse | Content:
    """Answer all artists, by the letters that they begin with."""
    known = await everybody(request)

    def told() -> Content:
        index: list[Content] = [
            {"name": letter, "artist": [artist_facts(one) for one in those]}
            for letter, those in _by_letter(known.artists)
        ]
        return {"artists": {"ignoredArticles": _ARTICLES, "index": index}}

    return await written_once(request, told, known.written)


async def get_indexes(request: web.Request) -> web.StreamResponse | Content:
    """Answer the same to players that know folders only, if it is another than they know."""
    known = await everybody(request)
    changed_ms = math.ceil(known.changed_at.timestamp() * 1000)
    head: Content = {"ignoredArticles": _ARTICLES, "lastModified": changed_ms}
    if request[ASKED].number("ifModifiedSince", 0) >= changed_ms:
        return {"indexes": head}

    def told() -> Content:
        index: list[Content] = [
            {"name": letter, "artist": [_as_artist(one) for one in those]}
            for letter, those in _by_letter(known.artists)
        ]
        return {"indexes": {**head, "index": index}}

    return await written_once(request, told, known.written)


async def get_artist(request: web.Request) -> Content:
    """Answer an artist and what they have put out, the newest first."""
    who, artist_id = await caller(request), id_of(request[ASKED].must("id"), Thing.ARTIST)
    async with request.app[TOOLS].database.read() as session:
        told = await _artist(session, who, artist_id)
        albums = await told_albums(session, who, await _albums_by(session, artist_id))
    return {"artist": {**told, "album": albums}}


async def get_album(request: web.Request) -> Content:
    """Answer an album and its songs in their order."""
    who, release_id = await caller(request), id_of(request[ASKED].must("id"), Thing.ALBUM)
    async with request.app[TOOLS].database.read() as session:
        told = await told_albums(session, who, [release_id])
        if not told:
            raise not_found("album")
        songs = await tell_songs(session, request, await songs_on(session, release_id))
    return {"album": {**told[0], "song": songs}}


async def get_song(request: web.Request) -> Content:
    """Answer a song."""
    track_id = id_of(request[ASKED].must("id"), Thing.SONG)
    async with request.app[TOOLS].database.read() as session:
        told = await told_songs(session, request, [track_id])
    if not told:
        raise not_found("song")
    return {"song": told[0]}


async def get_genres(request: web.Request) -> Content:
    """Answer the genres of which anything can be heard, and how much."""

    async def make() -> list[Content]:
        async with request.app[TOOLS].database.read() as session:
            counted = await genre_counts(session)
        return [
            {"value": name_of(slug), "songCount": songs, "albumCount": albums}
            for slug, (songs, albums) in sorted(counted.items(), key=lambda one: name_of(one[0]))
        ]

    return {"genres": {"genre": await request.app[MOMENTS].of("subsonic genres", make)}}


async def get_music_directory(request: web.Request) -> Content:
    """Answer what lies in a folder: artists in the one collection, albums of one, songs of one."""
    who, text = await caller(request), request[ASKED].must("id")
    if text == _ROOT:
        known = await everybody(request)
        child: list[Content] = [_as_folder(one) for one in known.artists]
        return {"directory": {"id": _ROOT, "name": "Refrain", "child": child}}
    found = named(text)
    async with request.app[TOOLS].database.read() as session:
        if found.thing is Thing.ARTIST:
            told = await _artist(session, who, found.id)
            ids = await _albums_by(session, found.id)
            child = await told_albums(session, who, ids, as_folders=True)
            parent = _ROOT
        else:
            [told] = await told_albums(session, who, [found.id]) or [{}]
            if found.thing is not Thing.ALBUM or not told:
                raise not_found("directory")
            child = await tell_songs(session, request, await songs_on(session, found.id))
            parent = str(told.get("artistId") or _ROOT)
    head = {"id": text, "parent": parent, "name": told["name"], "starred": told.get("starred")}
    return {"directory": {**head, "child": child}}


async def get_artist_info(request: web.Request) -> Content:
    """Answer what an artist says of themselves, and who is heard beside them."""
    return {"artistInfo": await _artist_info(request)}


async def get_artist_info2(request: web.Request) -> Content:
    """Answer the same."""
    return {"artistInfo2": await _artist_info(request)}


async def get_album_info(request: web.Request) -> Content:
    """Answer where the cover of an album is; of notes there are none."""
    who, release_id = await caller(request), id_of(request[ASKED].must("id"), Thing.ALBUM)
    async with request.app[TOOLS].database.read() as session:
        [told] = await told_albums(session, who, [release_id]) or [{}]
    if not told:
        raise not_found("album")
    pictures = _pictures(request, f"releases/{release_id}/artwork") if told["coverArt"] else {}
    return {"albumInfo": {"musicBrainzId": told["musicBrainzId"], **pictures}}


async def get_similar_songs(request: web.Request) -> Content:
    """Answer what those hear who hear a song, an album or an artist."""
    return {"similarSongs": {"song": await _similar(request)}}


async def get_similar_songs2(request: web.Request) -> Content:
    """Answer the same."""
    return {"similarSongs2": {"song": await _similar(request)}}


async def get_top_songs(request: web.Request) -> Content:
    """Answer the songs of an artist that are heard most, by their number or their name."""
    asked = request[ASKED]
    count = asked.number("count", _TOP, most=_MOST_SONGS)
    async with request.app[TOOLS].database.read() as session:
        number = asked.get("id")
        artist_id = id_of(number, Thing.ARTIST) if number else None
        name = "" if number else asked.must("artist")
        tracks = await most_played_of(session, artist_id=artist_id, name=name, limit=count)
        return {"topSongs": {"song": await told_songs(session, request, tracks)}}


def _by_letter(found: Sequence[Performer]) -> Iterable[tuple[str, list[Performer]]]:
    ordered = sorted(found, key=lambda one: (_letter(one), one.sort_name))
    return ((letter, list(those)) for letter, those in groupby(ordered, key=_letter))


def _letter(one: Performer) -> str:
    first = one.sort_name[:1].upper()
    return first if first.isalpha() else "#"


def _as_artist(one: Performer) -> Content:
    return {"id": str(Named(Thing.ARTIST, one.id)), "name": one.name}


def _as_folder(one: Performer) -> Content:
    number = str(Named(Thing.ARTIST, one.id))
    return {"id": number, "parent": _ROOT, "isDir": True, "title": one.name}


async def _artist(session: Session, who: Caller, artist_id: UUID) -> Content:
    told = await told_artists(session, who, [artist_id])
    if not told:
        raise not_found("artist")
    return told[0]


async def _albums_by(session: Session, artist_id: UUID) -> list[UUID]:
    found = await releases_by_artist(session, artist_id, after=None, limit=_MOST_ALBUMS)
    return [one.id for one in found]


async def _artist_info(request: web.Request) -> Content:
    artist_id = id_of(request[ASKED].must("id"), Thing.ARTIST)
    async with request.app[TOOLS].database.read() as session:
        found = (await performers_of(session, [artist_id])).get(artist_id)
        if found is None:
            raise not_found("artist")
        row = await artist_of(session, artist_id)
    pictures = _pictures(request, f"artists/{artist_id}/picture") if found.picture else {}
    mbid = None if row.mbid is None else str(row.mbid)
    return {"biography": row.bio, "musicBrainzId": mbid, **pictures}


def _pictures(request: web.Request, of: str) -> dict[str, str]:
    root = f"{request.app[ORIGIN]}/api/v1/{of}?size="
    sizes = {"smallImageUrl": 160, "mediumImageUrl": 320, "largeImageUrl": 1280}
    return {name: f"{root}{size}" for name, size in sizes.items()}


async def _similar(request: web.Request) -> list[Content]:
    asked = request[ASKED]
    count = asked.number("count", _SIMILAR, most=_MOST_SONGS)
    found = named(asked.must("id"))
    async with request.app[TOOLS].database.read() as session:
        tracks = await _tracks_of(session, found)
        beside = await heard_beside(session, tracks, limit=count)
        return await told_songs(session, request, beside)


async def _tracks_of(session: Session, found: Named) -> list[UUID]:
    """Answer a song, or those of an album or an artist.

    Raises:
        Fault: 70: there is none to be heard.

    """
    if found.thing is Thing.ARTIST:
        those = await tracks_by_artist(session, found.id, after=None, limit=_TOP)
        tracks = [track_id for _, track_id in those]
    elif found.thing is Thing.ALBUM:
        tracks = [one.card.track_id for one in await songs_on(session, found.id)]
    else:
        tracks = list(await songs_of(session, [found.id]))
    if not tracks:
        raise not_found("song")
    return tracks
