"""The energy that an ear would weigh: K-filtered power in steps of 10 ms.

Sources: ITU-R BS.1770-5 annex 1; for rates other than 48 kHz, B. De Man, "Evaluation of
Implementations of the EBU R128 Loudness Measurement", AES convention paper 10090 (2018).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcode.passage import Meter, Passage
from transcode.row_filter import Matrix, RowFilter

Floats = NDArray[np.float64]

#: Steps in a second. 10 ms is as fine as Tech 3341 cases 10 and 13 need, which shift a burst of
#: 400 ms against the windows and want its full level.
STEPS_PER_S = 100
#: BS.1770-5 annex 1, table 3, in the order in which WAV and FLAC store channels: the surrounds
#: weigh 1.41, the LFE channel of six is left out.
_WEIGHTS = {
    1: (1.0,),
    2: (1.0, 1.0),
    3: (1.0, 1.0, 1.0),
    4: (1.0, 1.0, 1.41, 1.41),
    5: (1.0, 1.0, 1.0, 1.41, 1.41),
    6: (1.0, 1.0, 1.0, 0.0, 1.41, 1.41),
}
#: The shelf's corner is at 1.7 kHz, so a filter for less than this would not be the curve.
_LOWEST_RATE = 4_000


class PowerMeter(Meter[Floats]):
    """Ends with the weighted mean square of each whole step; one that is not full is no step."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        """Begin a track.

        Raises:
            ValueError: BS.1770 gives no weights for so many channels, or the rate is below 4 kHz.

        """
        if channels not in _WEIGHTS:
            raise ValueError(f"loudness is defined for 1 to 6 channels, not {channels}")
        super().__init__(channels)
        self._weights = np.array(_WEIGHTS[channels])
        self._filter = RowFilter.of(k_filter(sample_rate))
        self._step = round(sample_rate / STEPS_PER_S)
        self._steps: list[Floats] = []
        self._open = _Open(
            memory=self._filter.at_rest(channels), samples=0, energies=np.zeros(channels)
        )

    def hear(self, passage: Passage) -> None:
        """Listen on."""
        steps, self._open = self._weigh(passage)
        self._steps.append(steps)

    def ended(self, rest: Passage) -> Floats:
        """Answer the steps of a track that ends here."""
        steps, _ = self._weigh(rest)
        return np.concatenate([*self._steps, steps])

    def _weigh(self, passage: Passage) -> tuple[Floats, _Open]:
        """Answer the steps that a passage completes, and the one that it leaves open."""
        filtered, memory = self._filter.after(passage.samples, self._open.memory)
        frames = filtered.shape[1]
        if not frames:
            return np.empty(0), self._open
        first = -self._open.samples % self._step
        count = max(0, frames - first) // self._step
        last = first + count * self._step
        ended = self._open.energies + _energies(filtered[:, :first])
        whole = _energies(filtered[:, first:last].reshape(len(filtered), count, self._step))
        # A step that was open, and is still not full, is none: only a track's end is so short.
        steps = np.column_stack([ended, whole]) if 0 < first <= frames else whole
        # BS.1770-5 annex 1, equations (1) and (2), for windows of one step.
        return self._weights @ steps / self._step, _Open(
            memory=memory, samples=frames - last, energies=_energies(filtered[:, last:])
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Open:
    """What goes on in the next passage: the filter, and the step that is not full.

    `energies` are those of its samples so far, one for each channel.
    """

    memory: Matrix
    samples: int
    energies: Floats


def _energies(filtered: Matrix) -> Floats:
    energies: Floats = np.vecdot(filtered, filtered).astype(np.float64)
    return energies


def k_filter(sample_rate: int) -> Floats:
    """Answer the K weighting as two second-order sections, in the form that scipy filters by.

    The standard tables its coefficients for 48 kHz only. De Man found the analogue filters
    behind them; the bilinear transform takes these to any rate, and at 48 kHz to the tables.

    Raises:
        ValueError: the rate is below 4 kHz.

    """
    if sample_rate < _LOWEST_RATE:
        raise ValueError(f"no K weighting exists at {sample_rate} Hz")
    return np.array([_shelf(sample_rate), _high_pass(sample_rate)])


def _shelf(sample_rate: int) -> list[float]:
    # BS.1770-5 annex 1, figure 2 and table 1: the head, 4 dB above 1.7 kHz.
    high = 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    k = math.tan(math.pi * 1681.974450955533 / sample_rate)
    damped = k / 0.7071752369554196
    numerator = [
        high + middle * damped + k * k,
        2 * (k * k - high),
        high - middle * damped + k * k,
    ]
    denominator = _resonance(k, damped)
    return [value / denominator[0] for value in numerator + denominator]


def _high_pass(sample_rate: int) -> list[float]:
    # BS.1770-5 annex 1, figure 4 and table 2: the revised low-frequency B curve, below 38 Hz.
    # The table leaves its numerator at 1, -2, 1, whatever the denominator's first term.
    k = math.tan(math.pi * 38.13547087602444 / sample_rate)
    denominator = _resonance(k, k / 0.5003270373238773)
    return [1.0, -2.0, 1.0, *(value / denominator[0] for value in denominator)]


def _resonance(k: float, damped: float) -> list[float]:
    return [1 + damped + k * k, 2 * (k * k - 1), 1 - damped + k * k]
