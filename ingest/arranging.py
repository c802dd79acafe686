"""What a release is called, and in which order its tracks stand, as their files suggest it.

Answers the same whatever order the files came in, so that it can be asked again with each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ingest.naming import Tags, guess, guess_album, is_series, parts_of
from ingest.words import most_common

VARIOUS = "Various Artists"
#: What tags of a track say of its release.
_SHARED = (
    *("release_mbid", "group_mbid", "label_mbid", "type", "catalogue_number", "original_date"),
    *("c_line", "p_line", "album_artists", "album_artist_mbids"),
)
_MOST_GENRES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A track of a release: what its file was called, and what is known of it by tags."""

    track_id: UUID
    path: str
    tags: Tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a track stands, and what it is called there."""

    track_id: UUID
    disc: int
    position: int
    tags: Tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """A release as its files suggest it; `art` is the picture most of them bring."""

    tracks: tuple[Placed, ...]
    title: str | None
    artist: str | None
    label: str | None
    upc: str | None
    date: str | None
    art: str | None
    #: What else most files say of the release they are of, each by the name of what says it.
    said: Tags


def arrange(entries: Sequence[Entry], called: str | None = None) -> Arrangement:
    """Arrange tracks by their tags, and where those are silent by their names.

    `called` is the name of the archive that they came in.
    """
    known = _in_order(_known(entries))
    tags = [one for _, one in known]
    album = _folder_of([entry.path for entry, _ in known], called)
    return Arrangement(
        tracks=tuple(_places(known)),
        title=most_common(one.album for one in tags) or album.album,
        artist=_artist(tags) or album.album_artist,
        label=most_common(one.label for one in tags),
        upc=most_common(one.upc for one in tags),
        date=most_common(one.date for one in tags) or album.date,
        art=most_common(one.art for one in tags),
        said=_shared(tags),
    )


def _shared(tags: Sequence[Tags]) -> Tags:
    """Answer what most of the files say that is about all of them; of genres the first few."""
    genres = Counter(genre for one in tags for genre in one.genres)
    said = {name: _most(getattr(one, name) for one in tags) for name in _SHARED}
    most = {name: one for name, one in said.items() if one}
    return Tags(genres=tuple(genre for genre, _ in genres.most_common(_MOST_GENRES)), **most)


def _most(said: Iterable[Any]) -> Any:  # noqa: ANN401 - texts, and years with owners
    found = Counter(one for one in said if one).most_common(1)
    return found[0][0] if found else None


def natural(path: str) -> list[tuple[str, int, str]]:
    """Answer what paths are sorted by, so that 2 comes before 10."""
    cut = re.findall(r"([0-9]*)([^0-9]*)", path.casefold())
    return [("", int(digits or 0), rest) if digits else (rest, 0, "") for digits, rest in cut]


def _known(entries: Sequence[Entry]) -> list[tuple[Entry, Tags]]:
    folders: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        folders.setdefault(parts_of(entry.path)[:-1], []).append(entry)
    return [
        (entry, entry.tags.or_else(guess(entry.path, in_series=in_series)))
        for beside in folders.values()
        for in_series in [is_series([one.path for one in beside])]
        for entry in beside
    ]


def _in_order(known: Sequence[tuple[Entry, Tags]]) -> list[tuple[Entry, Tags]]:
    def key(pair: tuple[Entry, Tags]) -> tuple[object, ...]:
        entry, tags = pair
        unnumbered = tags.number is None
        return (tags.disc or 1, unnumbered, tags.number or 0, natural(entry.path), entry.track_id)

    return sorted(known, key=key)


def _places(known: Sequence[tuple[Entry, Tags]]) -> list[Placed]:
    placed: list[Placed] = []
    for entry, tags in known:
        disc = tags.disc or 1
        is_next = placed and placed[-1].disc == disc
        position = placed[-1].position + 1 if is_next else 1
        placed.append(Placed(track_id=entry.track_id, disc=disc, position=position, tags=tags))
    return placed


def _artist(tags: Sequence[Tags]) -> str | None:
    said = most_common(one.album_artist for one in tags)
    if said:
        return said
    artists = {one.artist for one in tags if one.artist}
    return VARIOUS if len(artists) > 1 else next(iter(artists), None)


def _folder_of(paths: Sequence[str], called: str | None) -> Tags:
    """Read the name of the folder that all files lie in, else of what they came in."""
    tops = {parts[0] if len(parts := parts_of(path)) > 1 else None for path in paths}
    top = next(iter(tops)) if len(tops) == 1 else None
    if top and guess(f"{top}/x").disc is None:
        return guess_album(top)
    return guess_album(called) if called else Tags()
