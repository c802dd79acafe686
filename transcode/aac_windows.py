"""How an AAC frame overlaps with its neighbours, read from its first bits.

Source: ISO/IEC 14496-3, tables 4.4 to 4.6 (`raw_data_block` to `ics_info`).
"""

from __future__ import annotations

from typing import NamedTuple

_SINGLE_CHANNEL, _CHANNEL_PAIR = 0, 1


class Windows(NamedTuple):
    """The sequence (long, start, eight short, stop) and the shape (sine, Kaiser-Bessel)."""

    sequence: int
    shape: int


def windows_of(frame: bytes | memoryview) -> Windows | None:
    """Answer the windows of all channels; None where they differ, or do not stand in front."""
    bits = int.from_bytes(frame[:4], "big")
    element = _bits(bits, 0, 3)
    if element == _SINGLE_CHANNEL:
        at = 3 + 4 + 8  # the element's tag, and the global gain
    elif element == _CHANNEL_PAIR and _bits(bits, 7, 1):
        at = 3 + 4 + 1  # the tag, and that both channels share what follows
    else:
        return None
    return Windows(sequence=_bits(bits, at + 1, 2), shape=_bits(bits, at + 3, 1))


def _bits(word: int, at: int, count: int) -> int:
    return word >> 32 - at - count & (1 << count) - 1
