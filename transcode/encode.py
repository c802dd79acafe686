"""From a master to the files of its renditions, on as many cores as there are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from transcode import graphs
from transcode.assemble import assemble
from transcode.cmaf import Description
from transcode.graphs import Target
from transcode.ladder import Codec, Rung
from transcode.lame_tag import state_length
from transcode.parallel import in_thread, together, within
from transcode.plan import Order, plan
from transcode.process import Limits, available_cores, failed, run
from transcode.progress import Progress, Task, Work
from transcode.reach import Reach
from transcode.tools import Tools

T = TypeVar("T")

_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """Where renditions are made: by which tools, of which file, in which folder.

    `limits` hold for each encoder; a nice one stands back for whatever else wants the processor.
    Encoders take `turns` where several benches share their cores; else there are `cores` at a time.
    What is `made` lies in the folder already: a command that would make nothing else is not run.
    """

    tools: Tools
    source: Path
    folder: Path
    cores: int = available_cores()
    progress: Progress | None = None
    limits: Limits = _LIMITS
    made: frozenset[Path] = frozenset()
    turns: asyncio.Semaphore | None = None

    def slots(self) -> asyncio.Semaphore:
        """Answer what an encoder waits for."""
        return self.turns or asyncio.Semaphore(self.cores)

    @property
    def reach(self) -> Reach:
        """What a child at work here can open."""
        return Reach(reads=(self.source,), writes=(self.folder,))


async def encode(
    bench: Workbench, order: Order, then: Callable[[Rung, Description | None], Awaitable[T]]
) -> dict[Rung, T]:
    """Make a file in the folder for each rung; answer what `then` makes of each that is done.

    It is told what the header says, which has no levels yet; a download has no header of ours.

    Raises:
        Broken: ffmpeg failed, or made what is not the file that was asked for.

    """
    commands = plan(order, bench.folder)
    work = Work([task_of(targets) for targets in commands], bench.progress)
    slots = bench.slots()

    async def command(number: int) -> None:
        targets = commands[number]
        if bench.made.issuperset(each.path for each in targets):
            work.at(number, 1.0)
            return
        path = bench.folder / f"command-{number}.progress"
        async with work.follow(number, path):
            await run_command(bench, order, targets, progress=path)

    async def finish(rung: Rung) -> T:
        header = await in_thread(_finished, commands, bench.folder, rung, order.has_album)
        made = await then(rung, header)
        work.certified(rung.name)
        return made

    async def rest(rung: Rung, running: Sequence[asyncio.Task[None]]) -> T:
        for targets, task in zip(commands, running, strict=True):
            if any(each.rung == rung for each in targets):
                await task
        return await within(slots, partial(finish, rung))

    async with together() as group:
        # Cores are given to who asked first: to all commands, then to what is made of them.
        works = [partial(command, number) for number in range(len(commands))]
        running = [group.create_task(within(slots, work)) for work in works]
        resting = {rung: group.create_task(rest(rung, running)) for rung in order.rungs}
    return {rung: task.result() for rung, task in resting.items()}


def task_of(targets: Sequence[Target]) -> Task:
    """Say what a command does, to whoever tells how far it is."""
    seconds = max((each.feed.end - each.feed.start) / each.line.rate for each in targets)
    return Task(seconds=seconds, rungs=tuple(each.rung.name for each in targets))


async def run_command(
    bench: Workbench, order: Order, targets: Sequence[Target], *, progress: Path | None = None
) -> None:
    """Encode what one command makes; how far it is, it appends to the file `progress`.

    Raises:
        Broken: ffmpeg failed.

    """
    argv = graphs.encode(bench.tools.ffmpeg, bench.source, order.info, targets, progress=progress)
    outcome = await run(argv, limits=bench.limits, reach=bench.reach)
    if outcome.status != 0:
        raise failed(outcome)


def _finished(
    commands: Sequence[Sequence[Target]],
    folder: Path,
    rung: Rung,
    has_album: bool,  # noqa: FBT001 - passed on
) -> Description | None:
    targets = [each for command in commands for each in command if each.rung == rung]
    if rung.codec is Codec.MP3:
        state_length(targets[0].path, targets[0].line.samples)
    if rung.is_download:
        return None
    description = assemble(targets, folder / rung.file_name, has_album=has_album)
    for target in targets:
        target.path.unlink()
    return description
