"""The server alone, and what reads the log of another that sends our media."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from base.memory import give_back_large_blocks
from base.settings import Settings
from base.tools import open_lasting_tools, open_tools
from refrain.output import say
from refrain.starting import until_signal
from stream.app import serving
from stream.listening import Shared
from stream.logged import follow


async def serve_until_signal(settings: Settings, shared: Shared | None = None) -> None:
    """Run the server alone, and print its address when it listens."""
    give_back_large_blocks()
    async with (
        open_lasting_tools(settings) as tools,
        serving(tools, host=settings.host, port=settings.port, shared=shared) as url,
    ):
        say(json.dumps({"url": url}))
        await until_signal()


async def follow_log(settings: Settings, path: Path, *, once: bool) -> None:
    """Take evidence from a log until a signal, or until all is counted."""
    async with open_tools(settings) as tools:
        following = asyncio.create_task(follow(tools, path, to_the_end=once))
        waiting = asyncio.create_task(until_signal())
        await asyncio.wait([following, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not following.done():
            following.cancel()
        for ended in await asyncio.gather(following, waiting, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended
