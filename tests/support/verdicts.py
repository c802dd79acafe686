"""What becomes of files that are sent: each through the engine, beside a canary."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from base.errors import Refused
from tests.support.masters import tone
from tests.support.watch import watched
from transcode.examine import examine
from transcode.probe import probe
from transcode.tools import Tools

#: A file that takes longer hangs, on any machine.
_PATIENCE_S = 120
_AT_ONCE = 3
SOUND = "sound"


async def verdict(tools: Tools, path: Path, folder: Path) -> str:
    """Examine one file; answer the code of its refusal, or that it is sound."""
    try:
        info = await probe(tools, path)
        await examine(tools, path, info, folder=folder)
    except Refused as refused:
        return refused.code if refused.sentence.isprintable() else "a sentence that tricks"
    return SOUND


async def verdicts(
    tools: Tools, cases: Iterable[tuple[str, bytes]], root: Path, *, suffix: str = "wav"
) -> dict[str, str]:
    """Examine all files, and require that nothing happened but in their scratch folders."""
    canary = await asyncio.to_thread(_canary, root)
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int, data: bytes) -> str:
        async with slots, asyncio.timeout(_PATIENCE_S):
            path = root / "masters" / f"{number}.{suffix}"
            folder = root / "scratch" / str(number)
            await asyncio.to_thread(folder.mkdir)
            await asyncio.to_thread(path.write_bytes, data)
            return await verdict(tools, path, folder)

    with watched(canary, canary.parent) as watch:
        names, works = [], []
        for number, (name, data) in enumerate(cases):
            names.append(name)
            works.append(one(number, data))
        found = dict(zip(names, await asyncio.gather(*works), strict=True))
        assert watch.is_untouched, "a file was touched that belongs to somebody else"
    return found


def _canary(root: Path) -> Path:
    for name in ("masters", "scratch", "others"):
        (root / name).mkdir()
    return tone(canary_in(root))


def canary_in(root: Path) -> Path:
    """Answer where the canary of a folder is."""
    return root / "others" / "canary.wav"
