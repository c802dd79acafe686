"""One pass over a new master: is it whole, how loud is it, what does it look like.

The first renditions are encoded in the same pass, so that a track is playable as
soon as it is known to be sound.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from base.errors import Refused
from base.units import Samples
from transcode.encode import Encoded, describe, failed, targets
from transcode.fingerprint import parse
from transcode.graphs import command
from transcode.hearing import Heard, Hearing
from transcode.ladder import Rung, rungs_for
from transcode.pcm import block_bytes
from transcode.probe import probe
from transcode.process import Limits, Outcome, started
from transcode.source import SourceInfo
from transcode.tools import Tools

#: What a lossy container may promise too much of, in seconds: its encoder's padding.
_LOSSY_SLACK_S = 0.5


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
    printed = folder / "fingerprint.txt"
    argv = command(tools.ffmpeg, source, info, renditions=renditions, fingerprint=printed)
    hearing = Hearing(info)
    async with started(argv, limits=Limits()) as child:
        await child.pour(hearing.block, block_bytes(info.channels))
        outcome = await child.outcome()
    heard = await asyncio.to_thread(hearing.result)
    _require_sound(info, heard.samples, outcome)
    fingerprint = parse(await asyncio.to_thread(printed.read_text))
    return Examination(
        info=info,
        heard=replace(heard, fingerprint=fingerprint),
        renditions=tuple([await describe(path, info, rung) for rung, path in renditions]),
        findings=outcome.errors,
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
