"""What the jobs of one worker process share, opened in the loop that runs them."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from uuid import UUID, uuid4

from base.settings import Settings
from base.storage.port import Key
from base.tools import Tools, open_tools
from catalog.claims import Claims
from catalog.fleet import Post
from transcode.process import available_cores
from transcode.tools import Tools as Engine
from transcode.tools import find_tools
from workers.ends import Ends
from workers.leases import Leased
from workers.sources import Copies, Readable

_LOCK = "in-use"


@dataclass(slots=True, kw_only=True)
class Running:
    """A job under way."""

    leased: Leased
    task: asyncio.Task[None]
    #: When it was last told to end, by the loop's clock.
    told_s: float = float("-inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The house's tools, the media engine, a place for files, and the jobs under way by lease."""

    tools: Tools
    engine: Engine
    scratch: Path
    post: Post
    ends: Ends
    running: dict[UUID, Running] = field(default_factory=dict)
    copies: Copies = field(default_factory=Copies)

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Answer a folder for one job, gone when the job is."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as name:
            yield Path(name)

    def master(self, key: Key) -> AbstractAsyncContextManager[Readable]:
        """Answer a master to read pieces of, which jobs of this process share."""
        storage = self.tools.storage
        return self.copies.readable(key, engine=self.engine, storage=storage, folder=self.folder)

    @property
    def claims(self) -> Claims:
        """Where objects are stored that rows will refer to."""
        tools = self.tools
        return Claims(database=tools.database, storage=tools.storage, clock=tools.clock)


@asynccontextmanager
async def open_holding(settings: Settings, lanes: Mapping[str, int]) -> AsyncIterator[Holding]:
    """Open everything a worker of these lanes needs.

    Raises:
        Unavailable: there is no ffmpeg.

    """
    engine = await find_tools(settings.tool_path)
    root = settings.scratch_dir or settings.data_dir / "scratch"
    with _scratch(root) as scratch:
        async with open_tools(settings) as tools:
            holding = Holding(
                tools=tools,
                engine=engine,
                scratch=scratch,
                post=_post(lanes, tools.clock()),
                ends=Ends(tools.database, tools.clock),
            )
            with closing(holding.copies):
                yield holding


def _post(lanes: Mapping[str, int], now: datetime) -> Post:
    host, pid = socket.gethostname(), os.getpid()
    return Post(
        name=f"{host}:{pid}:{uuid4().hex[:6]}",
        host=host,
        pid=pid,
        lanes=lanes,
        cores=available_cores(),
        version=version("refrain"),
        started_at=now,
    )


@contextmanager
def _scratch(root: Path) -> Iterator[Path]:
    """Answer a folder that is ours while we live; sweep those of the dead."""
    root.mkdir(parents=True, exist_ok=True)
    for left in root.iterdir():
        _remove_if_dead(left)
    own = root / uuid4().hex
    own.mkdir()
    with (own / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield own
        finally:
            shutil.rmtree(own, ignore_errors=True)


def _remove_if_dead(folder: Path) -> None:
    try:
        handle = os.open(folder / _LOCK, os.O_RDONLY)
    except OSError:
        return  # being made right now, or not ours
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(handle)
