"""What anyone would type to encode a rung: the bare ffmpeg that benchmarks compare us with."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from base.errors import Broken
from transcode.graphs import ENCODERS
from transcode.ladder import PREVIEW_S, Codec, Rung, rate_for
from transcode.process import Limits, run
from transcode.reach import Reach
from transcode.source import SourceInfo
from transcode.tools import Tools

_FRAGMENTED = ("-movflags", "+delay_moov+dash+global_sidx", "-frag_duration", "6000000")


class Cost(NamedTuple):
    """What something took, in seconds."""

    wall_s: float
    cpu_s: float


def cpu_s() -> float:
    """Answer what this process and its ended children have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


async def cost_of_rungs(tools: Tools, path: Path, info: SourceInfo, rungs: Sequence[Rung]) -> Cost:
    """Encode each rung by an ffmpeg of its own, one after another.

    Raises:
        Broken: one of them failed.

    """
    used, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as name:
        for rung in rungs:
            argv = _typed(tools.ffmpeg, path, info, rung)
            argv += [str(Path(name) / rung.file_name)]
            reach = Reach(reads=(path,), writes=(Path(name),))
            outcome = await run(argv, limits=Limits(), reach=reach)
            if outcome.status != 0:
                raise Broken("bench-reference", f"The reference failed: {outcome.errors}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return Cost(wall_s=time.monotonic() - begun, cpu_s=cpu_s)


def _typed(ffmpeg: str, path: Path, info: SourceInfo, rung: Rung) -> list[str]:
    argv = [ffmpeg, "-nostdin", "-v", "error", "-y", "-i", str(path), "-map", "0:a:0"]
    argv += ["-c:a", ENCODERS[rung.codec], "-ar", str(rate_for(info, rung))]
    argv += ["-b:a", str(rung.bitrate_bps)] if rung.bitrate_bps else []
    argv += ["-compression_level", "8"] if rung.codec is Codec.FLAC else []
    argv += ["-t", str(PREVIEW_S)] if rung.is_preview else []
    return argv + ([] if rung.is_download else list(_FRAGMENTED))
