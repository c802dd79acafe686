"""What is said of a track or a release beside its name, and how it is written down."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from base.database import Session
from catalog.models.music import Track
from catalog.models.releases import Release
from catalog.models.words import Lyrics, ReleaseGenre, ReleaseTag, TrackGenre, TrackTag

#: A year, if one is said, and who owns it.
Line = tuple[int | None, str]


async def write_track_genres(session: Session, track_id: UUID, genres: Sequence[str]) -> None:
    """Say which genres a track is of, instead of what was said before."""
    await session.execute(delete(TrackGenre).where(TrackGenre.track_id == track_id))
    session.add_all(
        TrackGenre(track_id=track_id, genre=one, number=n)
        for n, one in enumerate(dict.fromkeys(genres))
    )
    await session.flush()


async def write_track_tags(session: Session, track_id: UUID, tags: Sequence[str]) -> None:
    """Say by which words a track is found."""
    await session.execute(delete(TrackTag).where(TrackTag.track_id == track_id))
    session.add_all(TrackTag(track_id=track_id, tag=one) for one in dict.fromkeys(tags))
    await session.flush()


async def write_release_genres(session: Session, release_id: UUID, genres: Sequence[str]) -> None:
    """Say which genres a release is of."""
    await session.execute(delete(ReleaseGenre).where(ReleaseGenre.release_id == release_id))
    session.add_all(
        ReleaseGenre(release_id=release_id, genre=one, number=n)
        for n, one in enumerate(dict.fromkeys(genres))
    )
    await session.flush()


async def write_release_tags(session: Session, release_id: UUID, tags: Sequence[str]) -> None:
    """Say by which words a release is found."""
    await session.execute(delete(ReleaseTag).where(ReleaseTag.release_id == release_id))
    session.add_all(ReleaseTag(release_id=release_id, tag=one) for one in dict.fromkeys(tags))
    await session.flush()


def write_p_line(about: Track | Release, line: Line | None) -> None:
    """Say whose the recording is, and since when."""
    about.p_year, about.p_owner = line or (None, None)


def write_c_line(release: Release, line: Line | None) -> None:
    """Say whose all around it is."""
    release.c_year, release.c_owner = line or (None, None)


async def lyrics_of(session: Session, track_id: UUID, *, lock: bool = False) -> Lyrics | None:
    """Answer what is sung on a track, if anybody said."""
    return await session.get(Lyrics, track_id, with_for_update=lock, populate_existing=lock)


async def lyrics_by_track(session: Session, track_ids: Collection[UUID]) -> dict[UUID, str]:
    """Answer the plain words of tracks, of those that there are any of."""
    query = select(Lyrics.track_id, Lyrics.plain).where(Lyrics.track_id.in_(list(track_ids)))
    return {track_id: plain for track_id, plain in await session.execute(query) if plain}


async def write_lyrics(  # noqa: PLR0913 - what is known of them
    session: Session,
    track: Track,
    *,
    plain: str,
    synced: str | None,
    language: str | None,
    now: datetime,
) -> Lyrics:
    """Say what is sung on a track; nobody said it while both are empty."""
    row = Lyrics(
        track_id=track.id,
        plain=plain,
        synced=synced,
        language=language or track.language,
        changed_at=now,
    )
    return await session.merge(row)


async def forget_lyrics(session: Session, track_id: UUID) -> None:
    """Forget what is sung on a track."""
    await session.execute(delete(Lyrics).where(Lyrics.track_id == track_id))


async def forget_release_words(session: Session, release_id: UUID) -> None:
    """Forget what a release is like."""
    for model in (ReleaseGenre, ReleaseTag):
        await session.execute(delete(model).where(model.release_id == release_id))


async def forget_track_words(session: Session, track_id: UUID) -> None:
    """Forget what a track is like, and what is sung on it."""
    for model in (TrackGenre, TrackTag, Lyrics):
        await session.execute(delete(model).where(model.track_id == track_id))


async def note_edited(session: Session, track_id: UUID, name: str) -> None:
    """Remember what was written by hand of a track: tags change it no more."""
    track = await session.get_one(Track, track_id, with_for_update=True)
    track.edited = sorted({*track.edited, name})
