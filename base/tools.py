"""The tool box of a process: opened once, closed once, passed by name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from base.clock import Clock, system_clock
from base.database import Database
from base.discretion import Discretion, discretion_of
from base.errors import Refused
from base.settings import Settings
from base.storage.disk import DiskStorage
from base.storage.port import Storage
from base.tracing import Tracing
from base.true_time import true_clock
from base.valkey import Valkey, open_valkey

if TYPE_CHECKING:
    from base.storage.foreign import ForeignBucket

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What handlers, actors and commands reach the world with."""

    settings: Settings
    clock: Clock
    database: Database
    storage: Storage
    valkey: Valkey
    tracing: Tracing


@asynccontextmanager
async def open_tools(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[Tools]:
    """Open everything the settings name, and close it in reverse order.

    Raises:
        Refused: an address in the settings is of no known kind.

    """
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        storage = await stack.enter_async_context(open_storage(settings.storage_url))
        valkey = await stack.enter_async_context(open_valkey(settings.redis_url))
        yield Tools(
            settings=settings,
            clock=clock,
            database=database,
            storage=storage,
            valkey=valkey,
            tracing=await stack.enter_async_context(
                open_tracing(settings.traces, discretion_of(settings))
            ),
        )


@asynccontextmanager
async def open_lasting_tools(settings: Settings) -> AsyncIterator[Tools]:
    """Open everything for a process that runs for long, and goes by the time of its database.

    Raises:
        Refused: as `open_tools`.

    """
    async with open_tools(settings) as tools, true_clock(tools.database, tools.clock) as clock:
        yield replace(tools, clock=clock)


@asynccontextmanager
async def open_tracing(
    url: str,
    discretion: Discretion = Discretion(),  # noqa: B008 - frozen
) -> AsyncIterator[Tracing]:
    """Tell a collector of spans, if one is named; no secret."""
    if not url:
        yield Tracing()
        return
    try:
        # An extra, and a second of imports, that a house without traces does without.
        from base.telemetry import open_telemetry  # noqa: PLC0415
    except ModuleNotFoundError as error:
        log.warning("no traces", missing=error.name, mend="pip install 'refrain[telemetry]'")
        yield Tracing()
        return
    async with open_telemetry(url, discretion) as telemetry:
        yield telemetry


@asynccontextmanager
async def open_foreign(url: str) -> AsyncIterator[ForeignBucket]:
    """Open the bucket of others behind `s3://…`.

    Raises:
        Refused: it is no such address.

    """
    from base.storage.s3 import open_foreign as open_bucket  # noqa: PLC0415 - as below

    async with open_bucket(url) as bucket:
        yield bucket


@asynccontextmanager
async def open_storage(url: str) -> AsyncIterator[Storage]:
    """Open the storage behind `file:///…` or `s3://…`.

    Raises:
        Refused: the scheme is neither.

    """
    parts = urlsplit(url)
    scheme = parts.scheme
    if scheme == "file":
        yield DiskStorage(Path(parts.path))
    elif scheme == "s3":
        # Half a second of imports that a house on disk can do without.
        from base.storage.s3 import open_s3  # noqa: PLC0415

        async with open_s3(url) as storage:
            yield storage
    else:
        raise Refused(
            "unknown-storage",
            # All of it is not said: it may hold a key.
            f"REFRAIN_STORAGE_URL must begin with file:// or s3://, not {scheme!r}.",
        )
