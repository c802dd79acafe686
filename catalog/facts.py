"""What is said of a track or a release beside its name, and how it is written down."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, CompoundSelect, Select, delete, literal, select, union_all

from base.database import Session
from base.several import among_told
from catalog.models.base import Model, table_of
from catalog.models.music import Track
from catalog.models.releases import Release
from catalog.models.words import Lyrics, ReleaseGenre, ReleaseTag, TrackGenre, TrackTag

#: A year, if one is said, and who owns it.
Line = tuple[int | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Genres, the first of them first, and tags; and of a track whether its lyrics are there."""

    genres: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    has_lyrics: bool = False


class _Said(IntEnum):
    GENRE = 0
    TAG = 1
    LYRICS = 2


def _part(said: _Said, about: Column[UUID], word: Any, place: Any) -> Select[Any]:  # noqa: ANN401 - columns, or what stands for them
    kind = literal(int(said)).label("kind")
    query = select(about.label("about"), kind, word.label("word"), place.label("place"))
    return query.where(among_told(about, "ids"))


_NOWHERE, _NOTHING = literal(0), literal("")


def _parts(genre: type[Model], tag: type[Model], about: str) -> tuple[Select[Any], Select[Any]]:
    genres, tags = table_of(genre).c, table_of(tag).c
    return (
        _part(_Said.GENRE, genres[about], genres.genre, genres.number),
        _part(_Said.TAG, tags[about], tags.tag, _NOWHERE),
    )


_OF_TRACKS = union_all(
    *_parts(TrackGenre, TrackTag, "track_id"),
    _part(_Said.LYRICS, table_of(Lyrics).c.track_id, _NOTHING, _NOWHERE),
).order_by("place", "word")
_OF_RELEASES = union_all(*_parts(ReleaseGenre, ReleaseTag, "release_id")).order_by("place", "word")


async def words_of_tracks(session: Session, ids: Collection[UUID]) -> dict[UUID, Words]:
    """Answer the genres and tags of tracks, and whether there are lyrics, in one question."""
    return await _words(session, _OF_TRACKS, ids)


async def words_of_releases(session: Session, ids: Collection[UUID]) -> dict[UUID, Words]:
    """Answer the genres and tags of releases, in one question."""
    return await _words(session, _OF_RELEASES, ids)


async def _words(
    session: Session, question: CompoundSelect[Any], ids: Collection[UUID]
) -> dict[UUID, Words]:
    found: dict[UUID, tuple[list[str], ...]] = {one: ([], [], []) for one in ids}
    for row in await session.execute(question, {"ids": ids}):
        found[row.about][row.kind].append(row.word)
    return {
        one: Words(genres=tuple(genres), tags=tuple(tags), has_lyrics=bool(lyrics))
        for one, (genres, tags, lyrics) in found.items()
    }


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
