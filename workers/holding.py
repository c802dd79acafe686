"""What the jobs of one worker process share, opened in the loop that runs them."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from uuid import UUID, uuid4

from base.settings import Settings
from base.storage.port import Key, LocalFiles
from base.tools import Tools, open_lasting_tools
from catalog.claims import Claims
from catalog.fleet import Post, worker_name
from catalog.kinds import Kind
from catalog.models.files import Master
from transcode.encode import Workbench
from transcode.process import Limits, available_cores
from transcode.progress import Progress
from transcode.tools import Tools as Engine
from transcode.tools import find_tools
from workers.ends import Ends
from workers.lanes import parse_lanes
from workers.leases import Leased
from workers.needs import scratch_bytes
from workers.scratch import Scratch, open_scratch
from workers.sources import Copies, Readable

#: How far an encoder stands back behind those whose listeners wait, see nice(2): the rest of a
#: ladder, and what nobody waits for at all.
LATER, IDLE = 10, 19


@dataclass(slots=True, kw_only=True)
class Running:
    """A job under way."""

    leased: Leased
    task: asyncio.Task[None]
    #: When it was last told to end, by the loop's clock.
    told_s: float = float("-inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """Whose turn it is to encode: each has as many as there are cores, and the nice stand back."""

    urgent: asyncio.Semaphore
    nice: asyncio.Semaphore


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The house's tools, the media engine, a place for files, and the jobs under way by lease."""

    tools: Tools
    engine: Engine
    scratch: Scratch
    post: Post
    ends: Ends
    turns: Turns
    running: dict[UUID, Running] = field(default_factory=dict)
    #: Kinds of jobs that a newer version added, which was said once.
    left_kinds: set[str] = field(default_factory=set)
    copies: Copies = field(default_factory=Copies)

    @contextmanager
    def folder(self, *, needs_bytes: int = 0) -> Iterator[Path]:
        """Answer a folder for one job that will write so much, gone when the job is.

        Raises:
            NoRoom: there is not as much here and now.

        """
        with self.scratch.folder(needs_bytes=needs_bytes) as folder:
            yield folder

    def bench(
        self, source: Path, folder: Path, *, niceness: int = 0, progress: Progress | None = None
    ) -> Workbench:
        """Answer where renditions are made, with no more than this worker has."""
        return Workbench(
            tools=self.engine,
            source=source,
            folder=folder,
            cores=self.post.cores,
            progress=progress,
            limits=self._limits(niceness),
            turns=self.turns.nice if niceness else self.turns.urgent,
        )

    def _limits(self, niceness: int) -> Limits:
        settings = self.tools.settings
        return Limits(
            cpu_s=settings.child_cpu_s,
            memory_bytes=settings.child_memory_bytes,
            niceness=niceness,
        )

    def needs_bytes(self, kind: Kind, master: Master) -> int:
        """Answer how much a job about a master will write, the copy of it included."""
        is_copied = not isinstance(self.tools.storage, LocalFiles)
        return scratch_bytes(
            kind, master.size_bytes, is_lossless=master.is_lossless, is_copied=is_copied
        )

    def master(self, master: Master) -> AbstractAsyncContextManager[Readable]:
        """Answer a master to read pieces of, which jobs of this process share."""
        return self.copies.readable(
            Key(master.storage_key),
            engine=self.engine,
            storage=self.tools.storage,
            folder=partial(self.folder, needs_bytes=self.needs_bytes(Kind.EXAMINE, master)),
        )

    @property
    def claims(self) -> Claims:
        """Where objects are stored that rows will refer to."""
        tools = self.tools
        return Claims(database=tools.database, storage=tools.storage, clock=tools.clock)


@asynccontextmanager
async def open_holding(settings: Settings) -> AsyncIterator[Holding]:
    """Open everything that a worker needs.

    Raises:
        Unavailable: there is no ffmpeg.
        Refused: a setting names what there is not.

    """
    cores = settings.cores or available_cores()
    lanes = parse_lanes(settings.lanes, cores)
    engine = await find_tools(settings.tool_path)
    root = settings.scratch_dir or settings.data_dir / "scratch"
    with open_scratch(root, most_bytes=settings.scratch_bytes) as scratch:
        async with open_lasting_tools(settings) as tools:
            holding = Holding(
                tools=tools,
                engine=engine,
                scratch=scratch,
                post=_post(settings.worker_name, lanes, cores, tools.clock()),
                ends=Ends(tools.database, tools.clock),
                turns=turns_of(cores),
            )
            with closing(holding.copies):
                yield holding


def turns_of(cores: int) -> Turns:
    """Answer the turns of a worker that has so many cores."""
    return Turns(urgent=asyncio.Semaphore(cores), nice=asyncio.Semaphore(cores))


def _post(name: str, lanes: Mapping[str, int], cores: int, now: datetime) -> Post:
    host, pid = socket.gethostname(), os.getpid()
    return Post(
        name=worker_name(name or host, pid, uuid4().hex[:6]),
        host=host,
        pid=pid,
        lanes=lanes,
        cores=cores,
        version=version("refrain"),
        started_at=now,
    )
