"""The moments of a track in which an encoder had most to do.

They are all that is looked at closely when a track has ended, so that its length costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from transcode.passage import Passage

#: What all moments of a track begin a multiple of.
EVERY_FRAMES = 1 << 15
#: How long each is, at the usual rates: four blocks of the longest codec, and room for one more
#: to begin anywhere.
_FRAMES, _USUAL_RATE = 6_144, 48_000
#: Enough that what one of them cannot tell the others do, see docs/quality-report.md.
MOST_SNIPPETS = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snippet:
    """Samples of shape `(channels, frames)`, the first of which is the track's `start`-th.

    `business` is how much of it is high: the energy of its slope.
    """

    start: int
    business: float
    samples: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SnippetsSoFar:
    """The busiest moments up to here, each of `length` frames."""

    length: int
    frames: int = 0
    kept: tuple[Snippet, ...] = ()

    def after(self, passage: Passage) -> SnippetsSoFar:
        """Listen on; the passages before were whole multiples of `EVERY_FRAMES`."""
        heard, kept = passage.samples.shape[1], self.kept
        for first in range(0, heard - self.length + 1, EVERY_FRAMES):
            samples = passage.samples[:, first : first + self.length]
            kept = _with(kept, self.frames + first, samples)
        return replace(self, frames=self.frames + heard, kept=kept)


def no_snippets(sample_rate: int) -> SnippetsSoFar:
    """Answer the state before a track begins."""
    lengths = -(-sample_rate // _USUAL_RATE)
    return SnippetsSoFar(length=min(EVERY_FRAMES, lengths * _FRAMES))


def _with(
    kept: tuple[Snippet, ...], start: int, samples: NDArray[np.float32]
) -> tuple[Snippet, ...]:
    slope = np.diff(samples, axis=1)
    business = float(np.vecdot(slope, slope).sum())
    idlest = min(kept, key=lambda snippet: snippet.business, default=None)
    if idlest is not None and len(kept) == MOST_SNIPPETS:
        if business <= idlest.business:
            return kept
        kept = tuple(snippet for snippet in kept if snippet is not idlest)
    return (*kept, Snippet(start=start, business=business, samples=samples.copy()))
