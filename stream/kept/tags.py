"""What a file says of itself: fields by the names that Vorbis comments give them, bounded.

Names come from files and forms, which anyone may have written: no control of them goes on into
anybody's file, and none of them is longer than what a player shows.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Field(StrEnum):
    """A field as Vorbis comments call it, and who reads and writes them: Picard, beets, foobar."""

    TITLE = "TITLE"
    ARTIST = "ARTIST"
    ALBUM = "ALBUM"
    ALBUM_ARTIST = "ALBUMARTIST"
    COMPOSER = "COMPOSER"
    TRACK = "TRACKNUMBER"
    TRACKS = "TRACKTOTAL"
    DISC = "DISCNUMBER"
    DISCS = "DISCTOTAL"
    DATE = "DATE"
    ORIGINAL_DATE = "ORIGINALDATE"
    GENRE = "GENRE"
    ISRC = "ISRC"
    BARCODE = "BARCODE"
    LABEL = "LABEL"
    CATALOGUE_NUMBER = "CATALOGNUMBER"
    RELEASE_TYPE = "RELEASETYPE"
    COPYRIGHT = "COPYRIGHT"
    LANGUAGE = "LANGUAGE"
    LYRICS = "LYRICS"
    RECORDING_MBID = "MUSICBRAINZ_TRACKID"
    RELEASE_MBID = "MUSICBRAINZ_ALBUMID"
    GROUP_MBID = "MUSICBRAINZ_RELEASEGROUPID"
    ARTIST_MBID = "MUSICBRAINZ_ARTISTID"
    ALBUM_ARTIST_MBID = "MUSICBRAINZ_ALBUMARTISTID"
    TRACK_GAIN = "REPLAYGAIN_TRACK_GAIN"
    TRACK_PEAK = "REPLAYGAIN_TRACK_PEAK"
    REFERENCE = "REPLAYGAIN_REFERENCE_LOUDNESS"
    R128_TRACK_GAIN = "R128_TRACK_GAIN"


#: Values of one field, in bytes of UTF-8; lyrics are 50 000 letters at most where they come in.
_MOST_BYTES, _MOST_LYRICS_BYTES = 1_000, 200_000
_MOST_VALUES = 20
#: What stands for no character: controls, halves of characters, ends of lines and paragraphs.
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The picture on the front, a JPEG; sizes in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """All that a file says: fields with their values, none of them empty, and a cover."""

    fields: Mapping[Field, tuple[str, ...]] = field(default_factory=dict)
    cover: Cover | None = None

    def first(self, name: Field) -> str:
        """Answer the first value of a field, or nothing."""
        return self.fields.get(name, ("",))[0]

    def number(self, name: Field) -> int:
        """Answer a field that is a number; 0 where there is none."""
        return int(self.first(name) or 0)


def fields_of(
    said: Iterable[tuple[Field, Iterable[object | None]]],
) -> dict[Field, tuple[str, ...]]:
    """Answer fields with what can be said in a file of the values; those without any are left out.

    What is said twice is said once.
    """
    clean = {
        name: tuple(dict.fromkeys(filter(None, (_clean(name, one) for one in values))))
        for name, values in said
    }
    return {name: values[:_MOST_VALUES] for name, values in clean.items() if values}


def _clean(name: Field, value: object | None) -> str:
    text = "" if value is None else str(value)
    if name is not Field.LYRICS:
        return _cut(" ".join(_shown(text).split()), _MOST_BYTES)
    rows = (_shown(row).rstrip() for row in text[:_MOST_LYRICS_BYTES].splitlines())
    return _cut("\n".join(rows).strip(), _MOST_LYRICS_BYTES)


def _shown(text: str) -> str:
    seen = (" " if unicodedata.category(one) in _UNSEEN else one for one in text)
    return unicodedata.normalize("NFC", "".join(seen))


def _cut(text: str, most_bytes: int) -> str:
    return text.encode()[:most_bytes].decode(errors="ignore").strip()
