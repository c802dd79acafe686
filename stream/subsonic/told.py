"""Songs, albums and artists by their numbers, with what whoever asks thinks of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from uuid import UUID

from aiohttp import web

from accounting.seen import Seen, seen_of
from base.database import Session
from catalog.callers import Caller
from catalog.collection import Song, albums_of, performers_of, songs_of
from catalog.favourites import marks_of
from catalog.liking import Kind
from catalog.permissions import Permission
from catalog.plays import UNHEARD, Standing, standings_of
from stream.keys import CALLER, ORIGIN, TOOLS
from stream.subsonic.answers import Content
from stream.subsonic.songs import album_facts, artist_facts, folder_facts, song_facts

_MILLI = 1000


async def told_songs(
    session: Session, request: web.Request, tracks: Sequence[UUID]
) -> list[Content]:
    """Tell of songs in the order of their numbers; what nobody may hear is left out."""
    found = await songs_of(session, tracks)
    return await tell_songs(session, request, [found[one] for one in tracks if one in found])


async def tell_songs(
    session: Session, request: web.Request, songs: Collection[Song]
) -> list[Content]:
    """Tell of songs that were read, and of those that are too dear for whoever asks, why."""
    who = request[CALLER]
    me = who.personal_id(Permission.LIBRARY_READ)
    if me is None or not songs:
        return [song_facts(one) for one in songs]
    marks = await marks_of(session, me, Kind.TRACK, [one.card.track_id for one in songs])
    recordings = [one.card.recording_id for one in songs]
    heard = await standings_of(session, listener_id=me, recordings=recordings)
    seen = await seen_of(session, who, now=request.app[TOOLS].clock())
    told: list[Content] = []
    for one in songs:
        standing = heard.get(one.card.recording_id, UNHEARD)
        facts = song_facts(one, marks[one.card.track_id], standing.plays)
        note = _note(one, standing, seen, me, request.app[ORIGIN])
        told.append({**facts, "comment": note})
    return told


def _note(song: Song, standing: Standing, seen: Seen, me: UUID, origin: str) -> str | None:
    """Say why whoever asks would hear the preview only, if they would."""
    is_theirs = song.card.owner_id == me or standing.owned_at is not None
    price = 0 if song.card.is_free or is_theirs else seen.terms.price_after(standing.plays)
    if price <= seen.balance:
        return None
    return (
        f"You hear the preview: this play costs {_credits(price)}, and you have "
        f"{_credits(seen.balance)} credits. Top up at {origin}/wallet."
    )


def _credits(millicredits: int) -> str:
    return f"{Decimal(millicredits) / _MILLI:.3f}"


async def told_albums(
    session: Session, who: Caller, releases: Sequence[UUID], *, as_folders: bool = False
) -> list[Content]:
    """Tell of albums in the order of their numbers, of those of which anything can be heard."""
    known = await albums_of(session, releases)
    found = {key: one for key, one in known.items() if one.songs}
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
