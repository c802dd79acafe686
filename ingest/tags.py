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

from ingest.chunks import id3_of, read_chunks, words_of
from ingest.naming import Tags
from ingest.words import NAME_LETTERS, date_of, isrc_of, number_of, one_line, upc_of

#: The name of the picture in the folder.
ART = "art"
#: All that is read of a file for its tags, the picture included.
_MOST_BYTES = 40 << 20
_MOST_ART_BYTES = 20 << 20
_MOST_CREDITS = 60
_ROLE_LETTERS = 40
_FRONT = 3
_FREE = "----:com.apple.iTunes:"
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
}
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
    return Tagged(tags=Tags(**cleaned, credits=_credits(held)), art=_picture(file, held))


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
