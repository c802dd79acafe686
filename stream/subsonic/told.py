"""Songs, albums and artists by their numbers, with what whoever asks thinks of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from base.database import Session
from catalog.callers import Caller
from catalog.collection import Song, albums_of, performers_of, songs_of
from catalog.favourites import marks_of
from catalog.liking import Kind
from catalog.permissions import Permission
from catalog.plays import UNHEARD, standings_of
from stream.subsonic.answers import Content
from stream.subsonic.songs import album_facts, artist_facts, folder_facts, song_facts


async def told_songs(session: Session, who: Caller, tracks: Sequence[UUID]) -> list[Content]:
    """Tell of songs in the order of their numbers; what nobody may hear is left out."""
    found = await songs_of(session, tracks)
    return await tell_songs(session, who, [found[one] for one in tracks if one in found])


async def tell_songs(session: Session, who: Caller, songs: Collection[Song]) -> list[Content]:
    """Tell of songs that were read."""
    me = who.personal_id(Permission.LIBRARY_READ)
    ids = [one.card.track_id for one in songs]
    if me is None or not songs:
        return [song_facts(one) for one in songs]
    marks = await marks_of(session, me, Kind.TRACK, ids)
    recordings = [one.card.recording_id for one in songs]
    heard = await standings_of(session, listener_id=me, recordings=recordings)
    return [
        song_facts(one, marks[one.card.track_id], heard.get(one.card.recording_id, UNHEARD).plays)
        for one in songs
    ]


async def told_albums(
    session: Session, who: Caller, releases: Sequence[UUID], *, as_folders: bool = False
) -> list[Content]:
    """Tell of albums in the order of their numbers, of those that are out."""
    found = await albums_of(session, releases)
    me = who.personal_id(Permission.LIBRARY_READ)
    marks = await marks_of(session, me, Kind.RELEASE, list(found)) if me and found else {}
    tell = folder_facts if as_folders else album_facts
    return [
        tell(found[one], marks[one]) if one in marks else tell(found[one])
        for one in releases
        if one in found
    ]


async def told_artists(session: Session, who: Caller, artists: Sequence[UUID]) -> list[Content]:
    """Tell of artists in the order of their numbers, of those of whom anything can be heard."""
    found = await performers_of(session, artists)
    me = who.personal_id(Permission.LIBRARY_READ)
    marks = await marks_of(session, me, Kind.ARTIST, list(found)) if me and found else {}
    return [
        artist_facts(found[one], marks[one]) if one in marks else artist_facts(found[one])
        for one in artists
        if one in found
    ]
