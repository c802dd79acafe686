"""How far several encoders are, told while they work.

ffmpeg appends to a file how much sound it has written; here its last words are read twice a
second, and told as the part of all work that is done. What is told never goes back.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from operator import mul
from pathlib import Path

#: Told the part of the work that is done, from 0 to 1.
Progress = Callable[[float], None]

_LOOK_S = 0.5
_TAIL_BYTES = 2048
_WRITTEN = re.compile(rb"out_time_us=([0-9]+)")


class Work:
    """Commands of so much work each, of which some is done."""

    def __init__(self, amounts: Sequence[float], progress: Progress | None) -> None:
        """Begin with nothing done."""
        self._amounts = amounts
        self._parts = [0.0] * len(amounts)
        self._progress = progress

    def at(self, number: int, part: float) -> None:
        """Say how far a command is, from 0 to 1."""
        part = min(1.0, part)
        if part <= self._parts[number]:
            return
        self._parts[number] = part
        done = sum(map(mul, self._amounts, self._parts))
        if self._progress is not None:
            self._progress(done / sum(self._amounts))

    @asynccontextmanager
    async def follow(self, number: int, path: Path, *, seconds: float) -> AsyncIterator[None]:
        """Read what a command of so many seconds appends to a file, while the block lasts."""
        looking = asyncio.create_task(self._look(number, path, seconds))
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def _look(self, number: int, path: Path, seconds: float) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            self.at(number, await asyncio.to_thread(_last_written_s, path) / seconds)


def _last_written_s(path: Path) -> float:
    with suppress(FileNotFoundError), path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        if found := _WRITTEN.findall(file.read()):
            return int(found[-1]) / 1e6
    return 0.0
