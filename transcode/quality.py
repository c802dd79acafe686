"""What a mastering engineer would want to know of a master besides its loudness and peaks.

Cuts blocks into passages and lets every meter hear each of them; what is measured, and by which
definition, is said in `clipping`, `silence`, `stereo`, `spectrum` and `depth`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcode.chunks import Chunks
from transcode.clipping import Clipping, ClippingOfChannels, no_clipping
from transcode.depth import DepthSoFar
from transcode.passage import PASSAGE_FRAMES, Passage
from transcode.silence import Silence, SilenceSoFar
from transcode.spectrum import Bandwidth, SpectrumSoFar, no_spectrum
from transcode.stereo import ChannelsSoFar, no_channels


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What was found; tuples have an entry for each channel."""

    dc_offsets: tuple[float, ...]
    clipping: tuple[Clipping, ...]
    silence: Silence
    correlation: float | None
    is_mono: bool
    bandwidth: Bandwidth
    depth_bits: int | None


class QualityMeter:
    """Takes a track's blocks, of any length, and ends with its quality."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        """Begin a track."""
        self._chunks = Chunks(PASSAGE_FRAMES, channels)
        self._heard = _Heard(
            channels=no_channels(channels),
            clipping=no_clipping(channels),
            silence=SilenceSoFar(),
            spectrum=no_spectrum(sample_rate),
            depth=DepthSoFar(),
        )

    def block(self, frames: NDArray[np.float32]) -> None:
        """Take the next samples, `(frames, channels)`, float32; beyond [-1, 1] is welcome."""
        for chunk in self._chunks.take(frames):
            self._heard = self._heard.after(Passage.of(chunk))

    def result(self) -> Quality:
        """Answer the quality so far; more blocks may follow."""
        rest = self._chunks.rest
        return (self._heard.after(Passage.of(rest)) if len(rest) else self._heard).result()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Heard:
    """Every meter's state; a value, so that asking for a result disturbs nothing."""

    channels: ChannelsSoFar
    clipping: ClippingOfChannels
    silence: SilenceSoFar
    spectrum: SpectrumSoFar
    depth: DepthSoFar

    def after(self, passage: Passage) -> _Heard:
        return _Heard(
            channels=self.channels.after(passage),
            clipping=self.clipping.after(passage),
            silence=self.silence.after(passage),
            spectrum=self.spectrum.after(passage),
            depth=self.depth.after(passage),
        )

    def result(self) -> Quality:
        return Quality(
            dc_offsets=self.channels.dc_offsets(),
            clipping=self.clipping.result(),
            silence=self.silence.result(),
            correlation=self.channels.correlation(),
            is_mono=self.channels.is_mono(),
            bandwidth=self.spectrum.result(),
            depth_bits=self.depth.bits,
        )
