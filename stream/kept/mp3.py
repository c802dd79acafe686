"""An MP3 with today's tags: its frames as they are stored, behind an ID3v2 tag of our own.

The tag is of version 2.3, which everything reads, with names as Picard and beets write them.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from mutagen.id3 import APIC, ID3, TXXX, UFID, USLT, Frame, Frames

from stream.kept.composition import Composition
from stream.kept.tags import Field, Tags

#: What is read of an object to see how long a tag it has: the head of one (ID3v2.4, 3.1).
HEAD_BYTES = 10
_LATIN, _UTF_16 = 0, 1
_TEXTS = {
    Field.TITLE: "TIT2",
    Field.ARTIST: "TPE1",
    Field.ALBUM: "TALB",
    Field.ALBUM_ARTIST: "TPE2",
    Field.COMPOSER: "TCOM",
    Field.DATE: "TDRC",
    Field.ORIGINAL_DATE: "TDOR",
    Field.GENRE: "TCON",
    Field.ISRC: "TSRC",
    Field.LABEL: "TPUB",
    Field.COPYRIGHT: "TCOP",
}
#: What is said as one of so many.
_PAIRS = {"TRCK": (Field.TRACK, Field.TRACKS), "TPOS": (Field.DISC, Field.DISCS)}
_ELSEWHERE = frozenset(
    {*(name for pair in _PAIRS.values() for name in pair), Field.LYRICS, Field.LANGUAGE}
)
_MUSICBRAINZ = "http://musicbrainz.org"
_FREE = {
    Field.RELEASE_MBID: "MusicBrainz Album Id",
    Field.GROUP_MBID: "MusicBrainz Release Group Id",
    Field.ARTIST_MBID: "MusicBrainz Artist Id",
    Field.ALBUM_ARTIST_MBID: "MusicBrainz Album Artist Id",
    Field.RELEASE_TYPE: "MusicBrainz Album Type",
    Field.TRACK_GAIN: "replaygain_track_gain",
    Field.TRACK_PEAK: "replaygain_track_peak",
    Field.REFERENCE: "replaygain_reference_loudness",
}
#: ISO 639-2: nobody said which.
_UNDETERMINED = "und"
_FRONT_COVER = 3


def tag_bytes(begin: bytes) -> int:
    """Answer how long the tag is that an object begins with."""
    if len(begin) < HEAD_BYTES or not begin.startswith(b"ID3"):
        return 0
    size = 0
    for seven_bits in begin[6:HEAD_BYTES]:
        size = size << 7 | seven_bits & 0x7F
    return HEAD_BYTES + size


def tagged(begin: bytes, size_bytes: int, tags: Tags) -> Composition:
    """Compose a file of an object that begins so."""
    skipped = min(tag_bytes(begin), size_bytes - 1)
    return Composition(head=_printed(tags), stretches=((skipped, size_bytes - skipped),))


def _printed(tags: Tags) -> bytes:
    frames, file = ID3(), BytesIO()
    for one in _frames(tags):
        frames.add(one)
    frames.update_to_v23()
    frames.save(file, v1=0, v2_version=3, padding=lambda _: 0)
    return file.getvalue()


def _frames(tags: Tags) -> Iterator[Frame]:
    for name, values in tags.fields.items():
        if name in _TEXTS:
            yield Frames[_TEXTS[name]](encoding=_UTF_16, text=list(values))
        elif name is Field.RECORDING_MBID:
            yield UFID(owner=_MUSICBRAINZ, data=values[0].encode())
        elif name not in _ELSEWHERE:
            yield TXXX(encoding=_UTF_16, desc=_FREE.get(name, name), text=list(values))
    for frame, (which, many) in _PAIRS.items():
        if tags.number(which):
            said = "/".join(str(one) for one in map(tags.number, (which, many)) if one)
            yield Frames[frame](encoding=_LATIN, text=[said])
    if words := tags.first(Field.LYRICS):
        yield USLT(encoding=_UTF_16, lang=_UNDETERMINED, desc="", text=words)
    if tags.cover is not None:
        yield APIC(
            encoding=_LATIN, mime="image/jpeg", type=_FRONT_COVER, desc="", data=tags.cover.data
        )
