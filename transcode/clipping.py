"""Where a recording hit the ceiling and went flat.

One sample at full scale is a loud sample; several in a row, on the same side of zero, are a
curve that somebody cut off. Beyond full scale, which only floats can go, nothing is in the way, and
a curve is cut off where it is flat. What was limited below full scale is not found.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from base.units import Samples
from transcode.passage import Passage
from transcode.runs import runs

#: The largest positive number of 16 bits. Wider masters clip above it and are held to it too:
#: the difference is 0.0003 dB.
FULL_SCALE = np.float32(32767 / 32768)
#: Two neighbours at the top may be honest; converters and editors warn from three.
SHORTEST_RUN_SAMPLES = 3
#: As many places as anybody will listen to.
WORST = 16

#: The first of some samples, and how many they are.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clipping:
    """The flat tops of one channel: how many, the longest, and all of them together.

    `worst` are the longest ones, first and number of samples, in order of time.
    """

    runs: int
    longest_samples: Samples
    total_samples: Samples
    worst: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClippingSoFar:
    """One side of one channel up to here; begins as `ClippingSoFar()`."""

    count: int = 0
    longest: int = 0
    total: int = 0
    open: int = 0
    worst: tuple[Span, ...] = ()

    def after(self, is_full: NDArray[np.bool_], at: int) -> ClippingSoFar:
        """Go on with the samples that are at full scale marked, the first of which is `at`."""
        ended, still_open, starts = runs(is_full, before=self.open)
        is_long = ended >= SHORTEST_RUN_SAMPLES
        long, places = ended[is_long], starts[is_long] + at
        longest = np.argsort(-long, kind="stable")[:WORST]
        spans = zip(places[longest].tolist(), long[longest].tolist(), strict=True)
        return ClippingSoFar(
            count=self.count + len(long),
            longest=max(self.longest, int(long.max(initial=0))),
            total=self.total + int(long.sum()),
            open=still_open,
            worst=_longest((*self.worst, *spans)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClippingOfChannels:
    """The samples up to here, and the two sides of every channel."""

    samples: int
    sides: tuple[tuple[ClippingSoFar, ClippingSoFar], ...]

    def after(self, passage: Passage) -> ClippingOfChannels:
        """Listen on; the passage must not be empty."""
        heard = zip(self.sides, passage.samples, passage.peaks, strict=True)
        return ClippingOfChannels(
            samples=self.samples + passage.samples.shape[1],
            sides=tuple(
                _after(sides, samples, peak, at=self.samples) for sides, samples, peak in heard
            ),
        )

    def result(self) -> tuple[Clipping, ...]:
        """Answer what a track that ends here has, channel by channel."""
        # A sample that is not at full scale ends a run; so does the end of the track.
        end = np.zeros(1, np.bool_)
        at = self.samples
        return tuple(_both(over.after(end, at), under.after(end, at)) for over, under in self.sides)


def no_clipping(channels: int) -> ClippingOfChannels:
    """Answer the state before a track begins."""
    return ClippingOfChannels(samples=0, sides=((ClippingSoFar(), ClippingSoFar()),) * channels)


def _after(
    sides: tuple[ClippingSoFar, ClippingSoFar],
    samples: NDArray[np.float32],
    peak: np.float32,
    *,
    at: int,
) -> tuple[ClippingSoFar, ClippingSoFar]:
    over, under = sides
    # Most music never gets here, and then one look at its peak is enough.
    if peak < FULL_SCALE and not over.open and not under.open:
        return sides
    tops, bottoms = samples >= FULL_SCALE, samples <= -FULL_SCALE
    if peak > 1:
        is_flat = (np.abs(samples) <= 1) | _is_level(samples)
        tops, bottoms = tops & is_flat, bottoms & is_flat
    return over.after(tops, at), under.after(bottoms, at)


def _is_level(samples: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Mark samples that are as high as a neighbour; at the ends, where one is unknown, any."""
    same = samples[1:] == samples[:-1]
    level = np.ones(len(samples), np.bool_)
    level[1:-1] = same[1:] | same[:-1]
    return level


def _both(over: ClippingSoFar, under: ClippingSoFar) -> Clipping:
    return Clipping(
        runs=over.count + under.count,
        longest_samples=Samples(max(over.longest, under.longest)),
        total_samples=Samples(over.total + under.total),
        worst=tuple(sorted(_longest((*over.worst, *under.worst)))),
    )


def _longest(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Keep the longest; of those that are as long the earliest."""
    return tuple(sorted(spans, key=lambda span: (-span[1], span[0]))[:WORST])
