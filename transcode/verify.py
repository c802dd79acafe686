"""Is a rendition what was asked for? Nothing is published before this says so.

What is ours to get right must be right: how many samples there are, when they begin, that lossless
ones are the master's, that what kept the wave kept its level. How much of white noise, of a click
or of a tone that nobody hears a codec keeps is its own nature, and no artist's fault: that is
found, written down, and published.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from base.errors import Broken
from base.units import Samples
from transcode.chunks import Chunks
from transcode.encode import Workbench
from transcode.encoded import Made
from transcode.excerpts import Excerpts
from transcode.graphs import decode
from transcode.k_weighting import PowerMeter
from transcode.ladder import Codec, depth_for, is_exact
from transcode.likeness import Likeness, likeness
from transcode.loudness import Loudness, loudness_of
from transcode.offset import offset_of
from transcode.passage import PASSAGE_FRAMES, Passage
from transcode.pcm import block_bytes, frames_of, integers_of
from transcode.peaks import Peak, PeakMeter
from transcode.pieces import Window
from transcode.process import failed, started
from transcode.reach import Reach
from transcode.resemblance import fault, is_audible
from transcode.source import SourceInfo
from transcode.timeline import Timeline

#: How far the loudness of a lossy rendition is usually from its master's at most, and that of a
#: converted lossless one, in LU: noise loses more, and so does what lies above half of a new rate.
_LOUDNESS_LU = {True: 0.1, False: 0.3}
#: And how far it is never, where there is something that everybody hears.
_LOUDNESS_MOST_LU = 10.0
#: From which correlation on a lossy rendition has kept the wave (10 dB above its own noise), and
#: how far its level can then be from what was asked.
_SAME_WAVE = 0.95
_LEVEL_DB = 1.0
#: A lossless rendition at another rate or depth differs from its master by dither, 24 bits down.
_RESIDUAL_DBFS = -100.0
#: By how many samples a codec itself may move what it encodes. Opus takes away what lies below
#: some hertz with a filter that turns the phase of a bass, and at low rates leaves the lower half
#: of a noisy band to its speech coder, 4 samples late: within a millisecond it is no fault of ours.
_OWN_DELAY = {Codec.OPUS: 48}
#: A converted lossless rendition that goes as high as its integers do may have been cut off there.
_FULL_SCALE_DBFS = 20 * math.log10(1 - 2**-22)
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

    `pcm_md5` is that of a FLAC's samples as integers, as its own header says it (RFC 9639, 8.2).
    `offset_samples` is None where too little sounds to tell. `gain_db` is what was taken off one
    that is not exact so that it does not clip, and is part of its levels; `clips_by_db` is what it
    lacks of that. `loudness_off_lu` is how far it is from its master's and the gain, None where
    either has no loudness or it is a preview. `findings` are sentences.
    """

    samples: Samples
    offset_samples: int | None
    pcm_sha256: str
    is_exact: bool
    gain_db: float
    clips_by_db: float
    loudness: Loudness
    loudness_off_lu: float | None
    peaks: tuple[Peak, ...]
    findings: tuple[str, ...]
    encoder: str
    pcm_md5: str | None = None

    @property
    def sample_peak_dbfs(self) -> float | None:
        """The highest sample of any channel."""
        return _highest(self.peaks)


async def certify(
    bench: Workbench, made: Made, original: Original, *, excerpts: Excerpts
) -> Certificate:
    """Decode all of a rendition and compare it with its master.

    Raises:
        Broken: it is not what was asked for.

    """
    exact = is_exact(original.info, made.rung)
    power = None if exact else PowerMeter(made.line.rate, made.channels)
    heard = await _hear(bench, made, power, _flac_bits(made, original.info))
    if heard.samples != made.line.samples:
        raise _wrong(made, f"it has {heard.samples} samples, not {made.line.samples}")
    if exact and heard.pcm_sha256 != original.pcm_sha256:
        raise _wrong(made, "it does not decode to the samples of its master")
    clips_by_db = 0.0 if exact else await _clips_by_db(heard, made, excerpts)
    offset = 0 if exact else await _offset(heard, made, excerpts, is_whole=not clips_by_db)
    # The same samples are as loud as they were.
    loudness = heard.loudness or original.loudness
    off_lu = _loudness_off(loudness, made, original)
    if not exact:
        await _require_resemblance(heard, made, excerpts, off_lu)
    return Certificate(
        samples=heard.samples,
        offset_samples=offset,
        pcm_sha256=heard.pcm_sha256,
        is_exact=exact,
        gain_db=made.gain_db,
        clips_by_db=clips_by_db,
        loudness=loudness,
        loudness_off_lu=off_lu,
        peaks=heard.peaks,
        findings=_findings(made, off_lu),
        encoder=bench.tools.encoder,
        pcm_md5=heard.pcm_md5,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Heard:
    samples: Samples
    pcm_sha256: str
    pcm_md5: str | None
    loudness: Loudness | None
    peaks: tuple[Peak, ...]
    excerpt: NDArray[np.float32]


class _Meters:
    """What listens while a rendition is decoded; to its loudness only where there is a meter.

    Where its samples are integers of so many `bits`, they are digested as such, too.
    """

    def __init__(
        self, line: Timeline, channels: int, power: PowerMeter | None, bits: int | None
    ) -> None:
        self._channels = channels
        self._digest = hashlib.sha256()
        self._bits = bits
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._chunks = Chunks(PASSAGE_FRAMES, channels)
        self._power = power
        self._peak = PeakMeter(line.rate, channels)
        self._window = _excerpt_of(line)
        self._rate = line.rate
        self._samples = 0
        self._excerpt: list[NDArray[np.float32]] = []

    def block(self, data: memoryview) -> None:
        frames = frames_of(data, self._channels)
        self._digest.update(data)
        if self._bits is not None:
            self._md5.update(integers_of(frames, self._bits))
        for chunk in self._chunks.take(frames):
            passage = Passage.of(chunk)
            self._peak.hear(passage)
            if self._power is not None:
                self._power.hear(passage)
        first = self._window.start_s * self._rate - self._samples
        after = first + self._window.length_s * self._rate
        if first < len(frames) and after > 0:
            self._excerpt.append(frames[max(0, first) : after].copy())
        self._samples += len(frames)

    def result(self) -> _Heard:
        nothing = np.empty((0, self._channels), np.float32)
        rest = Passage.of(self._chunks.rest)
        peaks = self._peak.ended(rest)
        power = self._power
        return _Heard(
            samples=Samples(self._samples),
            pcm_sha256=self._digest.hexdigest(),
            pcm_md5=None if self._bits is None else self._md5.hexdigest(),
            loudness=None if power is None else loudness_of(power.ended(rest), peaks),
            peaks=peaks,
            excerpt=np.concatenate([nothing, *self._excerpt]),
        )


def _flac_bits(made: Made, info: SourceInfo) -> int | None:
    return depth_for(info, made.rung) if made.rung.codec is Codec.FLAC else None


async def _hear(bench: Workbench, made: Made, power: PowerMeter | None, bits: int | None) -> _Heard:
    meters = _Meters(made.line, made.channels, power, bits)
    argv, reach = decode(bench.tools.ffmpeg, made.path), Reach(reads=(made.path,))
    async with started(argv, limits=bench.limits, reach=reach) as child:
        await child.pour(meters.block, block_bytes(made.channels))
        outcome = await child.outcome()
    if outcome.was_killed:
        raise failed(outcome)  # nothing can be said of the rendition
    if outcome.status != 0 or outcome.errors:
        raise _wrong(made, f"it does not decode: {' / '.join(outcome.errors[-3:])}")
    return await asyncio.to_thread(meters.result)


def _excerpt_of(line: Timeline) -> Window:
    """Choose the middle of the track: most of them sound there."""
    middle_s = line.samples // line.rate // 2
    return Window(start_s=max(0, middle_s - EXCERPT_S // 2), length_s=EXCERPT_S)


async def _clips_by_db(heard: _Heard, made: Made, excerpts: Excerpts) -> float:
    """Answer how far it goes beyond integers, or would if it could."""
    peak_dbfs = _highest(heard.peaks)
    if peak_dbfs is None:
        return 0.0
    if made.rung.codec.is_lossless and peak_dbfs >= _FULL_SCALE_DBFS:
        peak_dbfs = await excerpts.peak_dbfs(made.line) + made.gain_db
    return max(0.0, peak_dbfs)


async def _offset(heard: _Heard, made: Made, excerpts: Excerpts, *, is_whole: bool) -> int | None:
    """Answer when it begins, and require that it is the same wave where it must be."""
    there = await excerpts.stretch(_excerpt_of(made.line), made.line.rate)
    offset = await asyncio.to_thread(offset_of, heard.excerpt, there)
    if offset is not None and abs(offset) > _OWN_DELAY.get(made.rung.codec, 0):
        raise _wrong(made, f"it is {offset:+d} samples off its master")
    asked = there * np.float32(10 ** (made.gain_db / 20))
    like = await asyncio.to_thread(likeness, heard.excerpt, asked)
    if like is not None and is_whole:
        _require_wave(like, made)
    return offset


async def _require_resemblance(
    heard: _Heard, made: Made, excerpts: Excerpts, off_lu: float | None
) -> None:
    """Require what no codec takes away: what everybody hears, in its channel, about as loud."""
    there, rate = await excerpts.stretch(_excerpt_of(made.line), made.line.rate), made.line.rate
    gain_db = made.gain_db
    why = await asyncio.to_thread(fault, heard.excerpt, there, rate=rate, gain_db=gain_db)
    if why is not None:
        raise _wrong(made, why)
    if off_lu is not None and abs(off_lu) > _LOUDNESS_MOST_LU and is_audible(there, rate=rate):
        raise _wrong(made, f"its loudness is {off_lu:+.1f} LU off its master's")


def _require_wave(like: Likeness, made: Made) -> None:
    if made.rung.codec.is_lossless:
        if (like.residual_dbfs or -math.inf) > _RESIDUAL_DBFS:
            raise _wrong(made, f"it differs from its master by {like.residual_dbfs:.1f} dBFS")
    elif like.correlation >= _SAME_WAVE and abs(like.level_db) > _LEVEL_DB:
        raise _wrong(made, f"it is {like.level_db:+.2f} dB off its master")


def _loudness_off(loudness: Loudness, made: Made, original: Original) -> float | None:
    here, there = loudness.integrated_lufs, original.loudness.integrated_lufs
    if made.rung.is_preview or here is None or there is None:
        return None
    return here - (there + made.gain_db)


def _findings(made: Made, off_lu: float | None) -> tuple[str, ...]:
    if off_lu is not None and abs(off_lu) > _LOUDNESS_LU[made.rung.codec.is_lossless]:
        return (f"Its loudness is {off_lu:+.2f} LU off its master's.",)
    return ()


def _highest(peaks: tuple[Peak, ...]) -> float | None:
    known = [peak.sample_peak_dbfs for peak in peaks if peak.sample_peak_dbfs is not None]
    return max(known, default=None)


def _wrong(made: Made, why: str) -> Broken:
    return Broken("wrong-rendition", f"The rendition {made.rung.name} is wrong: {why}.")
