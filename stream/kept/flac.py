"""Native FLAC of the FLAC that is streamed: the same frames behind another head (RFC 9639).

The frames of our fragments are numbered from 0 and of one size but for the last, as a file wants
them (9.1): nothing is encoded, and what is sent decodes to the same samples. What stands between
them, the heads of fragments (`transcode.cmaf` prints them), is as long as what they tell of.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from base.errors import Broken
from stream.kept.composition import Composition
from stream.kept.tags import Cover, Tags

#: Kinds of metadata blocks (8.1), and the flag of the last one.
STREAMINFO, _SEEKTABLE, _VORBIS_COMMENT, _PICTURE = 0, 3, 4, 6
_LAST = 0x80
_LONGEST_BLOCK = (1 << 24) - 1
_STREAMINFO_BYTES = 34
#: In `dfLa`, behind its name: version and flags, and the head of the block.
_ENTRY, _INFO_AT = b"dfLa", 4 + 4 + 4
#: A fragment's head: moof(mfhd traf(tfhd tfdt trun)) without the frames of trun, then that of mdat.
_MOOF_BYTES, _MDAT_BYTES = 8 + 16 + 8 + 16 + 20 + 20, 8
#: What trun tells of each frame: its size, and its duration where the last one is shorter.
_SIZE_BYTES, _SHORT_BYTES = 4, 8
_VENDOR = b"Refrain"
_FRONT_COVER, _COLOUR_BITS = 3, 24
_JPEG = b"image/jpeg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where in the object the frames of a fragment begin and end, behind which head; how many."""

    offset: int
    end: int
    head_bytes: int
    frames: int


def to_read(fragments: Sequence[Sequence[int]]) -> int:
    """Answer how much of the object `native` wants: to the end of the first fragment's boxes."""
    offset, size, _ = fragments[0]
    return offset + min(size, _MOOF_BYTES)


def native(begin: bytes, fragments: Sequence[Sequence[int]], tags: Tags) -> Composition:
    """Compose a file of an object that begins so; fragments are `[offset, size_bytes, duration]`.

    Raises:
        Broken: the object is not as ours are.

    """
    info = streaminfo(begin)
    (frame,) = struct.unpack_from(">H", info, 2)
    found = [placed(one, frame, is_last=one is fragments[-1]) for one in fragments]
    _require_ours(begin, found[0])
    stretches = tuple((one.offset, one.end - one.offset) for one in found)
    blocks = [
        (STREAMINFO, info),
        (_SEEKTABLE, _seek_table(fragments, [length for _, length in stretches], frame)),
        (_VORBIS_COMMENT, _comments(tags)),
    ]
    if tags.cover is not None:
        blocks.append((_PICTURE, _picture(tags.cover)))
    return Composition(head=headed(blocks), stretches=stretches)


def headed(blocks: Sequence[tuple[int, bytes]]) -> bytes:
    """Print what a file begins with: blocks of metadata, each of a kind; too long ones are not."""
    return b"fLaC" + b"".join(_printed(blocks))


def streaminfo(begin: bytes) -> bytes:
    """Read what an object says of its frames, that begins so.

    Raises:
        Broken: the object is not as ours are.

    """
    at = begin.find(_ENTRY) + _INFO_AT
    info = begin[at : at + _STREAMINFO_BYTES]
    if (
        at < _INFO_AT
        or len(info) != _STREAMINFO_BYTES
        or info[:2] != info[2:4]
        or not any(info[:2])
    ):
        raise _not_ours("it does not tell of its frames")
    # What an encoder said before it had made a frame is only what they cannot exceed.
    return info if any(info[4:7]) else info[:4] + bytes(6) + info[10:]


def placed(fragment: Sequence[int], frame: int, *, is_last: bool) -> Placed:
    """Answer where the frames of a fragment are, of so many samples each.

    Raises:
        Broken: the object is not as ours are.

    """
    offset, size, duration = fragment
    frames, rest = -(-duration // frame), duration % frame
    if rest and not is_last:
        raise _not_ours("a fragment ends within a frame")
    head = _MOOF_BYTES + frames * (_SHORT_BYTES if rest else _SIZE_BYTES) + _MDAT_BYTES
    if size <= head:
        raise _not_ours("a fragment has no room for its frames")
    return Placed(offset=offset + head, end=offset + size, head_bytes=head, frames=frames)


def _require_ours(begin: bytes, first: Placed) -> None:
    """Require that the first fragment's head is as long as was told."""
    at = first.offset - first.head_bytes
    said = struct.pack(">I4s", first.head_bytes - _MDAT_BYTES, b"moof")
    if begin[at : at + len(said)] != said:
        raise _not_ours("its fragments have other heads")


def _seek_table(fragments: Sequence[Sequence[int]], lengths: Sequence[int], frame: int) -> bytes:
    """Print a point for each fragment (8.5): six seconds, as players of streams seek."""
    samples = accumulate((duration for _, _, duration in fragments), initial=0)
    offsets = accumulate(lengths, initial=0)
    return b"".join(
        struct.pack(">QQH", sample, offset, min(frame, duration))
        for sample, offset, (_, _, duration) in zip(samples, offsets, fragments, strict=False)
    )


def _comments(tags: Tags) -> bytes:
    """Print Vorbis comments (8.6), whose numbers are little-endian, as nothing else here is."""
    said = [f"{name}={one}".encode() for name, values in tags.fields.items() for one in values]
    parts = [_VENDOR, *said]
    counted = (struct.pack("<I", len(one)) + one for one in parts)
    return next(counted) + struct.pack("<I", len(said)) + b"".join(counted)


def _picture(cover: Cover) -> bytes:
    """Print a picture (8.8) without a description."""
    head = struct.pack(">II", _FRONT_COVER, len(_JPEG)) + _JPEG + struct.pack(">I", 0)
    size = struct.pack(">5I", cover.width, cover.height, _COLOUR_BITS, 0, len(cover.data))
    return head + size + cover.data


def _printed(blocks: Sequence[tuple[int, bytes]]) -> Iterator[bytes]:
    fit = [(kind, body) for kind, body in blocks if len(body) <= _LONGEST_BLOCK]
    for number, (kind, body) in enumerate(fit, start=1):
        flag = _LAST if number == len(fit) else 0
        yield struct.pack(">I", (flag | kind) << 24 | len(body)) + body


def _not_ours(why: str) -> Broken:
    return Broken("malformed-media", f"The object is no FLAC that we made: {why}.")
