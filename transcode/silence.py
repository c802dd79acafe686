"""Silence before the music, after it, and the longest inside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from base.units import Samples
from transcode.passage import Passage
from transcode.runs import runs

#: Below this, in every channel, nothing is there to be heard: -80 dBFS, a little above the noise
#: of a 16-bit dither.
SILENCE_DBFS = -80.0
#: As many gaps as anybody will listen to; shorter ones are rests between notes.
_MOST_GAPS, _SHORTEST_GAP_SAMPLES = 8, 1 << 13
_THRESHOLD = 10 ** (SILENCE_DBFS / 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Lengths in samples; a track in which nothing sounds is all start.

    `gaps` are the longest inside, first and number of samples, in order of time.
    """

    start_samples: Samples
    end_samples: Samples
    longest_inside_samples: Samples
    gaps: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceSoFar:
    """What was found up to here; begins as `SilenceSoFar()`."""

    samples: int = 0
    start: int | None = None
    longest_inside: int = 0
    open: int = 0
    gaps: tuple[tuple[int, int], ...] = ()

    def after(self, passage: Passage) -> SilenceSoFar:
        """Listen on; the passage must not be empty."""
        quiet: NDArray[np.bool_] = np.logical_and.reduce(passage.magnitudes < _THRESHOLD)
        ended, still_open, starts = runs(quiet, before=self.open)
        if self.start is not None:
            start, inside = self.start, ended
        elif quiet.all():
            start, inside = None, ended
        elif quiet[0] or self.open:
            start, inside = int(ended[0]), ended[1:]
        else:
            start, inside = 0, ended
        return SilenceSoFar(
            samples=self.samples + len(quiet),
            start=start,
            longest_inside=max(self.longest_inside, int(inside.max(initial=0))),
            open=still_open,
            gaps=self._with_gaps(inside, starts[len(ended) - len(inside) :] + self.samples),
        )

    def _with_gaps(
        self, lengths: NDArray[np.intp], starts: NDArray[np.intp]
    ) -> tuple[tuple[int, int], ...]:
        is_long = lengths >= _SHORTEST_GAP_SAMPLES
        if not is_long.any():
            return self.gaps
        new = zip(starts[is_long].tolist(), lengths[is_long].tolist(), strict=True)
        longest = sorted((*self.gaps, *new), key=lambda gap: (-gap[1], gap[0]))
        return tuple(longest[:_MOST_GAPS])

    def result(self) -> Silence:
        """Answer what a track that ends here has."""
        if self.start is None:
            start, end = self.open, 0
        else:
            start, end = self.start, self.open
        return Silence(
            start_samples=Samples(start),
            end_samples=Samples(end),
            longest_inside_samples=Samples(self.longest_inside),
            gaps=tuple(sorted(self.gaps)),
        )
