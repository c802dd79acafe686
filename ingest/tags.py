"""What a master's own tags say of it; they are suggestions, and easily wrong.

Tags are parsed by a child with limits of its own, `python -m ingest.tags FILE FOLDER`, for a file
may claim anything in them: it prints what they say, and puts the picture into the folder.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import mutagen
from mutagen.flac import Picture
from mutagen.id3 import ID3

from catalog.languages import language_of
from catalog.release_types import type_said
from ingest.chunks import id3_of, read_chunks, words_of
from ingest.identifiers import isrc_of, iswc_of, mbid_of, upc_of
from ingest.lines import line_in, lines_in
from ingest.naming import Tags
from ingest.tagged_words import explicit_in, genres_in, lyrics_in
from ingest.words import NAME_LETTERS, date_of, number_of, one_line

#: The name of the picture in the folder.
ART = "art"
#: All that is read of a file for its tags, the picture included.
_MOST_BYTES = 40 << 20
_MOST_ART_BYTES = 20 << 20
_MOST_CREDITS = 60
_ROLE_LETTERS = 40
_NUMBER_LETTERS = 60
_FRONT = 3
_IN_MS = 2
_FREE = "----:com.apple.iTunes:"


def _picard(of: str) -> tuple[str, ...]:
    """Answer the names of an id of MusicBrainz, as Picard writes them."""
    plain = f"musicbrainz_{of.replace(' ', '').lower()}id"
    return plain, f"TXXX:MusicBrainz {of} Id", f"{_FREE}MusicBrainz {of} Id"


#: One name for each, over Vorbis comments and APE, ID3, and iTunes atoms.
_KEYS = {
    "title": ("title", "TIT2", "\xa9nam"),
    "artist": ("artist", "TPE1", "\xa9ART"),
    "album": ("album", "TALB", "\xa9alb"),
    "album_artist": ("albumartist", "album artist", "TPE2", "aART"),
    "disc": ("discnumber", "disc", "TPOS", "disk"),
    "number": ("tracknumber", "track", "TRCK", "trkn"),
    "isrc": ("isrc", "TSRC", f"{_FREE}ISRC"),
    "date": ("date", "year", "TDRC", "TDRL", "TYER", "\xa9day"),
    "label": ("label", "publisher", "organization", "TPUB", f"{_FREE}LABEL"),
    "upc": ("barcode", "upc", "ean", "TXXX:BARCODE", "TXXX:UPC", f"{_FREE}BARCODE", f"{_FREE}UPC"),
    "language": ("language", "TLAN", f"{_FREE}LANGUAGE"),
    "iswc": ("iswc", "TXXX:ISWC", f"{_FREE}ISWC"),
    "catalogue_number": ("catalognumber", "TXXX:CATALOGNUMBER", f"{_FREE}CATALOGNUMBER"),
    "original_date": ("originaldate", "TDOR", "TORY", "TXXX:originaldate", f"{_FREE}originaldate"),
    # Names as MusicBrainz Picard writes them: its "track" is the recording.
    "mbid": ("musicbrainz_trackid", f"{_FREE}MusicBrainz Track Id"),
    "release_mbid": _picard("Album"),
    "group_mbid": _picard("Release Group"),
    "label_mbid": _picard("Label"),
}
#: What has several values.
_LISTS = {
    "artists": ("artists", "TXXX:ARTISTS", "TXXX:Artists", f"{_FREE}ARTISTS"),
    "album_artists": ("albumartists", "TXXX:ALBUMARTISTS", f"{_FREE}ALBUMARTISTS"),
    "artist_mbids": _picard("Artist"),
    "album_artist_mbids": _picard("Album Artist"),
}
_TYPES = (
    *("releasetype", "musicbrainz_albumtype", "TXXX:MusicBrainz Album Type"),
    f"{_FREE}MusicBrainz Album Type",
)
_GENRES = ("genre", "TCON", "\xa9gen", "TXXX:GENRE")
_RIGHTS = ("copyright", "TCOP", "cprt", "TXXX:COPYRIGHT")
_PRODUCED = ("phonographic copyright", "TPRO", "TXXX:PHONOGRAPHIC COPYRIGHT")
_LYRICS = ("lyrics", "syncedlyrics", "unsyncedlyrics", "unsynced lyrics", "\xa9lyr", "TXXX:LYRICS")
_EXPLICIT = ("rtng", "itunesadvisory", "TXXX:ITUNESADVISORY", f"{_FREE}ITUNESADVISORY")
_UFID = "UFID:http://musicbrainz.org"
_MOST_NAMES = 50
_ROLES = {
    "composer": ("composer", "TCOM", "\xa9wrt"),
    "lyricist": ("lyricist", "TEXT", f"{_FREE}LYRICIST"),
    "writer": ("writer", "author"),
    "producer": ("producer", "TXXX:PRODUCER", f"{_FREE}PRODUCER"),
    "arranger": ("arranger", f"{_FREE}ARRANGER"),
    "conductor": ("conductor", "TPE3", f"{_FREE}CONDUCTOR"),
    "performer": ("performer",),
    "engineer": ("engineer", f"{_FREE}ENGINEER"),
    "mixer": ("mixer", f"{_FREE}MIXER"),
    "remixer": ("remixer", "TPE4", f"{_FREE}REMIXER"),
}
#: Lists of roles and names (ID3v2.4, 4.2.2; v2.3 had one for both).
_PEOPLE = ("TIPL", "TMCL", "IPLS")
_CLEANED: Mapping[str, Callable[[str | None], Any]] = {
    "disc": number_of,
    "number": number_of,
    "isrc": isrc_of,
    "date": date_of,
    "upc": upc_of,
    "label": lambda text: one_line(text, NAME_LETTERS),
    "language": language_of,
    "iswc": iswc_of,
    "catalogue_number": lambda text: one_line(text, _NUMBER_LETTERS),
    "original_date": date_of,
    **dict.fromkeys(("mbid", "release_mbid", "group_mbid", "label_mbid"), mbid_of),
}


class TooMuch(Exception):  # noqa: N818 - what it says
    """A file wants more read of it than tags need."""


class Rationed(io.BufferedReader):
    """A file of which so much may be read, however often."""

    def __init__(self, path: Path, most_bytes: int = _MOST_BYTES) -> None:
        """Open it."""
        super().__init__(io.FileIO(str(path)))
        self._left = most_bytes

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, unless that would be too much in all.

        Raises:
            TooMuch: it would be; nothing was read.

        """
        here, end = self.tell(), os.fstat(self.fileno()).st_size
        wanted = end - here if size is None or size < 0 else min(size, end - here)
        self._left -= max(0, wanted)
        if self._left < 0:
            raise TooMuch
        return super().read(size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """What the tags say, and the picture that lies beside them."""

    tags: Tags
    art: bytes | None = None


def read_tags(file: BinaryIO) -> Tagged:
    """Answer what the tags of a file say; nothing where there are none.

    Raises:
        TooMuch: they are too large.
        Exception: whatever else a parser falls over.

    """
    chunks = read_chunks(file)
    file.seek(0)
    words, id3 = words_of(chunks or {}), id3_of(chunks or {})
    try:
        if chunks is None:
            return _said(mutagen.File(file))
        tagged = _said(_Held(ID3(io.BytesIO(id3)))) if id3 else Tagged(tags=Tags())
    except mutagen.MutagenError:  # it is of no such kind after all, or broken
        return Tagged(tags=words)
    return Tagged(tags=tagged.tags.or_else(words), art=tagged.art)


@dataclass(frozen=True, slots=True)
class _Held:
    tags: ID3


def _said(file: object) -> Tagged:
    held = getattr(file, "tags", None)
    if not held:
        return Tagged(tags=Tags(), art=_picture(file, {}))
    words = {name: _first(held, keys) for name, keys in _KEYS.items()}
    cleaned = {name: _CLEANED.get(name, one_line)(word) for name, word in words.items()}
    told = {**cleaned, **_lists(held), **_more(held)}
    tags = Tags(**told, credits=_credits(held))
    return Tagged(tags=tags, art=_picture(file, held))


def _lists(tags: Any) -> dict[str, tuple[str, ...]]:  # noqa: ANN401 - of many kinds
    """Answer names and ids that are told one by one."""
    found = {}
    for name, keys in _LISTS.items():
        read = mbid_of if name.endswith("mbids") else _name
        said = [read(text) for key in keys for text in _texts(tags, key)]
        # An id that is none says nothing of the others, for they stand in the order of the names.
        found[name] = tuple(filter(None, said))[:_MOST_NAMES] if all(said) else ()
    return found


def _name(text: str) -> str | None:
    return one_line(text, NAME_LETTERS)


def _more(tags: Any) -> dict[str, Any]:  # noqa: ANN401 - of many kinds
    """Answer what is told in forms of its own."""
    genres, words = genres_in(text for key in _GENRES for text in _texts(tags, key))
    kind = type_said(text for key in _TYPES for text in _texts(tags, key))
    p_line, c_line = lines_in(_first(tags, _RIGHTS))
    plain, synced = lyrics_in([*_texts_of_lyrics(tags)], _timed(tags))
    return {
        **({"mbid": found} if (found := _unique(tags)) else {}),
        "genres": genres,
        "words": words,
        "type": str(kind) if kind else None,
        "p_line": line_in(_first(tags, _PRODUCED)) or p_line,
        "c_line": c_line,
        "explicit": explicit_in(_first(tags, _EXPLICIT)),
        "lyrics": plain,
        "synced": synced,
    }


def _unique(tags: Any) -> str | None:  # noqa: ANN401 - see above
    """Answer the recording that an ID3 tag names, in a frame of its own (UFID)."""
    with suppress(KeyError, ValueError, AttributeError):
        return mbid_of(tags[_UFID].data.decode("ascii", errors="replace"))
    return None


def _texts_of_lyrics(tags: Any) -> Iterator[str]:  # noqa: ANN401 - see above
    if hasattr(tags, "getall"):
        yield from (str(frame.text) for frame in tags.getall("USLT"))
    for key in _LYRICS:
        yield from _texts(tags, key)


def _timed(tags: Any) -> list[tuple[int, str]]:  # noqa: ANN401 - see above
    """Answer lines with their times of a SYLT frame in milliseconds (ID3v2.4, 4.9)."""
    if not hasattr(tags, "getall"):
        return []
    frames = [one for one in tags.getall("SYLT") if int(one.format) == _IN_MS]
    return [(int(at), str(text)) for text, at in frames[0].text] if frames else []


def _first(tags: Any, keys: tuple[str, ...]) -> str | None:  # noqa: ANN401 - of many kinds
    return next((text for key in keys for text in _texts(tags, key)), None)


def _texts(tags: Any, key: str) -> Iterator[str]:  # noqa: ANN401 - of many kinds
    try:
        value = tags[key]
    except (KeyError, ValueError):
        return
    value = getattr(value, "text", value)
    for one in value if isinstance(value, list) else [value]:
        # A number and how many there are, in MP4.
        plain = one[0] if isinstance(one, tuple) and one else one
        text = plain.decode(errors="replace") if isinstance(plain, bytes) else str(plain)
        yield from filter(None, text.split("\0"))


def _credits(tags: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - of many kinds
    said = [
        (role, name) for role, keys in _ROLES.items() for key in keys for name in _texts(tags, key)
    ]
    for key in _PEOPLE:
        with suppress(KeyError, ValueError):
            said += [(role.casefold(), name) for role, name in tags[key].people]
    cleaned = ((one_line(r, _ROLE_LETTERS), one_line(n, NAME_LETTERS)) for r, n in said)
    once = dict.fromkeys((role, name) for role, name in cleaned if role and name)
    return tuple(once)[:_MOST_CREDITS]


def _picture(file: object, tags: Any) -> bytes | None:  # noqa: ANN401 - of many kinds
    """Answer the front cover, or else the first picture."""
    found = sorted(_pictures(file, tags), key=lambda one: one[0] != _FRONT)
    data = found[0][1] if found else b""
    return data if 0 < len(data) <= _MOST_ART_BYTES else None


def _pictures(file: object, tags: Any) -> Iterator[tuple[int, bytes]]:  # noqa: ANN401 - see above
    for picture in getattr(file, "pictures", ()):
        yield picture.type, picture.data
    if hasattr(tags, "getall"):
        for frame in tags.getall("APIC"):
            yield int(frame.type), frame.data
        return
    for text in _texts(tags, "metadata_block_picture"):
        with suppress(binascii.Error, mutagen.MutagenError, ValueError):
            picture = Picture(base64.b64decode(text))
            yield picture.type, picture.data
    with suppress(KeyError, ValueError):
        yield from ((_FRONT, bytes(cover)) for cover in tags["covr"])
    with suppress(KeyError, ValueError):
        yield _FRONT, bytes(tags["Cover Art (Front)"].value).partition(b"\0")[2]


def main(source: Path, folder: Path) -> None:
    """Print what the tags say, as JSON; put the picture into the folder."""
    with Rationed(source) as file:
        tagged = read_tags(file)
    if tagged.art is not None:
        (folder / ART).write_bytes(tagged.art)
    json.dump(tagged.tags.as_json(), sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
