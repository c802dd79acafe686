"""From a master to the files of its renditions, on as many cores as there are."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from base.errors import Broken
from transcode import graphs
from transcode.assemble import assemble
from transcode.cmaf import Description
from transcode.graphs import Target
from transcode.ladder import Rung
from transcode.parallel import in_parallel
from transcode.plan import Order, plan
from transcode.process import Limits, run
from transcode.tools import Tools

#: Told the part of the work that is done, from 0 to 1.
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """Where renditions are made: by which tools, of which file, in which folder."""

    tools: Tools
    source: Path
    folder: Path
    cores: int = os.cpu_count() or 1
    progress: Progress | None = None


async def encode(bench: Workbench, order: Order) -> dict[Rung, Description | None]:
    """Make a file in the folder for each rung, and answer what its header says.

    The header has no levels yet. A download has no header of ours.

    Raises:
        Broken: ffmpeg failed, or made what is not the file that was asked for.

    """
    commands = plan(order, bench.folder)
    work = _Work(commands, bench.progress)

    async def one(targets: Sequence[Target]) -> None:
        await run_command(bench, order, targets)
        work.finish(targets)

    await in_parallel([partial(one, targets) for targets in commands], cores=bench.cores)
    return {
        rung: await asyncio.to_thread(_finished, commands, bench.folder, rung)
        for rung in order.rungs
    }


class _Work:
    """How much is done, in seconds of rendition."""

    def __init__(self, commands: Sequence[Sequence[Target]], progress: Progress | None) -> None:
        self._total = sum(map(_seconds, commands)) or 1.0
        self._done = 0.0
        self._progress = progress

    def finish(self, targets: Sequence[Target]) -> None:
        self._done += _seconds(targets)
        if self._progress is not None:
            self._progress(min(1.0, self._done / self._total))


def _seconds(targets: Sequence[Target]) -> float:
    return sum((each.feed.end - each.feed.start) / each.line.rate for each in targets)


async def run_command(bench: Workbench, order: Order, targets: Sequence[Target]) -> None:
    """Encode what one command makes.

    Raises:
        Broken: ffmpeg failed.

    """
    argv = graphs.encode(bench.tools.ffmpeg, bench.source, order.info, targets)
    outcome = await run(argv, limits=Limits())
    if outcome.status != 0:
        raise failed(outcome.errors)


def failed(errors: Sequence[str]) -> Broken:
    """Say that ffmpeg failed, in its own last words."""
    return Broken("encode-failed", f"ffmpeg failed: {' / '.join(errors[-3:]) or 'no reason given'}")


def _finished(commands: Sequence[Sequence[Target]], folder: Path, rung: Rung) -> Description | None:
    if rung.is_download:
        return None
    targets = [each for command in commands for each in command if each.rung == rung]
    description = assemble(targets, folder / rung.file_name)
    for target in targets:
        target.path.unlink()
    return description
