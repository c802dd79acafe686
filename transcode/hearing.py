"""All that is measured of a master, from one decode of it.

Feeds every meter from the same blocks, in memory that does not depend on how long they go on
(but for a few bytes of result for every 10 ms). Knows nothing of files or programs.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from base.units import Dbtp, Samples
from transcode.chunks import Chunks
from transcode.curve import LoudnessCurve, curve_of
from transcode.k_weighting import PowerMeter
from transcode.loudness import Loudness, Powers, loudness_of, powers_of
from transcode.passage import PASSAGE_FRAMES, Passage
from transcode.pcm import frames_of
from transcode.peaks import Peak, PeakMeter
from transcode.quality import Quality, QualityMeter
from transcode.source import SourceInfo
from transcode.spectrogram import Spectrogram
from transcode.waveform import Origin, Waveform, WaveformMeter
from transcode.zoom import zoomed_out

#: Samples per pixel, finest first: a screen from some seconds of a track to an hour of it.
ZOOMS = (256, 1_024, 4_096, 16_384)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Heard:
    """What the samples said: their count, their digest, what the meters read.

    `powers` are what an album is gated from. `zooms` are waveforms, see `ZOOMS`. `fingerprint`
    is Chromaprint's, see `fingerprint`: whoever decodes adds it. None where a track is too short.
    """

    samples: Samples
    pcm_sha256: str
    loudness: Loudness
    powers: Powers
    peaks: tuple[Peak, ...]
    zooms: tuple[Waveform, ...]
    quality: Quality
    spectrogram: Spectrogram
    fingerprint: str | None = None

    @property
    def waveform(self) -> Waveform:
        """The finest waveform."""
        return self.zooms[0]

    @property
    def curve(self) -> LoudnessCurve:
        """Loudness over time."""
        return curve_of(self.powers)


class Hearing:
    """Takes a master's samples as bytes, in blocks of any length, and ends with `Heard`."""

    def __init__(self, info: SourceInfo) -> None:
        """Begin a master.

        Raises:
            ValueError: there are more than 6 channels, or the rate is below 4 kHz.

        """
        rate, channels = info.sample_rate, info.channels
        origin = Origin.FLOAT if info.is_float else Origin.INTEGER
        self._channels = channels
        self._chunks = Chunks(PASSAGE_FRAMES, channels)
        self._samples = 0
        self._digest = hashlib.sha256()
        self._power = PowerMeter(rate, channels)
        self._peak = PeakMeter(rate, channels)
        self._waveform = WaveformMeter(rate, channels, samples_per_pixel=ZOOMS[0], origin=origin)
        self._quality = QualityMeter(rate, channels, known_bits=_known_bits(info))
        self._meters = (self._power, self._peak, self._waveform, self._quality)

    def block(self, data: bytes | memoryview) -> None:
        """Take the next samples: whole frames, interleaved little-endian float32."""
        frames = frames_of(data, self._channels)
        self._samples += len(frames)
        self._digest.update(data)
        for chunk in self._chunks.take(frames):
            passage = Passage.of(chunk)
            for meter in self._meters:
                meter.hear(passage)

    @property
    def true_peak_dbtp(self) -> Dbtp | None:
        """The highest peak of all channels so far, see `PeakMeter`: cheap, before the end."""
        return self._peak.true_peak_dbtp

    def result(self) -> Heard:
        """Answer what was heard so far; more blocks may follow."""
        rest = Passage.of(self._chunks.rest)
        steps, peaks = self._power.ended(rest), self._peak.ended(rest)
        finest = self._waveform.ended(rest)
        return Heard(
            samples=Samples(self._samples),
            pcm_sha256=self._digest.hexdigest(),
            loudness=loudness_of(steps, peaks),
            powers=powers_of(steps),
            peaks=peaks,
            zooms=(finest, *(zoomed_out(finest, pixel) for pixel in ZOOMS[1:])),
            quality=self._quality.ended(rest),
            spectrogram=self._quality.spectrogram(rest),
        )


def _known_bits(info: SourceInfo) -> int | None:
    """Answer how many bits a master's samples have at most, where they are integers."""
    return None if info.is_float or not info.is_lossless else info.bit_depth
