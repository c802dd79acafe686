"""All that is measured of a master, from one decode of it.

Feeds every meter from the same blocks, in memory that does not depend on how long they go on
(but for a few bytes of result for every 10 ms). Knows nothing of files or programs.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from base.units import Dbtp, Samples
from transcode.loudness import Loudness, LoudnessMeter, Powers
from transcode.pcm import frames_of
from transcode.peaks import Peak
from transcode.quality import Quality, QualityMeter
from transcode.source import SourceInfo
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
    fingerprint: str | None = None

    @property
    def waveform(self) -> Waveform:
        """The finest waveform."""
        return self.zooms[0]


class Hearing:
    """Takes a master's samples as bytes, in blocks of any length, and ends with `Heard`."""

    def __init__(self, info: SourceInfo) -> None:
        """Begin a master.

        Raises:
            ValueError: there are more than 6 channels, or the rate is below 4 kHz.

        """
        self._channels = info.channels
        self._samples = 0
        self._digest = hashlib.sha256()
        self._loudness = LoudnessMeter(info.sample_rate, info.channels)
        origin = Origin.FLOAT if info.is_float else Origin.INTEGER
        self._waveform = WaveformMeter(
            info.sample_rate, info.channels, samples_per_pixel=ZOOMS[0], origin=origin
        )
        self._quality = QualityMeter(info.sample_rate, info.channels)

    def block(self, data: bytes) -> None:
        """Take the next samples: whole frames, interleaved little-endian float32."""
        frames = frames_of(data, self._channels)
        self._samples += len(frames)
        self._digest.update(data)
        self._loudness.block(frames)
        self._waveform.block(frames)
        self._quality.block(frames)

    @property
    def true_peak_dbtp(self) -> Dbtp | None:
        """The highest peak of all channels so far, see `PeakMeter`: cheap, before the end."""
        return self._loudness.true_peak_dbtp

    def result(self) -> Heard:
        """Answer what was heard so far; more blocks may follow."""
        finest = self._waveform.result()
        return Heard(
            samples=Samples(self._samples),
            pcm_sha256=self._digest.hexdigest(),
            loudness=self._loudness.result(),
            powers=self._loudness.powers(),
            peaks=self._loudness.peaks(),
            zooms=(finest, *(zoomed_out(finest, pixel) for pixel in ZOOMS[1:])),
            quality=self._quality.result(),
        )
