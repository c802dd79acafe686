"""How fine the steps are that a recording's samples move in, whatever gain was applied since.

A master of 16 bits that was made quieter and saved as 24 uses all of these bits, but only every
hundredth or so of their values. So the values that occur are put in order: where neighbours are
never closer than a step, and always a whole number of steps apart, nothing finer was recorded.
Noise that was added on the way hides this, and is then what is there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from transcode.passage import Passage

Floats = NDArray[np.float64]

#: Steps are counted in those of 24 bits.
_FULL_SCALE = 2.0**23
#: What is looked at of a passage, of every other one.
_FRAMES = 1 << 13
#: Finer steps than this are no sign of anything: a chord has fewer values than there are.
_FINEST = 6.0
#: Neighbours up to so many steps apart are counted, and there must be so many of them.
_WIDEST, _FEWEST = 8, 32
#: Rounding may move either neighbour by half; a coarse step need not be met so closely.
_ROUNDING, _PART = 1.25, 16
#: The part of neighbours, and of passages, that must agree: of the latter some may be faded.
_AGREED, _COARSE = 0.98, 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionSoFar:
    """Passages up to here, how many were looked at, and in how many there were coarse steps.

    `step` is the finest of these, in steps of 24 bits; begins as `ResolutionSoFar()`.
    """

    passages: int = 0
    looked_at: int = 0
    coarse: int = 0
    step: float = math.inf

    def after(self, passage: Passage) -> ResolutionSoFar:
        """Listen on; of several channels the first tells."""
        heard = replace(self, passages=self.passages + 1)
        if self.passages % 2 or not passage.peaks[0]:
            return heard
        step = step_of(passage.samples[0, :_FRAMES].astype(np.float64) * _FULL_SCALE)
        return replace(
            heard,
            looked_at=self.looked_at + 1,
            coarse=self.coarse + (step is not None),
            step=min(self.step, step or math.inf),
        )

    def bits(self) -> int | None:
        """Answer how many bits the steps are worth; None where they are fine, or not known."""
        if not self.looked_at or self.coarse < _COARSE * self.looked_at:
            return None
        return round(24 - math.log2(self.step))


def step_of(values: Floats) -> float | None:
    """Answer the step that all values are a whole number of apart, or None."""
    gaps = np.diff(np.unique(values))
    finest = gaps.min(initial=math.inf)
    near = gaps[gaps < _WIDEST * finest]
    if finest < _FINEST or len(near) < _FEWEST:
        return None
    step = near.sum() / np.rint(near / finest).sum()
    off = np.abs(near - np.rint(near / step) * step)
    agreed = (off <= max(_ROUNDING, step / _PART)).mean()
    return float(step) if agreed >= _AGREED else None
