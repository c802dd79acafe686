"""Is a rendition what was asked for? Nothing is published before this says so."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from base.errors import Broken
from base.units import Samples
from transcode.chunks import Chunks
from transcode.encoded import Made
from transcode.graphs import decode, excerpt
from transcode.k_weighting import PowerMeter
from transcode.ladder import is_exact
from transcode.loudness import Loudness, loudness_of
from transcode.offset import offset_of
from transcode.passage import PASSAGE_FRAMES, Passage
from transcode.pcm import block_bytes, frames_of
from transcode.peaks import Peak, PeakMeter
from transcode.pieces import Window
from transcode.process import Limits, started
from transcode.source import SourceInfo
from transcode.timeline import Timeline
from transcode.tools import Tools

#: How far the loudness of a lossy rendition may be from its master's, and that of a converted
#: lossless one, in LU.
_LOUDNESS_LU = {True: 0.1, False: 0.3}
#: How much of a track is compared to find out whether it begins when it should.
EXCERPT_S = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What the master decodes to."""

    info: SourceInfo
    samples: Samples
    pcm_sha256: str
    loudness: Loudness


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a rendition was found to be, when all of it was decoded.

    `offset_samples` is None where too little sounds to tell; `gain_db` is what was taken off a
    lossy one so that it does not clip, and is part of its levels.
    """

    samples: Samples
    offset_samples: int | None
    pcm_sha256: str
    is_exact: bool
    gain_db: float
    loudness: Loudness
    peaks: tuple[Peak, ...]
    encoder: str

    @property
    def sample_peak_dbfs(self) -> float | None:
        """The highest sample of any channel."""
        peaks = [peak.sample_peak_dbfs for peak in self.peaks if peak.sample_peak_dbfs is not None]
        return max(peaks, default=None)

    @property
    def clips_by_db(self) -> float:
        """How far a decoder's integers would be exceeded; 0 where they are not."""
        return max(0.0, self.sample_peak_dbfs or 0.0)


async def certify(tools: Tools, made: Made, original: Original, *, source: Path) -> Certificate:
    """Decode all of a rendition and compare it with its master.

    Raises:
        Broken: it is not what was asked for.

    """
    heard = await _hear(tools, made)
    exact = is_exact(original.info, made.rung)
    offset = 0 if exact else await _offset(tools, heard, made, original, source)
    certificate = Certificate(
        samples=heard.samples,
        offset_samples=offset,
        pcm_sha256=heard.pcm_sha256,
        is_exact=exact,
        gain_db=made.gain_db,
        loudness=heard.loudness,
        peaks=heard.peaks,
        encoder=tools.version,
    )
    _require_true(certificate, made, original)
    return certificate


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Heard:
    samples: Samples
    pcm_sha256: str
    loudness: Loudness
    peaks: tuple[Peak, ...]
    excerpt: NDArray[np.float32]


class _Meters:
    """What listens while a rendition is decoded."""

    def __init__(self, line: Timeline, channels: int) -> None:
        self._channels = channels
        self._digest = hashlib.sha256()
        self._chunks = Chunks(PASSAGE_FRAMES, channels)
        self._power = PowerMeter(line.rate, channels)
        self._peak = PeakMeter(line.rate, channels)
        self._window = _excerpt_of(line)
        self._rate = line.rate
        self._samples = 0
        self._excerpt: list[NDArray[np.float32]] = []

    def block(self, data: memoryview) -> None:
        frames = frames_of(data, self._channels)
        self._digest.update(data)
        for chunk in self._chunks.take(frames):
            passage = Passage.of(chunk)
            self._power.hear(passage)
            self._peak.hear(passage)
        first = self._window.start_s * self._rate - self._samples
        after = first + self._window.length_s * self._rate
        if first < len(frames) and after > 0:
            self._excerpt.append(frames[max(0, first) : after].copy())
        self._samples += len(frames)

    def result(self) -> _Heard:
        nothing = np.empty((0, self._channels), np.float32)
        rest = Passage.of(self._chunks.rest)
        steps, peaks = self._power.ended(rest), self._peak.ended(rest)
        return _Heard(
            samples=Samples(self._samples),
            pcm_sha256=self._digest.hexdigest(),
            loudness=loudness_of(steps, peaks),
            peaks=peaks,
            excerpt=np.concatenate([nothing, *self._excerpt]),
        )


async def _hear(tools: Tools, made: Made) -> _Heard:
    meters = _Meters(made.line, made.channels)
    async with started(decode(tools.ffmpeg, made.path), limits=Limits()) as child:
        await child.pour(meters.block, block_bytes(made.channels))
        outcome = await child.outcome()
    if outcome.status != 0 or outcome.errors:
        raise _wrong(made, f"it does not decode: {' / '.join(outcome.errors[-3:])}")
    return await asyncio.to_thread(meters.result)


def _excerpt_of(line: Timeline) -> Window:
    """Choose the middle of the track: most of them sound there."""
    middle_s = line.samples // line.rate // 2
    return Window(start_s=max(0, middle_s - EXCERPT_S // 2), length_s=EXCERPT_S)


async def _offset(
    tools: Tools, heard: _Heard, made: Made, original: Original, source: Path
) -> int | None:
    argv = excerpt(tools.ffmpeg, source, _excerpt_of(made.line), rate=made.line.rate)
    samples = bytearray()
    async with started(argv, limits=Limits()) as child:
        async for block in child.blocks():
            samples += block
    there = frames_of(bytes(samples), original.info.channels)
    return await asyncio.to_thread(offset_of, heard.excerpt, there)


def _require_true(certificate: Certificate, made: Made, original: Original) -> None:
    if certificate.samples != made.line.samples:
        raise _wrong(made, f"it has {certificate.samples} samples, not {made.line.samples}")
    if certificate.is_exact and certificate.pcm_sha256 != original.pcm_sha256:
        raise _wrong(made, "it does not decode to the samples of its master")
    if certificate.offset_samples not in {0, None}:
        raise _wrong(made, f"it is {certificate.offset_samples:+d} samples off its master")
    if not made.rung.is_preview:
        _require_level(certificate, made, original.loudness)


def _require_level(certificate: Certificate, made: Made, master: Loudness) -> None:
    here, there = certificate.loudness.integrated_lufs, master.integrated_lufs
    if here is None or there is None:
        return  # silence, or too short to have a loudness
    difference = here - (there + made.gain_db)
    if abs(difference) > _LOUDNESS_LU[made.rung.codec.is_lossless]:
        raise _wrong(made, f"it is {difference:+.2f} LU off its master")


def _wrong(made: Made, why: str) -> Broken:
    return Broken("wrong-rendition", f"The rendition {made.rung.name} is wrong: {why}.")
