"""The rates of a rendition as RFC 8216bis, 4.1, defines them, from the sizes of its segments."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

_BITS = 8
#: A peak is that of segments that last between half and one and a half target durations.
_SHORTEST, _LONGEST = Fraction(1, 2), Fraction(3, 2)
#: Segments that one peak is looked for in; more are shorter than anybody makes them.
_MOST_TOGETHER = 64

Sized = tuple[int, Fraction]


def average_bps(segments: Sequence[Sized]) -> int:
    """Answer the average segment bit rate; segments are bytes and seconds."""
    seconds = sum((one[1] for one in segments), Fraction(0))
    return round(sum(one[0] for one in segments) * _BITS / seconds) if seconds else 0


def peak_bps(segments: Sequence[Sized], target_s: int) -> int:
    """Answer the peak segment bit rate.

    A last segment that is shorter than half a target duration sets no peak, unless it is alone.
    """
    shortest, longest = _SHORTEST * target_s, _LONGEST * target_s
    found = [
        rate
        for first in range(len(segments))
        for rate in _rates_from(segments[first : first + _MOST_TOGETHER], shortest, longest)
    ]
    return round(max(found, default=Fraction(average_bps(segments))))


def _rates_from(segments: Sequence[Sized], shortest: Fraction, longest: Fraction) -> list[Fraction]:
    rates, size, seconds = [], 0, Fraction(0)
    for one in segments:
        size, seconds = size + one[0], seconds + one[1]
        if seconds > longest:
            break
        if seconds >= shortest and seconds:
            rates.append(size * _BITS / seconds)
    return rates
