"""The tag in the first frame of an MP3 that tells players which samples are music.

ffmpeg writes it, and says of padding beyond 1681 samples that it is 1681: of one track in 24 a
player would play up to 47 samples too many. How many there should be, we know. Source: the
Xing/Info header and the extension that LAME made of it, as every decoder reads them.
"""

from __future__ import annotations

from pathlib import Path

from base.errors import Broken
from base.units import Samples

_ID3_BYTES = 10
#: MPEG-1 layer III: samples of a frame, and where its side information ends.
_FRAME = 1152
_IS_MPEG_1, _MONO = 0x18, 3
_TAG_AT = {True: 4 + 17, False: 4 + 32}
_NAMES = (b"Xing", b"Info")
#: All four fields of Xing are there: count of frames, of bytes, a table, and the quality.
_ALL_FIELDS = (0xF).to_bytes(4, "big")
_COUNT, _EXTENSION = 8, 120
#: In the extension: delay and padding, twelve bits each, and a checksum of all before it.
_LENGTHS, _CHECKSUM = _EXTENSION + 21, _EXTENSION + 34
_MOST = 0xFFF
_POLYNOMIAL = 0xA001


def state_length(path: Path, samples: Samples) -> None:
    """Write into the tag of an MP3 that it has so many samples, neither more nor less.

    Raises:
        Broken: it has no such tag, or cannot have that many.

    """
    with path.open("r+b") as file:
        start = _past_id3(file.read(_ID3_BYTES))
        file.seek(start)
        frame = bytearray(file.read(_TAG_AT[False] + _CHECKSUM + 2))
        _state(frame, samples)
        file.seek(start)
        file.write(frame)


def _past_id3(head: bytes) -> int:
    if head[:3] != b"ID3":
        return 0
    size = 0
    for digit in head[6:10]:  # seven bits each
        size = size << 7 | digit & 0x7F
    return _ID3_BYTES + size


def _state(frame: bytearray, samples: Samples) -> None:
    if len(frame) < _TAG_AT[False] + _CHECKSUM + 2 or frame[1] & _IS_MPEG_1 != _IS_MPEG_1:
        raise _malformed("it does not begin with a frame of MPEG-1")
    tag = _TAG_AT[frame[3] >> 6 == _MONO]
    if frame[tag : tag + 4] not in _NAMES or frame[tag + 4 : tag + _COUNT] != _ALL_FIELDS:
        raise _malformed("its first frame has no tag")
    frames = int.from_bytes(frame[tag + _COUNT : tag + _COUNT + 4], "big")
    lengths = slice(tag + _LENGTHS, tag + _LENGTHS + 3)
    delay = int.from_bytes(frame[lengths], "big") >> 12
    padding = frames * _FRAME - delay - samples
    if not 0 <= padding <= _MOST:
        raise _malformed(f"{frames} frames cannot have {samples} samples")
    frame[lengths] = (delay << 12 | padding).to_bytes(3, "big")
    end = tag + _CHECKSUM
    frame[end : end + 2] = _checksum(frame[:end]).to_bytes(2, "big")


def _checksum(data: bytes | bytearray) -> int:
    """Answer what CRC-16 (ARC) makes of it."""
    rest = 0
    for byte in data:
        rest ^= byte
        for _ in range(8):
            rest = rest >> 1 ^ _POLYNOMIAL if rest & 1 else rest >> 1
    return rest


def _malformed(reason: str) -> Broken:
    return Broken("wrong-rendition", f"An MP3 is not what was asked for: {reason}.")
