"""What is said of tracks and releases beside what they are called: by whom, and what it is like.

However many there are, it is one question of each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Row,
    Select,
    String,
    Uuid,
    cast,
    literal,
    null,
    select,
    union_all,
)

from base.database import Instant, Session
from base.several import among_told
from catalog.artists import Credited
from catalog.credit_roles import ArtistRole, RoleKind
from catalog.models.artists import ReleaseArtist, ReleaseLabel, TrackArtist
from catalog.models.base import Model, table_of
from catalog.models.releases import Credit
from catalog.models.words import Lyrics, ReleaseGenre, ReleaseTag, TrackGenre, TrackTag


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Who did what on a track: the role as it was said, and what it is one of."""

    role: str
    name: str
    kind: RoleKind
    ipi: str | None
    isni: str | None
    artist_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Genres, the first of them first, and tags; who is named, and who did what, in order.

    Whether there are lyrics is told of tracks, and the label of releases.
    """

    genres: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    named: list[Credited] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    has_lyrics: bool = False
    label_id: UUID | None = None


class _Part(IntEnum):
    GENRE = 0
    TAG = 1
    NAMED = 2
    DONE = 3
    LYRICS = 4
    LABEL = 5


#: What a row of any part may tell.
_COLUMNS: Mapping[str, Any] = MappingProxyType(
    {
        "number": Integer(),
        "name": String(),
        "role": String(),
        "kind": String(),
        "joined": String(),
        "ipi": String(),
        "isni": String(),
        "artist_id": Uuid(),
        "confirmed_at": Instant(),
    }
)


def _part(part: _Part, model: type[Model], about: str, **named: str) -> Select[Any]:
    """Ask for a part: columns of the same name, or the one that is named."""
    columns = table_of(model).c
    told = [
        columns[named.get(name, name)].label(name)
        if named.get(name, name) in columns
        else cast(null(), kind).label(name)
        for name, kind in _COLUMNS.items()
    ]
    key = columns[about]
    which = key.label("about"), literal(int(part)).label("part")
    return select(*which, *told).where(among_told(key, "ids"))


_OF_TRACKS = union_all(
    _part(_Part.NAMED, TrackArtist, "track_id"),
    _part(_Part.DONE, Credit, "track_id"),
    _part(_Part.GENRE, TrackGenre, "track_id", name="genre"),
    _part(_Part.TAG, TrackTag, "track_id", name="tag"),
    _part(_Part.LYRICS, Lyrics, "track_id"),
).order_by("number", "name")
_OF_RELEASES = union_all(
    _part(_Part.NAMED, ReleaseArtist, "release_id"),
    _part(_Part.GENRE, ReleaseGenre, "release_id", name="genre"),
    _part(_Part.TAG, ReleaseTag, "release_id", name="tag"),
    _part(_Part.LABEL, ReleaseLabel, "release_id", artist_id="label_id"),
).order_by("number", "name")


async def said_of_tracks(session: Session, ids: Collection[UUID]) -> dict[UUID, Said]:
    """Answer what is said of each of some tracks."""
    return await _said(session, _OF_TRACKS, ids)


async def said_of_releases(session: Session, ids: Collection[UUID]) -> dict[UUID, Said]:
    """Answer what is said of each of some releases."""
    return await _said(session, _OF_RELEASES, ids)


async def _said(
    session: Session, question: CompoundSelect[Any], ids: Collection[UUID]
) -> dict[UUID, Said]:
    found: dict[UUID, list[Row[Any]]] = {one: [] for one in ids}
    for row in await session.execute(question, {"ids": ids}):
        found[row.about].append(row)
    return {one: _read(rows) for one, rows in found.items()}


def _read(rows: Iterable[Row[Any]]) -> Said:
    by_part: dict[int, list[Row[Any]]] = {one: [] for one in _Part}
    for row in rows:
        by_part[row.part].append(row)
    return Said(
        genres=[row.name for row in by_part[_Part.GENRE]],
        tags=[row.name for row in by_part[_Part.TAG]],
        named=[_credited(row) for row in by_part[_Part.NAMED]],
        done=[_done(row) for row in by_part[_Part.DONE]],
        has_lyrics=bool(by_part[_Part.LYRICS]),
        label_id=next((row.artist_id for row in by_part[_Part.LABEL]), None),
    )


def _credited(row: Row[Any]) -> Credited:
    return Credited(
        artist_id=row.artist_id,
        name=row.name,
        role=ArtistRole(row.role),
        joined=row.joined,
        is_confirmed=row.confirmed_at is not None,
    )


def _done(row: Row[Any]) -> Done:
    return Done(
        role=row.role,
        name=row.name,
        kind=RoleKind(row.kind),
        ipi=row.ipi,
        isni=row.isni,
        artist_id=row.artist_id,
    )
