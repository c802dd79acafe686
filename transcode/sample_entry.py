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


def _overwritten(entry: bytes, kind: bytes, at: int, value: bytes) -> bytes:
    at += _find(entry, kind, at + len(value))
    return entry[:at] + value + entry[at + len(value) :]


def _find(entry: bytes, kind: bytes, size: int) -> int:
    """Answer where the body of a box begins that has at least `size` bytes."""
    at = entry.find(kind)
    if at < 0 or at + len(kind) + size > len(entry):
        raise malformed(f"its sample entry has no {kind.decode()}")
    return at + len(kind)
