"""How much memory a process and all that it started hold (proc(5)); Linux only."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

#: What the machine of a co-operative has to spare for one worker, for a master of any length.
MOST_MEMORY_MB = 400
#: A look costs a millisecond of what is measured beside it.
_SAMPLE_S = 0.2
_PAGES_PER_MB = (1 << 20) / os.sysconf("SC_PAGE_SIZE")
T = TypeVar("T")


async def watched(work: Coroutine[Any, Any, T], pid: int | None = None) -> tuple[T, float]:
    """Do some work; answer what it comes to, and the most that was held meanwhile, in MB.

    It is the memory of this process that is looked at, or of another.
    """
    task, most_mb = asyncio.create_task(work), 0.0
    while not task.done():
        most_mb = max(most_mb, resident_mb(pid or os.getpid()))
        await asyncio.wait([task], timeout=_SAMPLE_S)
    return await task, most_mb


def resident_mb(pid: int) -> float:
    """Answer the memory of a process and all that it started (proc(5), statm and children)."""
    folder, pages = Path("/proc") / str(pid), 0
    try:
        pages = int((folder / "statm").read_text().split()[1])
        children = [
            int(child)
            for each in folder.glob("task/*/children")
            for child in each.read_text().split()
        ]
    except OSError:  # it ended meanwhile
        children = []
    return pages / _PAGES_PER_MB + sum(map(resident_mb, children))
