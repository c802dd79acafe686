"""What the header of an MP4 claims, if it stands in front (ISO/IEC 14496-12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace

from ingest.sniff.fields import MOST_CHUNKS, Chunk, number
from ingest.sniff.verdict import Claim

_CODECS = {
    b"alac": ("ALAC", True),
    b"fLaC": ("FLAC", True),
    b"lpcm": ("PCM", True),
    b"sowt": ("PCM", True),
    b"twos": ("PCM", True),
    b"in24": ("PCM", True),
    b"in32": ("PCM", True),
    b"fl32": ("PCM", True),
    b"fl64": ("PCM", True),
    b"ipcm": ("PCM", True),
    b"fpcm": ("PCM", True),
    b"mp4a": ("AAC", False),
    b"Opus": ("Opus", False),
    b".mp3": ("MP3", False),
}
_PROTECTED = frozenset({b"enca", b"drms"})
_TO_SAMPLE_TABLE = (b"mdia", b"minf", b"stbl")
_WIDE = 1
_QUICKTIME_2 = 2
_MOST_16_BITS = 0xFFFF


def claim_of_mp4(data: bytes, at: int) -> Claim | None:
    """Read the first track of sound; nothing where the header is behind the music."""
    ends_at, claim, has_pictures = 0, None, False
    for box in _boxes(data, at, None):
        if box.kind == b"mdat":
            ends_at = max(ends_at, box.end)
        if box.kind == b"moov":
            for track in _boxes(data, box.at, box.end):
                handler = _handler(data, track) if track.kind == b"trak" else b""
                has_pictures = has_pictures or handler == b"vide"
                if handler == b"soun" and claim is None:
                    claim = _track(data, track)
    if claim is None and not ends_at and not has_pictures:
        return None
    # Where the header is not there yet, no more is known than where the music ends.
    claim = claim or Claim(codec="", is_lossless=True)
    return replace(claim, ends_at=ends_at or None, has_pictures=has_pictures)


def _boxes(data: bytes, at: int, end: int | None) -> Iterator[Chunk]:
    """Walk over boxes as far as there are bytes, and no further than the box around them."""
    for _ in range(MOST_CHUNKS):
        size, body = number(">I", data, at), at + 8
        if size == _WIDE:
            size, body = number(">Q", data, at + 8), at + 16
        # No size is: until the end of the file.
        if not size or at + size < body or (end is not None and at + size > end):
            return
        yield Chunk(kind=data[at + 4 : at + 8], at=body, size=at + size - body)
        at += size


def _child(data: bytes, around: Chunk, *path: bytes) -> Chunk | None:
    for kind in path:
        found = (box for box in _boxes(data, around.at, around.end) if box.kind == kind)
        if (inner := next(found, None)) is None:
            return None
        around = inner
    return around


def _handler(data: bytes, track: Chunk) -> bytes:
    box = _child(data, track, b"mdia", b"hdlr")
    return data[box.at + 8 : box.at + 12] if box else b""


def _track(data: bytes, track: Chunk) -> Claim | None:
    table = _child(data, track, *_TO_SAMPLE_TABLE, b"stsd")
    if table is None:
        return None
    at = table.at + 8  # behind version, flags and count
    kind = data[at + 4 : at + 8]
    codec, is_lossless = _CODECS.get(kind, ("", True))
    scale, ticks = _length(data, track)
    rate, channels = _shape(data, at)
    # A rate of 16.16 bits cannot say more than 65535: then the clock of the track does.
    hertz = scale if scale > _MOST_16_BITS else rate
    return Claim(
        codec=codec,
        is_lossless=is_lossless,
        rate=hertz or None,
        channels=channels,
        frames=int(ticks * hertz / scale) if scale and ticks else None,
        is_protected=kind in _PROTECTED,
    )


def _shape(data: bytes, at: int) -> tuple[float, int | None]:
    """Answer rate and channels of a sample entry; QuickTime's second version puts them behind."""
    if number(">H", data, at + 16) == _QUICKTIME_2 and at + 52 <= len(data):
        rate, channels = struct.unpack_from(">dI", data, at + 40)
        return rate, channels
    return (number(">I", data, at + 32) or 0) >> 16, number(">H", data, at + 24)


def _length(data: bytes, track: Chunk) -> tuple[int, int]:
    """Answer the clock of a track and its length in ticks; all ones is not known."""
    box = _child(data, track, b"mdia", b"mdhd")
    if box is None:
        return 0, 0
    is_wide = data[box.at : box.at + 1] == b"\x01"
    scale = number(">I", data, box.at + (20 if is_wide else 12)) or 0
    ticks = number(">Q" if is_wide else ">I", data, box.at + (24 if is_wide else 16)) or 0
    is_known = ticks not in {0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF}
    return scale, ticks if is_known else 0
