"""Call tracks and drafts what their files call them; what an owner wrote stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from base.database import Session
from catalog.artists import find_label, name_on_release, name_on_track, put_label
from catalog.artworks import ARTWORK, artwork_of_digest, show_embedded
from catalog.credit_roles import Did
from catalog.facts import (
    lyrics_of,
    write_c_line,
    write_lyrics,
    write_p_line,
    write_release_genres,
    write_track_genres,
    write_track_tags,
)
from catalog.holders import is_holder
from catalog.models.files import Master
from catalog.models.music import Track
from catalog.models.releases import Release, ReleaseTrack
from catalog.music import Naming, rename
from catalog.releases import archives_of, release_of, standing_on, write_credits
from ingest.arranging import Arrangement, Entry, arrange
from ingest.crediting import named_in
from ingest.naming import Tags, parse_tags

#: What an owner may write of a release and of a track, as rows remember it.
ORDER, TITLE, ARTIST, ISRC, CREDITS = (
    "order",
    "title",
    "artist",
    "isrc",
    "credits",
)
ARTISTS, GENRES, TAGS, LYRICS, P_LINE, C_LINE, LABEL = (
    *("artists", "genres", "tags", "lyrics", "p_line", "c_line", "label"),
)


async def describe(session: Session, track: Track, master: Master, *, now: datetime) -> None:
    """Call a track what its file says; on a draft the others may change their places by it.

    What holds another master of a track says nothing of it.
    """
    if await is_holder(session, track.id):
        return
    tags = parse_tags(master.tags)
    place = await session.get(ReleaseTrack, track.id)
    if place is None:
        await _call(session, track, tags, track.edited, now=now)
    elif (release := await release_of(session, place.release_id, lock=True)).is_draft:
        await rearrange(session, release, now=now)
    await _note_facts(session, track, tags, [*track.edited, *(place.edited if place else ())], now)
    await show_embedded(session, track, now=now)


async def rearrange(session: Session, release: Release, *, now: datetime) -> None:
    """Arrange a draft anew by all of its files; the caller holds its lock."""
    standing = await standing_on(session, release.id)
    archives = await archives_of(session, release.id)
    arrangement = arrange(
        [
            Entry(
                track_id=one.track.id,
                path=one.track.path or one.master.filename,
                tags=parse_tags(one.master.tags),
            )
            for one in standing
        ],
        called=archives[0].filename.rpartition(".")[0] if archives else None,
    )
    await _call_release(session, release, arrangement, now=now)
    by_id = {one.track_id: one for one in arrangement.tracks}
    for one in standing:
        placed = by_id[one.track.id]
        if ORDER not in release.edited:
            one.place.disc, one.place.position = placed.disc, placed.position
        tags = placed.tags.or_else(Tags(artist=arrangement.artist))
        await _call(session, one.track, tags, one.place.edited, now=now)


async def _call(
    session: Session, track: Track, tags: Tags, edited: Sequence[str], *, now: datetime
) -> None:
    naming = Naming(
        title=None if TITLE in edited else tags.title,
        artist=None if ARTIST in edited else tags.artist,
        isrc=None if ISRC in edited else tags.isrc,
    )
    await rename(session, track, naming)
    if not {ARTIST, ARTISTS}.intersection(edited):
        named = named_in(track.artist, tags.artists, tags.artist_mbids)
        await name_on_track(session, track.id, named, owner_id=track.owner_id, now=now)


async def _note_facts(
    session: Session, track: Track, tags: Tags, edited: Sequence[str], now: datetime
) -> None:
    """Write down what the file alone says of its music."""
    for name in ("language", "explicit", "iswc", "mbid"):
        said = getattr(tags, name)
        if said and name not in edited:
            setattr(track, name, UUID(said) if name == "mbid" else said)
    if tags.p_line and P_LINE not in edited:
        write_p_line(track, _line(tags.p_line))
    if tags.genres and GENRES not in edited:
        await write_track_genres(session, track.id, tags.genres)
    if tags.words and TAGS not in edited:
        await write_track_tags(session, track.id, tags.words)
    if tags.credits and CREDITS not in edited:
        did = [Did(role=role, name=name) for role, name in tags.credits]
        await write_credits(session, track.id, did)
    if tags.lyrics and LYRICS not in edited:
        await _sing(session, track, tags.lyrics, tags.synced, now)


async def _sing(
    session: Session, track: Track, plain: str, synced: str | None, now: datetime
) -> None:
    known = await lyrics_of(session, track.id)
    if known is None or (known.plain, known.synced) != (plain, synced):
        await write_lyrics(session, track, plain=plain, synced=synced, language=None, now=now)


def _line(said: Sequence[int | str | None]) -> tuple[int | None, str]:
    year, owner = said
    return (int(year) if year else None), str(owner)


async def _call_release(
    session: Session, release: Release, said: Arrangement, *, now: datetime
) -> None:
    words = {
        TITLE: said.title,
        ARTIST: said.artist,
        LABEL: said.label,
        "upc": said.upc,
        "released_on": said.date,
        "type": said.said.type,
        "catalogue_number": said.said.catalogue_number,
        "original_on": said.said.original_date,
        "mbid": said.said.release_mbid and UUID(said.said.release_mbid),
        "group_mbid": said.said.group_mbid and UUID(said.said.group_mbid),
    }
    for name, word in words.items():
        if word and name not in release.edited:
            setattr(release, name, word)
    if said.art and ARTWORK not in release.edited:
        artwork = await artwork_of_digest(session, said.art)
        release.artwork_id = artwork.id if artwork else release.artwork_id
    await _name_release(session, release, said, now=now)


async def _name_release(
    session: Session, release: Release, said: Arrangement, *, now: datetime
) -> None:
    owner_id, shared = release.owner_id, said.said
    if shared.p_line and P_LINE not in release.edited:
        write_p_line(release, _line(shared.p_line))
    if shared.c_line and C_LINE not in release.edited:
        write_c_line(release, _line(shared.c_line))
    if shared.genres and GENRES not in release.edited:
        await write_release_genres(session, release.id, shared.genres)
    if not {ARTIST, ARTISTS}.intersection(release.edited):
        named = named_in(release.artist, shared.album_artists, shared.album_artist_mbids)
        await name_on_release(session, release.id, named, owner_id=owner_id, now=now)
    if said.label and LABEL not in release.edited:
        label = await find_label(
            session, said.label, mbid=shared.label_mbid, owner_id=owner_id, now=now
        )
        await put_label(session, release.id, label, owner_id=owner_id, now=now)
