"""How a worker is told to end: in good order first, and at once when it is told again."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress


class Stopping:
    """Whether an end was asked for, and whether it shall be now."""

    def __init__(self) -> None:
        """Wait for nothing yet."""
        self._asked = asyncio.Event()
        self._at_once = asyncio.Event()

    def heed_signals(self) -> None:
        """Let SIGTERM ask for an end, and SIGINT or a second SIGTERM for one at once."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.ask)
        loop.add_signal_handler(signal.SIGINT, self.insist)

    @property
    def is_asked(self) -> bool:
        """Whether nothing new shall be begun."""
        return self._asked.is_set()

    def ask(self) -> None:
        """Ask for an end, or insist on the one that was asked for."""
        if self._asked.is_set():
            self._at_once.set()
        self._asked.set()

    def insist(self) -> None:
        """Ask for an end at once."""
        self._at_once.set()
        self._asked.set()

    async def asked(self) -> None:
        """Wait until an end is asked for."""
        await self._asked.wait()

    async def grace(self, grace_s: float) -> None:
        """Wait as long as what is under way may go on."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._at_once.wait(), grace_s)
