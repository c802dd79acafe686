"""Call tracks and drafts what their files call them; what an owner wrote stays."""

from __future__ import annotations

from collections.abc import Sequence

from base.database import Session
from catalog.artworks import artwork_of_digest
from catalog.models.files import Master
from catalog.models.music import Track
from catalog.models.releases import Release, ReleaseTrack
from catalog.music import Naming, rename
from catalog.releases import archives_of, release_of, standing_on, write_credits
from ingest.arranging import Arrangement, Entry, arrange
from ingest.naming import Tags, parse_tags

#: What an owner may write of a release and of a track, as rows remember it.
ORDER, ARTWORK, TITLE, ARTIST, ISRC, CREDITS = (
    "order",
    "artwork",
    "title",
    "artist",
    "isrc",
    "credits",
)


async def describe(session: Session, track: Track, master: Master) -> None:
    """Call a track what its file says; on a draft the others may change their places by it."""
    tags = parse_tags(master.tags)
    place = await session.get(ReleaseTrack, track.id)
    if place is None:
        await _call(session, track, tags, track.edited)
    elif (release := await release_of(session, place.release_id, lock=True)).is_draft:
        await rearrange(session, release)
    if tags.credits and CREDITS not in (place.edited if place else ()):
        await write_credits(session, track.id, tags.credits)


async def rearrange(session: Session, release: Release) -> None:
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
    await _call_release(session, release, arrangement)
    by_id = {one.track_id: one for one in arrangement.tracks}
    for one in standing:
        placed = by_id[one.track.id]
        if ORDER not in release.edited:
            one.place.disc, one.place.position = placed.disc, placed.position
        tags = placed.tags.or_else(Tags(artist=arrangement.artist))
        await _call(session, one.track, tags, one.place.edited)


async def _call(session: Session, track: Track, tags: Tags, edited: Sequence[str]) -> None:
    naming = Naming(
        title=None if TITLE in edited else tags.title,
        artist=None if ARTIST in edited else tags.artist,
        isrc=None if ISRC in edited else tags.isrc,
    )
    await rename(session, track, naming)


async def _call_release(session: Session, release: Release, said: Arrangement) -> None:
    words = {
        TITLE: said.title,
        ARTIST: said.artist,
        "label": said.label,
        "upc": said.upc,
        "released_on": said.date,
    }
    for name, word in words.items():
        if word and name not in release.edited:
            setattr(release, name, word)
    if said.art and ARTWORK not in release.edited:
        artwork = await artwork_of_digest(session, said.art)
        release.artwork_id = artwork.id if artwork else release.artwork_id
