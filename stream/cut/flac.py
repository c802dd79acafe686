"""Native FLAC from a sample on: its frames as they are stored, numbered anew.

The sample seldom is the first of a frame: what is left of that frame is decoded, and written down
as it sounds. So blocks are not of one size any more, and frames are numbered by samples (RFC 9639,
9.1.5), from 0 on, as players take the time from them.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import soundfile

from stream.cut.flac_frames import (
    HEADER_BYTES,
    Numbering,
    as_numbered,
    verbatim,
    verbatim_bytes,
)
from stream.cut.fragments import Frames, fragment_at, frames_of, not_ours
from stream.cut.parts import Cut, Part
from stream.kept.flac import STREAMINFO, Placed, headed, placed, streaminfo

#: No block has fewer samples, but for the last (8.2).
_LEAST_BLOCK = 16
_DEPTHS = frozenset({16, 24})
#: Behind the sizes of blocks and frames: rate, channels, depth and the number of samples (8.2).
_WORD_AT, _COUNT_BITS, _DEPTH_BITS, _CHANNEL_BITS = 10, 36, 5, 3
_WIDTH = 32
_STORED = Numbering(is_variable=False, second=1, step=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sound:
    """What STREAMINFO says: samples of a block, channels, bits of a sample, and the rest."""

    block: int
    word: int

    @property
    def channels(self) -> int:
        return (self.word >> _COUNT_BITS + _DEPTH_BITS & (1 << _CHANNEL_BITS) - 1) + 1

    @property
    def depth(self) -> int:
        return (self.word >> _COUNT_BITS & (1 << _DEPTH_BITS) - 1) + 1

    def head(self, *, least: int, samples: int) -> bytes:
        """Print the head of a file whose smallest block and length are others."""
        word = self.word >> _COUNT_BITS << _COUNT_BITS | samples
        # How large frames are, and the sum of all samples, nobody knows.
        return headed([(STREAMINFO, struct.pack(">HH6xQ16x", least, self.block, word))])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening:
    """The frame to begin in: how many of its fragment are before it, and of all.

    `gone` samples of it are left out, and `left` are not.
    """

    skipped: int
    first: int
    gone: int
    left: int


def to_read(begin: bytes, fragments: Sequence[Sequence[int]], sample: int) -> tuple[int, int]:
    """Answer what else of the object `cut` wants: where it begins, and how long it is.

    Raises:
        Broken: the object is not as ours are.

    """
    number, _ = fragment_at(fragments, sample)
    one = _placed(fragments, number, _sound(begin).block)
    return fragments[number][0], one.head_bytes + HEADER_BYTES


def cut(begin: bytes, fragments: Sequence[Sequence[int]], sample: int, found: bytes) -> Cut:
    """Cut a file from a sample on, of an object that begins with `begin`.

    `found` is what `to_read` told of. Where fewer samples than a block may have are left of a
    frame, the file begins with as many: up to fifteen earlier, a third of a millisecond.

    Raises:
        Broken: the object is not as ours are.

    """
    sound, frames = _sound(begin), frames_of(found)
    at, starts_at = fragment_at(fragments, sample)
    end = sum(duration for _, _, duration in fragments)
    opening = _opening(sound, sample, starts_at=starts_at, end=end)
    numbering = _STORED
    if opening.gone:
        numbering = Numbering(is_variable=True, second=opening.left, step=sound.block)
    like = found[frames.head_bytes :]
    parts = [_first(fragments[at], frames, sound, opening, numbering, like=like)]
    sent = len(frames.sizes) - opening.skipped
    for number in range(at + 1, len(fragments)):
        one = _placed(fragments, number, sound.block)
        parts.append(_later(fragments[number], one, numbering, sent, opening.first + sent))
        sent += one.frames
    least = sound.block if sent == 1 else max(_LEAST_BLOCK, min(opening.left, sound.block))
    samples = end - opening.first * sound.block - opening.gone
    return Cut(head=sound.head(least=least, samples=samples), parts=tuple(parts))


def _sound(begin: bytes) -> _Sound:
    info = streaminfo(begin)
    block, (word,) = struct.unpack_from(">H", info)[0], struct.unpack_from(">Q", info, _WORD_AT)
    sound = _Sound(block=block, word=word)
    if sound.depth not in _DEPTHS:
        raise not_ours(f"its samples have {sound.depth} bits")
    return sound


def _placed(fragments: Sequence[Sequence[int]], number: int, block: int) -> Placed:
    return placed(fragments[number], block, is_last=number + 1 == len(fragments))


def _opening(sound: _Sound, sample: int, *, starts_at: int, end: int) -> _Opening:
    first = sample // sound.block
    length = min(sound.block, end - first * sound.block)
    gone = min(sample % sound.block, max(0, length - _LEAST_BLOCK))
    skipped = first - starts_at // sound.block
    return _Opening(skipped=skipped, first=first, gone=gone, left=length - gone)


def _first(  # noqa: PLR0913 - what it is made of, and how
    fragment: Sequence[int],
    frames: Frames,
    sound: _Sound,
    opening: _Opening,
    numbering: Numbering,
    *,
    like: bytes,
) -> Part:
    """Make the fragment that is begun in; its frames look `like` that, at their beginning."""
    offset, length, _ = fragment
    places = list(frames.places())[opening.skipped :]
    as_stored = places[1:] if opening.gone else places
    size = sum(end - begin for begin, end in as_stored)
    number = 1 if opening.gone else 0
    size += _longer(numbering, number, opening.first + number, len(as_stored))
    if opening.gone:
        size += verbatim_bytes(opening.left, sound.channels, sound.depth, like=like)

    def make(data: bytes) -> bytes:
        begun = []
        if opening.gone:
            begin, end = places[0]
            begun = [_as_it_sounds(data[begin:end], sound, opening)]
        return b"".join([*begun, *_numbered(data, as_stored, numbering, number)])

    return Part(offset=offset, length=length, size_bytes=size, make=make, unused=places[0][0])


def _later(
    fragment: Sequence[int], one: Placed, numbering: Numbering, sent: int, stored: int
) -> Part:
    """Make a fragment before which so many frames are sent, and more are stored."""
    offset, length, _ = fragment
    size = one.end - one.offset + _longer(numbering, sent, stored, one.frames)
    make = partial(_all_numbered, numbering=numbering, sent=sent)
    return Part(offset=offset, length=length, size_bytes=size, make=make)


def _longer(numbering: Numbering, sent: int, stored: int, frames: int) -> int:
    """Answer how many more bytes frames have when they are numbered anew."""
    return numbering.bytes_of(sent, frames) - _STORED.bytes_of(stored, frames)


def _all_numbered(data: bytes, *, numbering: Numbering, sent: int) -> bytes:
    return b"".join(_numbered(data, list(frames_of(data).places()), numbering, sent))


def _numbered(
    data: bytes, places: Sequence[tuple[int, int]], numbering: Numbering, sent: int
) -> list[bytes]:
    return [
        as_numbered(data[begin:end], numbering.of(number), is_variable=numbering.is_variable)
        for number, (begin, end) in enumerate(places, sent)
    ]


def _as_it_sounds(frame: bytes, sound: _Sound, opening: _Opening) -> bytes:
    """Decode a frame, and write down what is left of it."""
    samples = opening.gone + opening.left
    alone = sound.head(least=sound.block, samples=samples)
    alone += as_numbered(frame, 0, is_variable=False)
    music, _ = soundfile.read(io.BytesIO(alone), dtype="int32", always_2d=True)
    if music.shape != (samples, sound.channels):
        raise not_ours("a frame is not as long as it was")
    left = music[opening.gone :] >> _WIDTH - sound.depth
    return verbatim(left, sound.depth, like=frame)
