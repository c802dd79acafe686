"""One pass over a new master: is it whole, how loud is it, what does it look like.

The first renditions are encoded in the same pass, so that a track is playable as
soon as it is known to be sound.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from base.errors import Refused
from base.units import Samples
from transcode.encode import Encoded, describe, failed, targets
from transcode.graphs import command
from transcode.ladder import Rung, rungs_for
from transcode.loudness import Loudness, LoudnessMeter
from transcode.pcm import block_bytes, frames_of
from transcode.peaks import Peak
from transcode.probe import probe
from transcode.process import Limits, Outcome, started
from transcode.quality import Quality, QualityMeter
from transcode.source import SourceInfo
from transcode.tools import Tools
from transcode.waveform import Origin, Waveform, WaveformMeter

#: What a lossy container may promise too much of, in seconds: its encoder's padding.
_LOSSY_SLACK_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Heard:
    """What the samples said: their count, their digest, what the meters read."""

    samples: Samples
    pcm_sha256: str
    loudness: Loudness
    peaks: tuple[Peak, ...]
    waveform: Waveform
    quality: Quality


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examination:
    """A sound master, with the renditions made on the way and what its decoder grumbled."""

    info: SourceInfo
    heard: Heard
    renditions: tuple[Encoded, ...]
    findings: tuple[str, ...]


async def examine(
    tools: Tools, source: Path, *, rungs: Sequence[Rung] = (), folder: Path
) -> Examination:
    """Decode the master at an absolute path once, for everything.

    Raises:
        Refused: the file is no audio, has none in it, is cut off or damaged.
        Broken: ffmpeg failed on a file that is sound.

    """
    info = await probe(tools, source)
    renditions = targets(rungs_for(info, tuple(rungs)), folder)
    argv = command(tools.ffmpeg, source, info, renditions=renditions, pcm=True)
    meters = _Meters(info)
    async with started(argv, limits=Limits()) as child:
        async for block in child.blocks(block_bytes(info.channels)):
            await asyncio.to_thread(meters.block, block)
        outcome = await child.outcome()
    heard = await asyncio.to_thread(meters.result)
    _require_sound(info, heard.samples, outcome)
    return Examination(
        info=info,
        heard=heard,
        renditions=tuple([await describe(path, info, rung) for rung, path in renditions]),
        findings=outcome.errors,
    )


class _Meters:
    """Everything that listens while the master is decoded."""

    def __init__(self, info: SourceInfo) -> None:
        self._channels = info.channels
        self._samples = 0
        self._digest = hashlib.sha256()
        self._loudness = LoudnessMeter(info.sample_rate, info.channels)
        origin = Origin.FLOAT if info.is_float else Origin.INTEGER
        self._waveform = WaveformMeter(info.sample_rate, info.channels, origin=origin)
        self._quality = QualityMeter(info.sample_rate, info.channels)

    def block(self, data: bytes) -> None:
        frames = frames_of(data, self._channels)
        self._samples += len(frames)
        self._digest.update(data)
        self._loudness.block(frames)
        self._waveform.block(frames)
        self._quality.block(frames)

    def result(self) -> Heard:
        return Heard(
            samples=Samples(self._samples),
            pcm_sha256=self._digest.hexdigest(),
            loudness=self._loudness.result(),
            peaks=self._loudness.peaks(),
            waveform=self._waveform.result(),
            quality=self._quality.result(),
        )


def _require_sound(info: SourceInfo, samples: Samples, outcome: Outcome) -> None:
    """Count what came out: an exit status of ffmpeg is no proof of a whole file."""
    if samples == 0 and not outcome.errors:
        raise Refused("zero-length", "The file holds no sound: its length is zero.")
    slack = 0 if info.is_lossless else _LOSSY_SLACK_S * info.sample_rate
    if info.declared_samples is not None and samples < info.declared_samples - slack:
        raise Refused("truncated", _truncated(info, samples))
    if samples == 0 or (info.is_lossless and any("Decoding error" in e for e in outcome.errors)):
        raise Refused(
            "damaged",
            "The file is damaged: parts of it cannot be decoded. Please export the master again.",
        )
    if outcome.status != 0:
        raise failed(outcome.errors)


def _truncated(info: SourceInfo, samples: int) -> str:
    promised = (info.declared_samples or 0) / info.sample_rate
    return (
        f"The file is cut off: it promises {promised:.1f} s of sound "
        f"and holds {samples / info.sample_rate:.1f} s. Please send it again."
    )
