"""Frames of FLAC (RFC 9639, 9) that are numbered anew, and ones that are written as they sound.

A frame says which one it is, and ends with a sum of all its bytes. Sums are linear: that of a frame
with another header is told from the two headers and its length, without reading the frame again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: A frame of a stream whose blocks all are of one size is numbered by frames, else by samples.
_FIXED, _VARIABLE = b"\xff\xf8", b"\xff\xf9"
_NUMBER_AT = 4
#: No header is longer (9.1).
HEADER_BYTES = 16
#: Bytes behind the number, by the codes of block size and sample rate (9.1.1, 9.1.2).
_BLOCK_BYTES, _RATE_BYTES = {6: 1, 7: 2}, {12: 1, 13: 2, 14: 2}
_BLOCK_IN_TWO_BYTES = 7
_SUM_BYTES = 2
#: Numbers from these on take a byte more (9.1.5).
_LONGER = (1 << 7, 1 << 11, 1 << 16, 1 << 21, 1 << 26, 1 << 31)
_FIRST_BITS = (0x00, 0xC0, 0xE0, 0xF0, 0xF8, 0xFC, 0xFE)
_CRC_8, _CRC_16 = 0x07, 0x8005
#: One channel, as it is, without bits that are left out (9.2.1).
_VERBATIM = b"\x02"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """How frames are numbered: those behind the first from `second` on, each `step` more."""

    is_variable: bool
    second: int
    step: int

    def bytes_of(self, first: int, count: int) -> int:
        """Answer how long the numbers are of `count` frames, the first of which is the `first`."""
        if not first and count:  # from 0 to the second is another step
            return 1 + self.bytes_of(1, count - 1)
        begin = self.of(first)
        longer = (max(0, count - max(0, -(-(at - begin) // self.step))) for at in _LONGER)
        return count + sum(longer)

    def of(self, frame: int) -> int:
        """Answer what the n-th frame says; that of the first is 0."""
        return self.second + (frame - 1) * self.step if frame else 0


def as_numbered(frame: bytes, number: int, *, is_variable: bool) -> bytes:
    """Answer a frame that says another number."""
    old = frame[: _header_bytes(frame)]
    behind = _NUMBER_AT + _coded_bytes(frame[_NUMBER_AT])
    sync = _VARIABLE if is_variable else _FIXED
    new = sync + old[2:_NUMBER_AT] + coded(number) + old[behind:-1]
    new += bytes((_crc_8(new),))
    body = frame[len(old) : -_SUM_BYTES]
    changed = _crc_16(old) ^ _crc_16(new)
    # Of what has been read before the old sum, every bit moved on by the length of the rest.
    total = int.from_bytes(frame[-_SUM_BYTES:]) ^ _times(changed, _moved_by(len(body)))
    return new + body + total.to_bytes(_SUM_BYTES)


def verbatim(samples: NDArray[np.int32], depth: int, *, like: bytes) -> bytes:
    """Write samples `(frames, channels)` as the first frame of variable blocks.

    Their `depth` is in whole bytes; rate and depth are told as another frame tells them.
    """
    count, channels = samples.shape
    rate = like[2] & 0xF
    extra = like[_header_bytes(like) - 1 - _RATE_BYTES.get(rate, 0) : _header_bytes(like) - 1]
    told = bytes((_BLOCK_IN_TWO_BYTES << 4 | rate, channels - 1 << 4 | like[3] & 0x0E))
    head = _VARIABLE + told + coded(0) + (count - 1).to_bytes(2) + extra
    head += bytes((_crc_8(head),))
    width = depth // 8
    octets: NDArray[np.uint8] = (
        samples.astype(">i4").view(np.uint8).reshape(count, channels, 4)[:, :, 4 - width :]
    )
    frame: bytes = head + b"".join(_VERBATIM + octets[:, one].tobytes() for one in range(channels))
    return frame + _crc_16(frame).to_bytes(_SUM_BYTES)


def verbatim_bytes(count: int, channels: int, depth: int, *, like: bytes) -> int:
    """Answer how long that frame is."""
    head = _NUMBER_AT + 1 + 2 + _RATE_BYTES.get(like[2] & 0xF, 0) + 1
    return head + channels * (1 + count * depth // 8) + _SUM_BYTES


def coded(number: int) -> bytes:
    """Write a number as frames do: like UTF-8, up to 36 bits."""
    more = sum(number >= one for one in _LONGER)
    if not more:
        return bytes((number,))
    low = [0x80 | number >> 6 * place & 0x3F for place in reversed(range(more))]
    return bytes((_FIRST_BITS[more] | number >> 6 * more, *low))


def _coded_bytes(first: int) -> int:
    return max(1, 8 - (first ^ 0xFF).bit_length())


def _header_bytes(frame: bytes) -> int:
    at = _NUMBER_AT + _coded_bytes(frame[_NUMBER_AT])
    return at + _BLOCK_BYTES.get(frame[2] >> 4, 0) + _RATE_BYTES.get(frame[2] & 0xF, 0) + 1


def _crc_8(data: bytes) -> int:
    value = 0
    for one in data:
        value = _TABLE_8[value ^ one]
    return value


def _crc_16(data: bytes) -> int:
    value = 0
    for one in data:
        value = (value << 8 & 0xFFFF) ^ _TABLE_16[value >> 8 ^ one]
    return value


def _moved_by(octets: int) -> int:
    """Answer x^(8n) of the polynomial's remainders."""
    power, place = 1, 0
    while octets >> place:
        if octets >> place & 1:
            power = _times(power, _POWERS[place])
        place += 1
    return power


def _times(one: int, other: int) -> int:
    """Multiply remainders."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one = one << 1 ^ (0x10000 | _CRC_16 if one & 0x8000 else 0)
        other >>= 1
    return product


def _table(polynomial: int, bits: int) -> tuple[int, ...]:
    top, mask = 1 << bits - 1, (1 << bits) - 1

    def entry(value: int) -> int:
        value <<= bits - 8
        for _ in range(8):
            value = (value << 1 & mask) ^ (polynomial if value & top else 0)
        return value

    return tuple(entry(one) for one in range(256))


_TABLE_8, _TABLE_16 = _table(_CRC_8, 8), _table(_CRC_16, 16)


def _powers(count: int) -> tuple[int, ...]:
    """Answer x^8, and the square of each before, as far as frames are long."""
    found = [1 << 8]
    while len(found) < count:
        found.append(_times(found[-1], found[-1]))
    return tuple(found)


_POWERS = _powers(32)
