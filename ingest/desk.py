"""What the use cases of uploads work with: tools, and what this process remembers of uploads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from base.clock import Clock
from base.database import Database
from base.settings import Settings
from base.storage.port import Storage
from base.tools import Tools
from base.valkey import Valkey
from catalog.uploads import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the first MiB of a file tells: why nothing can come of it, or what is odd."""

    refusal: Refusal | None = None
    warnings: tuple[dict[str, Any], ...] = ()


#: Judges a file by its first MiB (all of it, when it is smaller) and its name.
Judge = Callable[[bytes, str], Judgement]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One a process; opened beside the tools and passed to every use case."""

    settings: Settings
    clock: Clock
    database: Database
    storage: Storage
    valkey: Valkey
    judge: Judge


@asynccontextmanager
async def open_desk(
    tools: Tools,
    judge: Judge = lambda head, filename: Judgement(),  # noqa: ARG005 - the seam of ingest.sniff
) -> AsyncIterator[Desk]:
    """Open a desk; nothing is asked of the tools yet."""
    yield Desk(
        settings=tools.settings,
        clock=tools.clock,
        database=tools.database,
        storage=tools.storage,
        valkey=tools.valkey,
        judge=judge,
    )
