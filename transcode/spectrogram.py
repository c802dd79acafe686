"""A picture of a track: how much of which frequency sounds when, at most 1024 moments wide.

Nobody knows how long a track is before its end. So the picture begins fine, and whenever it is
full every two columns become one: its memory is bounded, and a picture of an hour is what it would
be had its columns been wide from the beginning.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Powers = NDArray[np.float32]

#: Frequencies from 0 Hz to half the sample rate, and the most moments.
ROWS = 192
COLUMNS = 1_024
#: What 0 and each step of a level mean: 255 is a full-scale sine, 0 is below what 16 bits hold.
FLOOR_DB = -127.5
STEP_DB = 0.5
_LOUDEST = 255
#: Half the mean square of a full-scale sine lies in its row.
_FULL_SCALE = 0.25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spectrogram:
    """Levels of shape `(columns, ROWS)`, low frequencies first, in steps from the floor up."""

    column_s: float
    highest_hz: float
    levels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpectrogramSoFar:
    """Columns up to here, each the mean of `width` windows, and windows that wait for a column."""

    width: int = 1
    count: int = 0
    columns: tuple[Powers, ...] = ()
    waiting: Powers = field(default_factory=lambda: np.empty((0, ROWS), np.float32))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was heard."""
        return not self.count and not len(self.waiting)

    def after(self, windows: Powers) -> SpectrogramSoFar:
        """Go on with the powers of some windows, of shape `(windows, frequencies)`."""
        rows = np.add.reduceat(windows, _starts(windows.shape[1]), axis=1)
        heard = self
        while len(rows):
            taken = (COLUMNS - heard.count) * heard.width - len(heard.waiting)
            heard, rows = heard._after(rows[:taken]), rows[taken:]
        return heard

    def result(self, window_s: float, *, highest_hz: float) -> Spectrogram:
        """Answer the picture up to here; a window stands for so many seconds."""
        rest = _means(self.waiting, len(self.waiting)) if len(self.waiting) else self.waiting
        powers = np.concatenate([*self.columns, rest], dtype=np.float64)
        level_db = 10 * np.log10(powers / _FULL_SCALE + 10 ** (FLOOR_DB / 10))
        steps = np.rint((level_db - FLOOR_DB) / STEP_DB).clip(0, _LOUDEST)
        return Spectrogram(
            column_s=self.width * window_s, highest_hz=highest_hz, levels=steps.astype(np.uint8)
        )

    def _after(self, rows: Powers) -> SpectrogramSoFar:
        """Go on with no more than there is room for."""
        waiting = np.concatenate([self.waiting, rows])
        whole = len(waiting) // self.width * self.width
        columns = (*self.columns, _means(waiting[:whole], self.width))
        count = self.count + whole // self.width
        if count < COLUMNS:
            return replace(self, count=count, columns=columns, waiting=waiting[whole:])
        halved = _means(np.concatenate(columns), 2)
        return SpectrogramSoFar(width=2 * self.width, count=len(halved), columns=(halved,))


def _starts(frequencies: int) -> NDArray[np.intp]:
    return np.arange(ROWS) * frequencies // ROWS


def _means(rows: Powers, group: int) -> Powers:
    means: Powers = rows.reshape(-1, group, ROWS).mean(axis=1)
    return means
