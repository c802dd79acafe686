"""A waveform seen from further away, computed from the finest one.

Lowest of the lowest, highest of the highest: the pixels are those that a meter with larger
pixels would have found, so that one pass over a master serves every zoom.
"""

from __future__ import annotations

import numpy as np

from transcode.waveform import Waveform


def zoomed_out(waveform: Waveform, samples_per_pixel: int) -> Waveform:
    """Answer the same track with fewer pixels; the last one may have fewer samples than others.

    Raises:
        ValueError: the new pixel is no whole number of old ones.

    """
    factor, rest = divmod(samples_per_pixel, waveform.samples_per_pixel)
    if rest or not factor:
        raise ValueError(f"{waveform.samples_per_pixel} samples do not divide {samples_per_pixel}")
    lowest, highest = waveform.peaks.T
    starts = np.arange(0, len(lowest), factor)
    peaks = (np.minimum.reduceat(lowest, starts), np.maximum.reduceat(highest, starts))
    return Waveform(
        sample_rate=waveform.sample_rate,
        samples_per_pixel=samples_per_pixel,
        peaks=np.stack(peaks, axis=1),
    )
