"""An MP4 with today's tags: its sound as it is stored, behind a header of our own.

Tags are atoms as iTunes writes them, and "free form" ones where it has none (as Picard and beets
do); the header tells where the sound is, and is told where it has moved. Source: ISO/IEC 14496-12,
8.7.5 (chunk offsets), and the QuickTime File Format, Metadata.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from base.errors import Broken
from stream.kept.composition import Composition
from stream.kept.tags import Field, Tags

HEAD_BYTES = 8
#: What is read to see how long the header is: that of `moov` stands behind a short `ftyp`.
BEGIN_BYTES = 256
#: An hour at 192 kHz has 0.7 MB of header.
MOST_HEADER_BYTES = 64 << 20
_TEXT, _JPEG, _NUMBERS = 1, 13, 0
_ATOMS = {
    Field.TITLE: b"\xa9nam",
    Field.ARTIST: b"\xa9ART",
    Field.ALBUM: b"\xa9alb",
    Field.ALBUM_ARTIST: b"aART",
    Field.COMPOSER: b"\xa9wrt",
    Field.DATE: b"\xa9day",
    Field.GENRE: b"\xa9gen",
    Field.COPYRIGHT: b"cprt",
    Field.LYRICS: b"\xa9lyr",
}
#: What is said in pairs of numbers: which one, and of how many.
_PAIRS = {b"trkn": (Field.TRACK, Field.TRACKS), b"disk": (Field.DISC, Field.DISCS)}
_PAIRED = frozenset(name for pair in _PAIRS.values() for name in pair)
#: Readers look for these as MusicBrainz names them; others are found by their own names.
_FREE = {
    Field.RECORDING_MBID: "MusicBrainz Track Id",
    Field.RELEASE_MBID: "MusicBrainz Album Id",
    Field.GROUP_MBID: "MusicBrainz Release Group Id",
    Field.ARTIST_MBID: "MusicBrainz Artist Id",
    Field.ALBUM_ARTIST_MBID: "MusicBrainz Album Artist Id",
    Field.RELEASE_TYPE: "MusicBrainz Album Type",
    Field.TRACK_GAIN: "replaygain_track_gain",
    Field.TRACK_PEAK: "replaygain_track_peak",
    Field.REFERENCE: "replaygain_reference_loudness",
}
#: Where chunks are, and as what number each stands.
_OFFSETS = {b"stco": "I", b"co64": "Q"}
_WITHIN = frozenset({b"trak", b"mdia", b"minf", b"stbl"})
_MOST_NUMBER = 0xFFFF


def header_bytes(begin: bytes) -> int:
    """Answer how long the header is of a file that begins so: `ftyp` and `moov`.

    Raises:
        Broken: the file does not begin with one.

    """
    at = 0
    for wanted in (b"ftyp", b"moov"):
        length, kind = struct.unpack_from(">I4s", begin.ljust(at + HEAD_BYTES, b"\0"), at)
        at += length
        if length < HEAD_BYTES or kind != wanted or at > MOST_HEADER_BYTES:
            raise _not_ours("it does not begin with a header")
    return at


def tagged(header: bytes, size_bytes: int, tags: Tags) -> Composition:
    """Compose a file of the header of another, and of all that follows it there.

    Raises:
        Broken: the header is not as ours are.

    """
    boxes = dict(_boxes(header, 0, len(header)))
    ftyp, moov = boxes[b"ftyp"], boxes[b"moov"]
    kept = [(kind, body) for kind, body in _boxes(moov, 0, len(moov)) if kind != b"udta"]
    about = box(b"udta", _meta(tags))
    length = sum(HEAD_BYTES + len(body) for _, body in kept) + len(about)
    before = HEAD_BYTES + len(ftyp) + HEAD_BYTES + length
    moved = before - len(header)
    parts = [_moved(kind, body, moved) for kind, body in kept]
    head = box(b"ftyp", ftyp) + box(b"moov", *parts, about)
    return Composition(head=head, stretches=((len(header), size_bytes - len(header)),))


def _moved(kind: bytes, body: bytes, by: int) -> bytes:
    """Print a box again whose chunks lie elsewhere now."""
    if kind in _WITHIN:
        return box(kind, *(_moved(*each, by) for each in _boxes(body, 0, len(body))))
    if kind in _OFFSETS:
        form = _OFFSETS[kind]
        count = (len(body) - HEAD_BYTES) // struct.calcsize(f">{form}")
        try:
            offsets = struct.unpack_from(f">{count}{form}", body, HEAD_BYTES)
            moved = struct.pack(f">{count}{form}", *(one + by for one in offsets))
            body = body[:HEAD_BYTES] + moved
        except struct.error:
            raise _not_ours("its sound would lie beyond what it can tell") from None
    return box(kind, body)


def _meta(tags: Tags) -> bytes:
    handler = struct.pack(">II4s4s8xB", 0, 0, b"mdir", b"appl", 0)
    return box(b"meta", bytes(4), box(b"hdlr", handler), box(b"ilst", *_items(tags)))


def _items(tags: Tags) -> Iterator[bytes]:
    for name, values in tags.fields.items():
        if name in _ATOMS:
            yield box(_ATOMS[name], *(_data(_TEXT, one.encode()) for one in values))
        elif name not in _PAIRED:
            yield _free(_FREE.get(name, name), values)
    for atom, (which, many) in _PAIRS.items():
        if tags.number(which):
            pair = [min(tags.number(one), _MOST_NUMBER) for one in (which, many)]
            yield box(atom, _data(_NUMBERS, struct.pack(">2x2H2x", *pair)))
    if tags.cover is not None:
        yield box(b"covr", _data(_JPEG, tags.cover.data))


def _free(name: str, values: tuple[str, ...]) -> bytes:
    return box(
        b"----",
        box(b"mean", bytes(4), b"com.apple.iTunes"),
        box(b"name", bytes(4), name.encode()),
        *(_data(_TEXT, one.encode()) for one in values),
    )


def _data(kind: int, value: bytes) -> bytes:
    return box(b"data", struct.pack(">II", kind, 0), value)


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    """Answer the kinds and bodies of boxes; those of a header are not large."""
    while at < end:
        length, kind = struct.unpack_from(">I4s", data, at) if at + HEAD_BYTES <= end else (0, b"")
        if length < HEAD_BYTES or at + length > end:
            raise _not_ours("a box is longer than what it stands in")
        yield kind, data[at + HEAD_BYTES : at + length]
        at += length


def box(kind: bytes, *parts: bytes) -> bytes:
    """Print a box."""
    body = b"".join(parts)
    return struct.pack(">I4s", HEAD_BYTES + len(body), kind) + body


def _not_ours(why: str) -> Broken:
    return Broken("malformed-media", f"The object is no MP4 that we made: {why}.")
