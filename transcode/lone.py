"""One fragment of a rendition by itself, behind the header: what it decodes to, and should."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from base.units import Samples
from transcode.graphs import decode_lone
from transcode.ladder import Codec, framing_for
from transcode.pcm import SAMPLE_BYTES, block_bytes
from transcode.process import Limits, started
from transcode.reach import Reach
from transcode.timeline import timeline
from transcode.tools import Tools

_LIMITS = Limits(cpu_s=60, memory_bytes=1 << 30, stall_s=30, niceness=10)


def lone_samples(codec: Codec, rate: int, durations: Sequence[int], number: int) -> Samples:
    """Answer how many samples fragment `number` of a rendition decodes to without the others.

    An Opus decoder skips the priming whatever it begins with; the last fragment has that much
    more than it is said to last.
    """
    is_last = number == len(durations) - 1
    if codec is not Codec.OPUS or is_last:
        return Samples(durations[number])
    line = timeline(framing_for(codec, rate), rate=rate, samples=Samples(sum(durations)))
    return Samples(durations[number] - line.priming)


async def decoded_samples(
    tools: Tools, path: Path, *, channels: int, is_first: bool
) -> tuple[Samples, tuple[str, ...]]:
    """Decode a header and one fragment; answer how many samples came, and the complaints.

    What the edit list hides is the first fragment's.
    """
    taken = 0

    def count(block: memoryview) -> None:
        nonlocal taken
        taken += len(block)

    argv = decode_lone(tools.ffmpeg, path, is_first=is_first)
    async with started(argv, limits=_LIMITS, reach=Reach(reads=(path,))) as child:
        await child.pour(count, block_bytes(channels))
        outcome = await child.outcome()
    complaints = outcome.errors or (("it cannot be decoded",) if outcome.status else ())
    return Samples(taken // (channels * SAMPLE_BYTES)), complaints
