"""How many bits of a master's samples are really used.

A master of 16 bits that was saved as 24 has eight zeros at the end of every sample: all of them
are multiples of 2^-15. Noise that was added on the way hides this, and is then what is there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcode.passage import Passage

#: What float32 carries exactly of every integer.
MOST_BITS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthSoFar:
    """The narrowest integers that hold all samples up to here; begins as `DepthSoFar()`.

    0 bits hold digital silence only. None: no integer of 24 bits does, as in the sum of a
    floating-point mixer or what a lossy decoder gives. A master of integers can be known to need
    no more than so many bits: once they are all used there is nothing left to find.
    """

    bits: int | None = 0
    known_bits: int | None = None

    def after(self, passage: Passage) -> DepthSoFar:
        """Listen on."""
        bits = self.bits
        if bits == self.known_bits:
            return self
        while bits is not None and not _holds(bits, passage.samples):
            bits = bits + 1 if bits < MOST_BITS else None
        return DepthSoFar(bits=bits, known_bits=self.known_bits)


def _holds(bits: int, samples: NDArray[np.float32]) -> bool:
    # A signed integer of so many bits reaches full scale at 2^(bits - 1).
    scaled = samples * np.float32(2.0 ** (bits - 1)) if bits else samples
    whole = np.rint(scaled) if bits else np.zeros_like(scaled)
    return bool(np.array_equal(whole, scaled))
