"""Bring masters from where they lie, as uploads are: stored, accepted, examined by jobs.

A master is asked for by what the tables call its file, else by the number of its track. Tracks
whose master is not there are told of; what was paid for them is kept on their recordings.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from base.database import Session
from base.errors import Refused
from base.settings import Settings
from base.storage.port import Storage
from catalog.claims import Claims
from catalog.earlier_facts import Album, Item, Song
from catalog.earlier_music import add_drafts, names_of, places_of, tracks_among
from ingest.earlier import Place, bring_track
from ingest.early import early_word
from ingest.judging import HEAD_BYTES
from ingest.receive import receive
from refrain.earlier.fields import made_id
from refrain.earlier.media import Found, Media
from refrain.earlier.moving import Move

#: What is written of the request that a master came by.
REQUEST = "import earlier"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Where masters come from, where they go, and how large they may be."""

    media: Media
    storage: Storage
    settings: Settings


async def bring_masters(move: Move, store: Store) -> None:
    """Bring masters of tracks that are not here yet."""
    places = await placed(move)
    numbers = iter(sorted(places))
    while some := list(islice(numbers, _AT_ONCE)):
        wanted = {place.track_id for song in some for place in places[song]}
        async with move.database.read() as session:
            known = await tracks_among(session, wanted)
        for number in some:
            missing = [one for one in places[number] if one.track_id not in known]
            if not missing:
                move.told.count("masters", came=0, there=1)
                continue
            await _bring_one(move, store, move.known.songs[number], missing)


async def placed(move: Move) -> dict[UUID, list[Place]]:
    """Answer where the tracks stand that are to be heard: each on an album, or a draft of its own.

    One that stood on several is several tracks of one recording; the first has its number, and
    keeps it where it is here already.
    """
    found: dict[UUID, list[Place]] = defaultdict(list)
    songs = {key: one for key, one in move.known.songs.items() if not one.is_deleted}
    async with move.database.read() as session:
        stand = await places_of(session, list(songs))
    albums = sorted(
        move.known.albums.values(), key=lambda one: (not one.is_public, one.created_at, one.id)
    )
    for album in albums:
        _place(move, album, move.known.items.get(album.id, ()), found)
    for number, song in songs.items():
        single = single_of(song)
        own = found[number] or [Place(release_id=single.id, track_id=number, position=1)]
        first = stand.get(number)
        own.sort(key=lambda one: one.release_id != first)
        found[number] = [
            _numbered(place, number, is_first=index == 0) for index, place in enumerate(own)
        ]
    return {number: found[number] for number in songs}


def _place(move: Move, album: Album, items: Iterable[Item], found: dict[UUID, list[Place]]) -> None:
    ordered = sorted(items, key=lambda one: (one.index, one.track_id))
    known = [one.track_id for one in ordered if one.track_id in move.known.songs]
    for position, number in enumerate(dict.fromkeys(known), 1):
        if move.known.songs[number].owner_id != album.owner_id:
            sentence = (
                f"Track {number} is of another than the trackgroup: it gets a draft of its own."
            )
            move.told.find("track_group_items", f"trackgroup {album.id}", "item-of-other", sentence)
            continue
        found[number].append(Place(release_id=album.id, track_id=number, position=position))


def _numbered(place: Place, song: UUID, *, is_first: bool) -> Place:
    number = song if is_first else made_id("track", place.release_id, song)
    return Place(release_id=place.release_id, track_id=number, position=place.position)


def single_of(song: Song) -> Album:
    """Answer the draft of a track that stood on no trackgroup."""
    return Album(
        id=made_id("single", song.id),
        owner_id=song.owner_id,
        title=song.title,
        artist=song.artist,
        type=None,
        released_on=None,
        cover=song.cover,
        is_public=song.is_public,
        created_at=song.created_at,
    )


async def _bring_one(move: Move, store: Store, song: Song, places: Sequence[Place]) -> None:
    table, about = "masters", f"track {song.id}"
    found = (store.media.find(song.file) if song.file else None) or store.media.find(str(song.id))
    if found is None:
        move.told.left[table] += 1
        move.told.find(table, about, "master-missing", f"“{song.title}” has no file there.")
        return
    if not move.applies:
        move.told.count(table, came=1, there=0)
        return
    try:
        await _take_in(move, store, song, places, found)
    except Refused as error:
        move.told.left[table] += 1
        move.told.find(table, about, error.code, f"{found.name}: {error.sentence}")
    else:
        move.told.count(table, came=1, there=0)


async def _take_in(
    move: Move, store: Store, song: Song, places: Sequence[Place], found: Found
) -> None:
    head = await _head(store.media, found)
    judgement = await asyncio.to_thread(early_word, head, found.name, found.size_bytes)
    if judgement.refusal is not None:
        raise Refused(judgement.refusal.code, judgement.refusal.sentence)
    claims = Claims(database=move.database, storage=store.storage, clock=move.clock)
    received = await receive(
        store.storage,
        store.media.read(found),
        limit_bytes=store.settings.upload_limit_bytes,
        expected_bytes=found.size_bytes,
        claim=claims.claim,
    )
    single = single_of(song)

    async def accept(session: Session) -> int:
        now = move.clock()
        if any(place.release_id == single.id for place in places):
            names = await names_of(session, [song.owner_id])
            await add_drafts(session, [single], names, now=now)
        return await bring_track(
            session,
            received,
            song,
            places,
            filename=found.name.rpartition("/")[2],
            warnings=judgement.warnings,
            request_id=REQUEST,
            now=now,
        )

    await move.database.run(accept)


async def _head(media: Media, found: Found) -> bytes:
    head = bytearray()
    async for data in media.read(found):
        head += data
        if len(head) >= HEAD_BYTES:
            break
    return bytes(head[:HEAD_BYTES])
