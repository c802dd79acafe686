"""What the sample entry of a codec says of a whole track, known only when it is laid out.

Sources: Encapsulation of Opus in ISO BMFF, 4.3.2 (`dOps`); Encapsulation of FLAC in ISO BMFF,
3.3.2 (`dfLa`) with RFC 9639, 8.2 (STREAMINFO).
"""

from __future__ import annotations

import struct

from transcode.boxes import malformed
from transcode.ladder import Codec
from transcode.timeline import Timeline

#: In `dOps`: behind a version and the number of channels.
_PRE_SKIP_AT = 2
#: In `dfLa`: behind a full box, the header of a metadata block, and two pairs of bounds, 64 bits
#: whose last 36 count the samples.
_FLAC_COUNT_AT = 4 + 4 + 10
_FLAC_COUNT_BITS = 36
#: There, too: the smallest and the largest frame in bytes, 24 bits each; and behind the count, the
#: MD5 of the samples.
_FLAC_FRAMES_AT = 4 + 4 + 4
_FLAC_MD5_AT = _FLAC_COUNT_AT + 8


def sample_entry_for(codec: Codec, entry: bytes, line: Timeline) -> bytes:
    """Answer the entry with what belongs to this track in it.

    Raises:
        Broken: it is not an entry of that codec.

    """
    if codec is Codec.OPUS:
        return _overwritten(entry, b"dOps", _PRE_SKIP_AT, struct.pack(">H", line.priming))
    if codec is Codec.FLAC:
        at = _find(entry, b"dfLa", _FLAC_COUNT_AT + 8) + _FLAC_COUNT_AT
        (word,) = struct.unpack_from(">Q", entry, at)
        word = word >> _FLAC_COUNT_BITS << _FLAC_COUNT_BITS | line.samples
        return _overwritten(entry, b"dfLa", _FLAC_COUNT_AT, struct.pack(">Q", word))
    return entry


def with_frame_sizes(entry: bytes, smallest: int, largest: int) -> bytes:
    """Answer the entry of FLAC with how large its frames are, which its encoder could only guess.

    Raises:
        Broken: as before.

    """
    value = struct.pack(">I", smallest)[1:] + struct.pack(">I", largest)[1:]
    return _overwritten(entry, b"dfLa", _FLAC_FRAMES_AT, value)


def with_md5(entry: bytes, md5: bytes) -> bytes:
    """Answer the entry of FLAC with the digest of its samples, known when they were heard.

    Raises:
        Broken: as before.

    """
    return _overwritten(entry, b"dfLa", _FLAC_MD5_AT, md5)


def _overwritten(entry: bytes, kind: bytes, at: int, value: bytes) -> bytes:
    at += _find(entry, kind, at + len(value))
    return entry[:at] + value + entry[at + len(value) :]


def _find(entry: bytes, kind: bytes, size: int) -> int:
    """Answer where the body of a box begins that has at least `size` bytes."""
    at = entry.find(kind)
    if at < 0 or at + len(kind) + size > len(entry):
        raise malformed(f"its sample entry has no {kind.decode()}")
    return at + len(kind)
