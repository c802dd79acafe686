"""Up to which frequency a recording has anything to say.

Lossy encoders leave out what lies above 16 to 20 kHz, and a master that was brought to a higher
sample rate has nothing above half of the old one. Either shows as a cliff in the averaged
spectrum: a fall within a kilohertz that music and microphones do not have, and quiet beyond.

Source for the average: P. D. Welch, "The Use of Fast Fourier Transform for the Estimation of
Power Spectra", IEEE Trans. Audio Electroacoust. 15 (1967). The averages of passages are put
together in decibels, so that one click in five minutes does not fill what an encoder emptied.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft

from transcode.passage import PASSAGE_FRAMES, Passage
from transcode.spectrogram import Spectrogram, SpectrogramSoFar
from transcode.upsampling import old_rate

Floats = NDArray[np.float64]

#: Frequencies are 11 Hz apart at 44.1 kHz and 47 Hz at 192 kHz; either is finer than a band.
_WINDOW_FRAMES = 1 << 12
#: An average over a track is the same from every other window, in half the time; at higher rates
#: from every fourth and so on, about as many a second. More than a passage holds are none.
_EVERY_WINDOW = 2
_MOST_WINDOWS = PASSAGE_FRAMES // _WINDOW_FRAMES
_BASE_RATE = 44_100
#: The width of what is compared, fine enough to say where a cliff stands.
BAND_HZ = 100
#: A cliff falls by so much, within so much; what lies beyond stays down there.
_CLIFF_DB = 20.0
_TRANSITION_HZ = 1_000
#: Below this a bass alone would be taken for a cut recording.
_LOWEST_HZ = 3_000
#: The edge: the highest band that is less than this below the ground before the cliff.
_EDGE_DB = 10.0
#: Quieter passages than this say more about dither than about an encoder.
_GATE_DBFS = -70.0
#: Far below what 24 bits can hold, and a number in decibels.
_NOTHING = 1e-30
#: Whoever reaches so much of what the sample rate allows ended at a converter's own filter; at
#: 44.1 kHz that is 20.3 kHz, above the 20 kHz of the widest lossy encoders.
_FULL_BAND = 0.92


@dataclass(frozen=True, slots=True, kw_only=True)
class Bandwidth:
    """Where the recording ends, in Hz; None where there is no cliff.

    `is_cut` says that it ends below the filters of converters; `old_rate` is the one that it was
    brought here from, see `upsampling`. Clipping fills the spectrum: what was driven into the
    ceiling afterwards is not told.
    """

    cutoff_hz: float | None
    is_cut: bool
    old_rate: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpectrumSoFar:
    """The sum of the levels, in dB, of the passages up to here, one for each frequency.

    The picture is of every passage, the sum of those that are not too quiet.
    """

    sample_rate: int
    every: int
    window: NDArray[np.float32]
    passages: int
    levels: Floats
    picture: SpectrogramSoFar

    def after(self, passage: Passage) -> SpectrumSoFar:
        """Listen on; what does not fill a window is left out."""
        whole = passage.samples.shape[1] // _WINDOW_FRAMES
        if not whole:
            return self
        moments = self._moments(passage.samples[:, : whole * _WINDOW_FRAMES])
        powers, picture = moments.mean(axis=0), self.picture.after(moments)
        if powers.sum(dtype=np.float64) * 2 < 10 ** (_GATE_DBFS / 10):
            return replace(self, picture=picture)
        levels = self.levels + 10 * np.log10(powers + np.float64(_NOTHING))
        return replace(self, passages=self.passages + 1, levels=levels, picture=picture)

    def spectrogram(self, rest: Passage) -> Spectrogram:
        """Answer the picture of a track that ends with a passage; of the shortest, with silence."""
        picture = self.after(rest).picture
        if picture.is_empty:
            silence = _WINDOW_FRAMES - rest.samples.shape[1]
            picture = picture.after(self._moments(np.pad(rest.samples, ((0, 0), (0, silence)))))
        window_s = self.every * _WINDOW_FRAMES / self.sample_rate
        return picture.result(window_s, highest_hz=self.sample_rate / 2)

    def _moments(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Answer the powers of whole windows, `(windows, frequencies)`."""
        windows = samples.reshape(len(samples), -1, _WINDOW_FRAMES)
        bins = rfft(windows[:, :: self.every] * self.window, axis=2, overwrite_x=True)
        parts = bins.view(np.float32)
        squares = np.einsum("cwf,cwf->wf", parts, parts) / np.float32(len(parts))
        moments: NDArray[np.float32] = squares[:, ::2] + squares[:, 1::2]
        return moments

    def result(self) -> Bandwidth:
        """Answer where the spectrum up to here ends."""
        if not self.passages:
            return Bandwidth(cutoff_hz=None, is_cut=False)
        bands = _bands(self.levels / self.passages, self.sample_rate)
        cutoff_hz = _cliff(bands)
        return Bandwidth(
            cutoff_hz=cutoff_hz,
            is_cut=cutoff_hz is not None and cutoff_hz < _FULL_BAND * self.sample_rate / 2,
            old_rate=old_rate(
                bands, band_hz=BAND_HZ, sample_rate=self.sample_rate, cutoff_hz=cutoff_hz
            ),
        )


def no_spectrum(sample_rate: int) -> SpectrumSoFar:
    """Answer the state before a track begins."""
    window = np.hanning(_WINDOW_FRAMES + 1)[:-1]
    # Scaled so that the powers of all frequencies add up to half the mean square.
    window /= np.sqrt((window**2).sum() * _WINDOW_FRAMES)
    return SpectrumSoFar(
        sample_rate=sample_rate,
        every=_every(sample_rate),
        window=window.astype(np.float32),
        passages=0,
        levels=np.zeros(_WINDOW_FRAMES // 2 + 1),
        picture=SpectrogramSoFar(),
    )


def _every(sample_rate: int) -> int:
    """Answer which windows are looked at; a passage is a whole number of these."""
    octaves = max(1, sample_rate // _BASE_RATE).bit_length() - 1
    return min(_EVERY_WINDOW << octaves, _MOST_WINDOWS)


def _bands(levels: Floats, sample_rate: int) -> Floats:
    """Answer the mean level of each whole band, from 0 Hz up."""
    hz = np.arange(len(levels)) * sample_rate / 2 / (len(levels) - 1)
    starts = np.searchsorted(hz, np.arange(0, sample_rate / 2, BAND_HZ))
    widths = np.diff(np.append(starts, len(levels)))
    means: Floats = np.add.reduceat(levels, starts) / widths
    return means


def _cliff(bands: Floats) -> float | None:
    """Find where the levels fall off for good, in Hz."""
    span = _TRANSITION_HZ // BAND_HZ
    first = _LOWEST_HZ // BAND_HZ
    if len(bands) <= first + span:
        return None
    ground = np.convolve(bands, np.full(span, 1 / span), mode="valid")
    beyond = np.maximum.accumulate(bands[::-1])[::-1]
    # ground[i] is the mean of bands i to i + span, beyond[j] the highest from j on.
    falls = ground[first - span : len(bands) - 2 * span] - beyond[first + span :]
    steepest = int(falls.argmax())
    if falls[steepest] < _CLIFF_DB:
        return None
    cliff = bands[: first + steepest + span]
    floor = ground[first - span + steepest] - _EDGE_DB
    return float((np.flatnonzero(cliff > floor)[-1] + 1) * BAND_HZ)
