"""Uploads that nobody comes back for, looked after beside the jobs."""

from __future__ import annotations

import asyncio

import structlog

from base.errors import RefrainError
from base.tools import Tools
from ingest.desk import open_desk
from ingest.tidying import tidy

log = structlog.get_logger()

#: An artist whose server died in the last step waits for their track at most so much longer.
_TURN_S = 10.0


async def keep_uploads(tools: Tools) -> None:
    """Work until cancelled; every worker does, and they do not get into each other's way."""
    async with open_desk(tools) as desk:
        while True:
            try:
                await tidy(desk)
            except RefrainError as error:
                # The rows stay as they are, and the next turn finds them again.
                log.warning("uploads wait to be tidied", error=str(error))
            await asyncio.sleep(_TURN_S)
