"""One pass over a new master: is it whole, how loud is it, what does it look like."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from base.errors import Refused
from base.units import Dbtp, Samples
from transcode.encode import failed
from transcode.fingerprint import parse
from transcode.graphs import UNPACKED, decode
from transcode.hearing import Heard, Hearing
from transcode.pcm import block_bytes, frames_of
from transcode.process import Child, Limits, Outcome, started
from transcode.source import SourceInfo
from transcode.tools import Tools

#: What a lossy container may promise too much of, in seconds: its encoder's padding.
_LOSSY_SLACK_S = 0.5
#: How much of a master is heard before its renditions are begun: all of most of them.
SURVEY_S = 240

#: Told the true peak of the first minutes, once, before all is heard.
OnSurveyed = Callable[[Dbtp | None], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examination:
    """A sound master, what its decoder grumbled, and a file to encode it from."""

    info: SourceInfo
    heard: Heard
    findings: tuple[str, ...]
    source: Path


async def examine(
    tools: Tools,
    source: Path,
    info: SourceInfo,
    *,
    folder: Path,
    on_surveyed: OnSurveyed = lambda _: None,
) -> Examination:
    """Decode the master at an absolute path once, for everything.

    One that cannot be read from the middle is unpacked on the way, into `folder`.

    Raises:
        Refused: the file is no audio, has none in it, is cut off or damaged.
        Broken: ffmpeg failed on a file that is sound.

    """
    unpacked = None if info.is_seekable else folder / UNPACKED
    printed = folder / "fingerprint.txt"
    argv = decode(tools.ffmpeg, source, unpacked=unpacked, fingerprint=printed)
    hearing = Hearing(info)
    async with started(argv, limits=Limits()) as child:
        await _listen(child, hearing, info, on_surveyed)
        outcome = await child.outcome()
    heard = await asyncio.to_thread(hearing.result)
    _require_sound(info, heard.samples, outcome)
    fingerprint = parse(await asyncio.to_thread(printed.read_text))
    return Examination(
        info=info,
        heard=replace(heard, fingerprint=fingerprint),
        findings=outcome.errors,
        source=unpacked or source,
    )


async def _listen(
    child: Child, hearing: Hearing, info: SourceInfo, on_surveyed: OnSurveyed
) -> None:
    """Let it hear all blocks; tell of the peak where the first minutes end, or the track does."""
    size = block_bytes(info.channels)
    survey = SURVEY_S * info.sample_rate * info.channels * 4 // size
    blocks = 0
    async for block in child.blocks(size):
        await asyncio.to_thread(_hear, hearing, info, block)
        blocks += 1
        if blocks == survey:
            on_surveyed(hearing.true_peak_dbtp)
    if blocks < survey:
        on_surveyed(hearing.true_peak_dbtp)


def _hear(hearing: Hearing, info: SourceInfo, block: bytes) -> None:
    """Let it hear a block of numbers: nothing can play or encode another."""
    if info.is_float and len(frames := frames_of(block, info.channels)):
        # Of what is no number, neither is the largest one.
        bounds = np.array([frames.min(), frames.max()])
        if not np.isfinite(bounds).all():
            raise Refused(
                "not-a-number",
                "The file holds samples that are no numbers (NaN or infinity); "
                "a plug-in may have failed. Please export the master again.",
            )
    hearing.block(block)


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
