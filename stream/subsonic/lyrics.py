"""Calls that answer what is sung: as text, and line by line."""

from __future__ import annotations

from aiohttp import web

from base.database import Session
from catalog.collection import Song, songs_of
from catalog.facts import lyrics_of
from catalog.models.search import SearchKind
from catalog.models.words import Lyrics
from catalog.search import Asked, search
from catalog.words import folded
from ingest.lrc import parse
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.subsonic.answers import Content
from stream.subsonic.door import ASKED
from stream.subsonic.faults import not_found
from stream.subsonic.ids import Thing, id_of

#: Of songs that are called as asked for, so many are looked at.
_TRIED = 20
#: What is not known of a language (ISO 639-2).
_UNKNOWN = "und"


async def get_lyrics(request: web.Request) -> Content:
    """Answer what is sung on a song, by its name and who it is by."""
    asked = request[ASKED]
    artist, title = asked.get("artist"), asked.get("title")
    async with request.app[TOOLS].database.read() as session:
        found = await _called(session, artist, title) if title else None
        row = await lyrics_of(session, found.card.track_id) if found else None
    if found is None or row is None:
        return {"lyrics": {"value": ""}}
    card = found.card
    return {"lyrics": {"artist": card.artist, "title": card.title, "value": row.plain}}


async def get_lyrics_by_song_id(request: web.Request) -> Content:
    """Answer what is sung on a song, line by line, with times where there are any."""
    await caller(request)
    track_id = id_of(request[ASKED].must("id"), Thing.SONG)
    async with request.app[TOOLS].database.read() as session:
        song = (await songs_of(session, [track_id])).get(track_id)
        if song is None:
            raise not_found("song")
        row = await lyrics_of(session, track_id)
    told = [] if row is None else list(_structured(song, row))
    return {"lyricsList": {"structuredLyrics": told}}


def _structured(song: Song, row: Lyrics) -> list[Content]:
    head = {
        "displayArtist": song.card.artist,
        "displayTitle": song.card.title,
        "lang": row.language or _UNKNOWN,
    }
    plain: list[Content] = [{"value": line} for line in row.plain.splitlines()]
    told: list[Content] = [{**head, "synced": False, "line": plain}]
    if row.synced is not None:
        timed: list[Content] = [
            {"start": one.at_ms, "value": one.text} for one in parse(row.synced)
        ]
        told.insert(0, {**head, "synced": True, "offset": 0, "line": timed})
    return told


async def _called(session: Session, artist: str, title: str) -> Song | None:
    words = Asked(text=f"{artist} {title}", kinds=(SearchKind.TRACK,), limit=_TRIED)
    ids = [one.document.subject_id for one in await search(session, words)]
    songs = await songs_of(session, ids)
    for one in (songs[number] for number in ids if number in songs):
        is_by = not artist or folded(one.card.artist) == folded(artist)
        if is_by and folded(one.card.title) == folded(title) and one.said.has_lyrics:
            return one
    return None
