"""Chunks of WAVE, RF64, BW64 and AIFF files that tell of their sound, and the words in them.

Reads what is small, within limits, and passes over everything else: a size that a file claims
costs nothing. Sources: EBU Tech 3285 (bext), 3306 (RF64), 3352 (ISRC in axml), the iXML
specification, and Apple's of AIFF.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from xml.etree import ElementTree as ET

from ingest.identifiers import isrc_of
from ingest.naming import Tags
from ingest.words import date_of, number_of, one_line

#: A file has a dozen.
_MOST_CHUNKS = 1_000
_HEAD = 8
_WIDE = 0xFFFFFFFF
_WORDS_BYTES = 1 << 20
#: The largest picture that we take, and the words around it.
ID3_BYTES = 24 << 20
_ID3 = frozenset({b"id3 ", b"ID3 "})
_KINDS = frozenset({b"LIST", b"bext", b"iXML", b"axml", b"NAME", b"AUTH", b"(c) "} | _ID3)
_DESCRIPTION_BYTES = 256
_AXML_ISRC = re.compile(rb"ISRC:([A-Z0-9-]{12,20})", re.IGNORECASE)
_CREDITS = {
    "IMUS": "composer",
    "IWRI": "writer",
    "IPRO": "producer",
    "IENG": "engineer",
    "IARR": "arranger",
}

Chunks = Mapping[bytes, bytes]


def read_chunks(file: BinaryIO) -> Chunks | None:
    """Answer the chunks that tell something, the first of each kind; None of another format."""
    file.seek(0)
    head = file.read(12)
    if head[:4] in {b"RIFF", b"RF64", b"BW64"} and head[8:] == b"WAVE":
        return _gathered(_walk(file, "<"))
    if head[:4] == b"FORM" and head[8:] in {b"AIFF", b"AIFC"}:
        return _gathered(_walk(file, ">"))
    return None


def id3_of(chunks: Chunks) -> bytes | None:
    """Answer the ID3 tag in chunks."""
    return next((data for kind, data in chunks.items() if kind in _ID3), None)


def words_of(chunks: Chunks) -> Tags:
    """Answer what the chunks say, the clearest first."""
    return (
        _info(chunks.get(b"LIST", b""))
        .or_else(_aiff(chunks))
        .or_else(Tags(isrc=_axml(chunks.get(b"axml", b""))))
        .or_else(_ixml(chunks.get(b"iXML", b"")))
        .or_else(_bext(chunks.get(b"bext", b"")))
    )


def _gathered(chunks: Iterator[tuple[bytes, bytes]]) -> Chunks:
    found: dict[bytes, bytes] = {}
    for kind, data in chunks:
        if kind != b"LIST" or data[:4] == b"INFO":
            found.setdefault(kind, data)
    return found


def _walk(file: BinaryIO, order: str) -> Iterator[tuple[bytes, bytes]]:
    wide = None
    for _ in range(_MOST_CHUNKS):
        head = file.read(_HEAD)
        if len(head) < _HEAD:
            return
        kind, size = head[:4], struct.unpack(f"{order}I", head[4:])[0]
        begin, most = file.tell(), ID3_BYTES if kind in _ID3 else _WORDS_BYTES
        if kind == b"ds64":
            wide = struct.unpack("<Q", file.read(16)[8:16].ljust(8, b"\0"))[0]
        elif kind == b"data" and size == _WIDE:
            size = wide or size
        elif kind in _KINDS and size <= most:
            yield kind, file.read(size)
        file.seek(begin + size + size % 2)


def _info(chunk: bytes) -> Tags:
    said = {kind.decode("latin-1"): text for kind, text in _pairs(chunk[4:])}
    return Tags(
        title=_text(said.get("INAM")),
        artist=_text(said.get("IART")),
        album=_text(said.get("IPRD")),
        number=number_of(_text(said.get("ITRK") or said.get("IPRT"))),
        date=date_of(_text(said.get("ICRD"))),
        isrc=isrc_of(_text(said.get("ISRC"))),
        credits=tuple(
            (role, name) for kind, role in _CREDITS.items() if (name := _text(said.get(kind)))
        ),
    )


def _pairs(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    for _ in range(_MOST_CHUNKS):
        if at + _HEAD > len(data):
            return
        kind, size = struct.unpack_from("<4sI", data, at)
        yield kind, data[at + _HEAD : at + _HEAD + size]
        at += _HEAD + size + size % 2


def _aiff(chunks: Chunks) -> Tags:
    return Tags(title=_text(chunks.get(b"NAME")), artist=_text(chunks.get(b"AUTH")))


def _axml(chunk: bytes) -> str | None:
    found = _AXML_ISRC.search(chunk)
    return isrc_of(found[1].decode("ascii")) if found else None


def _ixml(chunk: bytes) -> Tags:
    """Read the project's name, and what the game industry's extension (ASWG) says of music."""
    text = chunk.rstrip(b"\0 \r\n")
    # Without a document type there are no entities, and so nothing that could grow.
    if not text or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        return Tags()
    try:
        root = ET.fromstring(text)  # noqa: S314 - see above
    except (ET.ParseError, ValueError, LookupError):
        return Tags()
    aswg = {one.tag.lower(): one_line(one.text) for one in root.iterfind("ASWG/*")}
    return Tags(
        title=aswg.get("songtitle"),
        artist=aswg.get("artist"),
        album=one_line(root.findtext("PROJECT")),
        isrc=isrc_of(aswg.get("isrcid")),
        credits=tuple((r, name) for r in ("composer", "producer") if (name := aswg.get(r))),
    )


def _bext(chunk: bytes) -> Tags:
    """Read the description where it is a name, and not the settings of a recorder."""
    text = _text(chunk[:_DESCRIPTION_BYTES])
    return Tags(title=text if text and "=" not in text else None)


def _text(data: bytes | None) -> str | None:
    """Decode text that does not say how it is encoded."""
    plain = (data or b"").partition(b"\0")[0][:_WORDS_BYTES]
    try:
        return one_line(plain.decode())
    except UnicodeDecodeError:
        return one_line(plain.decode("cp1252", errors="replace"))
