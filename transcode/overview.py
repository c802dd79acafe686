"""A whole track at a glance: its waveform and its loudness over time, in a thousand steps each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from transcode.curve import LoudnessCurve
from transcode.waveform import Waveform
from transcode.zoom import zoomed_out

#: As many as a wide page has room for.
PIXELS = 1_000
_FULL_SCALE = 32_768


def overview_of(waveform: Waveform, curve: LoudnessCurve) -> dict[str, Any]:
    """Answer a JSON document: peaks from -1 to 1, loudness in LUFS, steps in seconds.

    `waveform` is that of the whole track, of whatever zoom.
    """
    factor = max(1, -(-len(waveform.peaks) // PIXELS))
    pixel = factor * waveform.samples_per_pixel
    lowest, highest = zoomed_out(waveform, pixel).peaks.T / _FULL_SCALE
    return {
        "waveform": {
            "step_s": pixel / waveform.sample_rate,
            "lowest": _rounded(lowest, 3),
            "highest": _rounded(highest, 3),
        },
        "loudness": {
            "step_s": curve.step_s,
            "momentary_lufs": _rounded(curve.momentary_lufs, 1),
            "short_term_lufs": _rounded(curve.short_term_lufs, 1),
        },
    }


def _rounded(values: NDArray[np.floating[Any]], digits: int) -> list[float]:
    # As Python's floats, whose shortest form is what is meant: float32 would print its error.
    return [round(value, digits) for value in values.tolist()]
