"""AAC or Opus in MP4 from a time on: a header of its own, and frames from a little before that on.

A decoder has to begin some frames early to be right (`transcode.ladder`). What these sound is
skipped as priming is: by the edit list, or by the decoder itself where that does it (Opus).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise

from stream.cut.fragments import Frames, fragment_at, frames_of, moved, not_ours
from stream.cut.parts import Cut, Part
from stream.kept.mp4 import HEAD_BYTES, box

#: Where boxes stand in their parents, behind something that is not a box (14496-12, 8.5.2, 12.2.3).
_BEFORE = {b"stsd": 8, b"Opus": 28}
_ELST = (b"moov", b"trak", b"edts", b"elst")
_MEHD = (b"moov", b"mvex", b"mehd")
_DOPS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"Opus", b"dOps")
#: In `elst` behind version and count: how long, and from when on; in `dOps` behind its version and
#: the number of channels.
_EDIT_AT, _LENGTH_AT, _SKIP_AT = 8, 4, 2
_FROM_AT = _EDIT_AT + 8
#: A fragment begins with a frame that needs no other (8.16.3.3).
_SAP = 0x90000000


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """How long a frame is, how many before it a decoder needs, and whether it skips by itself."""

    frame: int
    roll: int
    decoder_skips: bool = False


CODECS = {
    "aac": Codec(frame=1024, roll=1),
    "opus": Codec(frame=960, roll=4, decoder_skips=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A rendition: its header `ftyp moov`, fragments, timescale, and how long the music is."""

    codec: Codec
    header: bytes
    fragments: Sequence[Sequence[int]]
    timescale: int
    samples: int

    @property
    def priming(self) -> int:
        """How much is skipped before the music."""
        if self.codec.decoder_skips:
            skipped: int = struct.unpack_from(">H", self.header, self._skip_at)[0]
        else:
            skipped = struct.unpack_from(">q", self.header, _place(self.header, _ELST) + _FROM_AT)[
                0
            ]
        return skipped

    @property
    def _skip_at(self) -> int:
        return _place(self.header, _DOPS) + _SKIP_AT

    def first_frame(self, time: int) -> int:
        """Answer the frame to begin with, for what sounds at a time."""
        return max(0, (self.priming + time) // self.codec.frame - self.codec.roll)

    def fragment_of(self, frame: int) -> int:
        """Answer the number of the fragment that has a frame."""
        before = 0 if self.codec.decoder_skips else self.priming
        return fragment_at(self.fragments, max(0, frame * self.codec.frame - before))[0]

    def told(self, time: int) -> bytes:
        """Print the header of what begins at a time."""
        skipped = self.priming + time - self.first_frame(time) * self.codec.frame
        left, header = self.samples - time, bytearray(self.header)
        edit_at, length_at = _place(header, _ELST) + _EDIT_AT, _place(header, _MEHD) + _LENGTH_AT
        edit = 0 if self.codec.decoder_skips else skipped
        struct.pack_into(">Qq", header, edit_at, left, edit)
        struct.pack_into(">Q", header, length_at, left)
        if self.codec.decoder_skips:
            struct.pack_into(">H", header, self._skip_at, skipped)
        return bytes(header)


def cut(source: Source, time: int, found: bytes) -> Cut:
    """Cut a file that begins at a time of the music.

    `found` is the beginning of the fragment that has the first frame: all before its frames.

    Raises:
        Broken: the object is not as ours are.

    """
    frame = source.first_frame(time)
    at, frames = source.fragment_of(frame), frames_of(found)
    skipped = frame - frames.begins_at // source.codec.frame
    if not 0 <= skipped < len(frames.sizes):
        raise not_ours("a fragment has other frames")
    by = frame * source.codec.frame
    parts = [_first(source.fragments[at], frames, skipped, source.codec.frame, by)]
    for offset, size, _ in source.fragments[at + 1 :]:
        make = partial(moved, by=by)
        parts.append(Part(offset=offset, length=size, size_bytes=size, make=make))
    return Cut(head=source.told(time) + _index(source, at, time, parts), parts=tuple(parts))


def _first(fragment: Sequence[int], frames: Frames, skipped: int, frame: int, by: int) -> Part:
    offset, length, _ = fragment
    kept = frames.without(skipped, frame).earlier(by)
    begin = frames.head_bytes + sum(frames.sizes[:skipped])

    def make(data: bytes) -> bytes:
        return kept.head() + data[begin:]

    size = kept.size_bytes
    return Part(offset=offset, length=length, size_bytes=size, make=make, unused=begin)


def _index(source: Source, at: int, time: int, parts: Sequence[Part]) -> bytes:
    """Print `sidx` (8.16.3); times are those of the music, before which nothing lasts."""
    ends = accumulate(duration for _, _, duration in source.fragments)
    left = [max(0, end - time) for end in ends][at:]
    head = struct.pack(">IIIQQHH", 1 << 24, 1, source.timescale, 0, 0, 0, len(parts))
    rows = zip(parts, pairwise([0, *left]), strict=True)
    entries = (struct.pack(">III", one.size_bytes, end - begin, _SAP) for one, (begin, end) in rows)
    return box(b"sidx", head, *entries)


def _place(header: bytes | bytearray, path: Sequence[bytes]) -> int:
    """Answer where the body of a box begins that stands in others."""
    at, end = 0, len(header)
    for wanted in path:
        while at + HEAD_BYTES <= end:
            length, kind = struct.unpack_from(">I4s", header, at)
            if kind == wanted and length >= HEAD_BYTES:
                break
            at += max(HEAD_BYTES, length)
        else:
            raise not_ours(f"it has no {wanted.decode()}")
        end = min(end, at + length)
        at += HEAD_BYTES + _BEFORE.get(wanted, 0)
    return at
