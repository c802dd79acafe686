"""The transaction by which a track becomes something to hear, told as a span of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from base.database import Session
from base.tools import Tools


@asynccontextmanager
async def publishing(tools: Tools) -> AsyncIterator[Session]:
    """Open the transaction that publishes.

    Raises:
        Unavailable: the database cannot be reached, or is too busy.

    """
    with tools.tracing.span("publish"):
        async with tools.database.begin() as session:
            yield session
