"""How far several encoders are, told while they work.

ffmpeg appends to a file how much sound it has written; here its last words are read twice a
second. A rung is done when it was heard again and certified, which is a part of its work as well.
What is told never goes back.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The part of the whole work that is done, and of each rung by its name, from 0 to 1."""

    whole: float
    rungs: Mapping[str, float]


#: Told how far the work is.
Progress = Callable[[Done], None]

#: How much of a rung's work it is to encode; the rest is to hear what came of it.
_ENCODED = 0.8
_LOOK_S = 0.5
_TAIL_BYTES = 2048
_WRITTEN = re.compile(rb"out_time_us=([0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one command does: so many seconds of sound for each of some rungs, by name."""

    seconds: float
    rungs: tuple[str, ...]


class Work:
    """Commands, of each of which some is done."""

    def __init__(self, tasks: Sequence[Task], progress: Progress | None) -> None:
        """Begin with nothing done."""
        self._tasks = tasks
        self._parts = [0.0] * len(tasks)
        self._certified: set[str] = set()
        self._progress = progress

    def at(self, number: int, part: float) -> None:
        """Say how far a command is, from 0 to 1."""
        part = min(1.0, part)
        if part > self._parts[number]:
            self._parts[number] = part
            self._tell()

    def certified(self, rung: str) -> None:
        """Say that nothing is left to do for a rung."""
        self._certified.add(rung)
        self._tell()

    @asynccontextmanager
    async def follow(self, number: int, path: Path) -> AsyncIterator[None]:
        """Read what a command appends to a file, while the block lasts; then it is done."""
        looking = asyncio.create_task(self._look(number, path))
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            await asyncio.to_thread(path.unlink, missing_ok=True)
        self.at(number, 1.0)

    async def _look(self, number: int, path: Path) -> None:
        seconds = self._tasks[number].seconds
        while True:
            await asyncio.sleep(_LOOK_S)
            self.at(number, await asyncio.to_thread(_last_written_s, path) / seconds)

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self._done())

    def _done(self) -> Done:
        names = dict.fromkeys(name for task in self._tasks for name in task.rungs)
        rungs = {name: self._part_of(name) for name in names}
        return Done(whole=sum(rungs.values()) / len(rungs), rungs=rungs)

    def _part_of(self, rung: str) -> float:
        if rung in self._certified:
            return 1.0
        works = [
            (task.seconds, part)
            for task, part in zip(self._tasks, self._parts, strict=True)
            if rung in task.rungs
        ]
        total = sum(seconds for seconds, _ in works)
        return _ENCODED * sum(seconds * part for seconds, part in works) / total


def _last_written_s(path: Path) -> float:
    with suppress(FileNotFoundError), path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        if found := _WRITTEN.findall(file.read()):
            return int(found[-1]) / 1e6
    return 0.0
