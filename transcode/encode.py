"""From a master to its renditions, all of them in one pass over it."""

from __future__ import annotations

import asyncio
import hashlib
import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from base.errors import Broken
from base.units import SizeBytes
from transcode.boxes import Layout, read_layout
from transcode.graphs import command
from transcode.ladder import Rung, rate_for
from transcode.process import Limits, run
from transcode.source import SourceInfo
from transcode.tools import Tools

_BITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A rendition as a file, read back from its own bytes; rates in bits per second."""

    rung: Rung
    path: Path
    size_bytes: SizeBytes
    sha256: str
    sample_rate: int
    channels: int
    layout: Layout

    @property
    def average_bps(self) -> int:
        """Mean over all fragments (RFC 8216bis, AVERAGE-BANDWIDTH)."""
        total = sum(fragment.size_bytes for fragment in self.layout.fragments)
        return round(total * _BITS * self.layout.timescale / self.layout.duration)

    @property
    def peak_bps(self) -> int:
        """Greatest of any fragment (RFC 8216bis, BANDWIDTH).

        The last one may be a few samples long, whose rate nobody ever sees: it counts
        only when it is alone.
        """
        measured = self.layout.fragments[:-1] or self.layout.fragments
        rates = (f.size_bytes * _BITS * self.layout.timescale / f.duration for f in measured)
        return max(self.average_bps, round(max(rates)))


def targets(rungs: Sequence[Rung], folder: Path) -> list[tuple[Rung, Path]]:
    """Name the file of each rung in `folder`."""
    return [(rung, folder / f"{rung.name}.mp4") for rung in rungs]


async def encode(
    tools: Tools, source: Path, info: SourceInfo, *, rungs: Sequence[Rung], folder: Path
) -> list[Encoded]:
    """Make a file in `folder` for each rung.

    Raises:
        Broken: ffmpeg failed, or made what is not the file that was asked for.

    """
    renditions = targets(rungs, folder)
    argv = command(tools.ffmpeg, source, info, renditions=renditions)
    outcome = await run(argv, limits=Limits())
    if outcome.status != 0:
        raise failed(outcome.errors)
    return [await describe(path, info, rung) for rung, path in renditions]


async def describe(path: Path, info: SourceInfo, rung: Rung) -> Encoded:
    """Read a finished rendition back.

    Raises:
        Broken: it is not a file that a player could use.

    """
    return await asyncio.to_thread(_describe, path, info, rung)


def failed(errors: Sequence[str]) -> Broken:
    """Say that ffmpeg failed, in its own last words."""
    return Broken("encode-failed", f"ffmpeg failed: {' / '.join(errors[-3:]) or 'no reason given'}")


def _describe(path: Path, info: SourceInfo, rung: Rung) -> Encoded:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        with (
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
            memoryview(mapped) as view,
        ):
            layout = read_layout(view)
            size = len(view)
    return Encoded(
        rung=rung,
        path=path,
        size_bytes=SizeBytes(size),
        sha256=digest,
        sample_rate=rate_for(info, rung),
        channels=info.channels,
        layout=layout,
    )
