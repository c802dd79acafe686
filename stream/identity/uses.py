"""When credentials were last used: kept in mind, and written down now and then, all at once."""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import UUID

from aiohttp import web

from base.tools import Tools
from catalog.access_tokens import USED_EVERY, write_uses
from catalog.callers import Credential

_EVERY_S = 15.0


class Uses:
    """What is not written down yet."""

    def __init__(self) -> None:
        """Nothing was used yet."""
        self._waiting: dict[UUID, datetime] = {}

    def note(self, credential: Credential | None, now: datetime) -> None:
        """Keep in mind that one is used, unless that was written down a moment ago."""
        if credential is None:
            return
        last = credential.last_used_at
        if last is None or now - last >= USED_EVERY:
            self._waiting.setdefault(credential.id, now)

    async def run(self, tools: Tools) -> None:
        """Write down what waits, every few seconds."""
        while True:
            await asyncio.sleep(_EVERY_S)
            await self.write(tools)

    async def write(self, tools: Tools) -> None:
        """Write down what waits; a power cut may take the last of it."""
        waiting, self._waiting = self._waiting, {}
        if waiting:
            async with tools.database.begin(is_lasting=False) as session:
                await write_uses(session, waiting)


USES = web.AppKey("uses", Uses)
