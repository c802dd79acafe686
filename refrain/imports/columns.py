"""The columns of a sheet of releases: what each is called, and what it is written as."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from base.errors import Refused
from catalog.words import fold_tag
from ingest.fields import read_field
from ingest.saying import read_genres

#: Of a release: the column, and the field of the interface; said once, or alike in each row.
OF_RELEASE: Mapping[str, str] = {
    "title": "title",
    "artist": "artist",
    "label": "label",
    "upc": "upc",
    "released_on": "released_on",
    "type": "type",
    "grid": "grid",
    "catalogue_number": "catalogue_number",
    "original_on": "original_on",
    "release_mbid": "mbid",
    "group_mbid": "group_mbid",
}
#: Of a track, as of a release.
OF_TRACK: Mapping[str, str] = {
    "track_title": "title",
    "track_artist": "artist",
    "isrc": "isrc",
    "iswc": "iswc",
    "language": "language",
    "explicit": "explicit",
    "track_mbid": "mbid",
}
#: Several words, with `;` between them.
LISTS = ("genres", "tags")
KNOWN = ("release", "file", "cover", "disc", "number", *OF_RELEASE, *OF_TRACK, *LISTS)
_NUMBER = re.compile(r"[1-9][0-9]{0,2}")


def read_words(row: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, str]:
    """Answer what a row says, as it is written down.

    Raises:
        Refused: `word-unfit`: one of them cannot be.

    """
    said = {field: row[name] for name, field in columns.items() if row.get(name, "").strip()}
    read = {field: read_field(field, text) for field, text in said.items()}
    return {field: word for field, word in read.items() if word is not None}


def read_lists(row: Mapping[str, str]) -> dict[str, Any]:
    """Answer the lists of a row, as they are written down.

    Raises:
        Refused: `genre-unknown`.

    """
    genres, tags = (_parts(row.get(name, "").split(";")) for name in LISTS)
    folded = sorted({word for one in tags if (word := fold_tag(one))})
    said = {"genres": read_genres(genres), "tags": folded}
    return {name: words for name, words in said.items() if words}


def read_number(row: Mapping[str, str], name: str) -> int | None:
    """Answer a number of a disc or a track.

    Raises:
        Refused: `number-unfit`.

    """
    text = row.get(name, "").strip()
    if text and not _NUMBER.fullmatch(text):
        raise Refused("number-unfit", f"{text} is no {name}: it is a number from 1 on.")
    return int(text) if text else None


def _parts(words: Iterable[str]) -> list[str]:
    return [one.strip() for one in words if one.strip()]
