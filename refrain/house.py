"""All in one: embedded services, the server, the workers; up in order, down in reverse."""

from __future__ import annotations

import asyncio
import fcntl
import json
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis.asyncio
import structlog

from base.clock import system_clock
from base.database import Database
from base.errors import Broken, Refused
from base.settings import Settings
from catalog.schema import upgrade
from refrain.children import Child, valkey
from refrain.demo import DemoTokens, demo_accounts, set_up_path
from refrain.processes import stop_s

log = structlog.get_logger()

_VALKEY_START_S = 20.0
_SELF = (sys.executable, "-m", "refrain")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A running house: its address, and on the embedded default who may try it.

    `set_up` is where its operator chooses an address and a password, while they have none;
    `sftp` is the port that labels deliver to, if they do.
    """

    url: str
    demo: DemoTokens | None
    set_up: str | None
    sftp: int | None = None

    def as_json(self) -> str:
        """Print for scripts, in one line."""
        tokens = self.demo.as_dict() if self.demo else {}
        links = {"set_up_url": f"{self.url}{self.set_up}"} if self.set_up else {}
        ports = {} if self.sftp is None else {"sftp_port": self.sftp}
        return json.dumps({"url": self.url, **tokens, **links, **ports})


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Start everything, and stop it in reverse order.

    Raises:
        Refused: another house uses the data folder, or the port is taken.
        Broken: a part of it did not start.

    """
    async with AsyncExitStack() as stack:
        stack.enter_context(alone(settings.data_dir))
        if settings.embeds_valkey:
            await _start_valkey(stack, settings)
        demo, set_up = await _prepare(settings)
        workers = [_worker(settings, number + 1) for number in range(settings.workers)]
        for worker in workers:
            stack.push_async_callback(worker.stop)
        url, sftp, _ = await asyncio.gather(
            _start_server(stack, settings), _start_sftp(stack, settings), _start_all(workers)
        )
        yield House(url=url, demo=demo, set_up=set_up, sftp=sftp)
        log.info("stopping")


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Hold the data folder: two houses in one would fight over its socket."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "house.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                "data-in-use", f"Another Refrain is running on {data_dir}; stop it first."
            ) from None
        yield


async def _start_valkey(stack: AsyncExitStack, settings: Settings) -> None:
    child = valkey(settings.data_dir)
    stack.push_async_callback(child.stop)
    await child.start()
    async with asyncio.timeout(_VALKEY_START_S):
        async with redis.asyncio.from_url(settings.redis_url) as client:
            while True:
                try:
                    await client.ping()
                except redis.RedisError:  # not there yet, or still reading its log
                    await asyncio.sleep(0.05)
                else:
                    return


async def _prepare(settings: Settings) -> tuple[DemoTokens | None, str | None]:
    database = Database(settings.database_url)
    try:
        await upgrade(database)
        if not settings.demo:
            return None, None
        demo = await demo_accounts(database, system_clock, settings.data_dir)
        return demo, await set_up_path(database, system_clock, demo)
    finally:
        await database.close()


def _worker(settings: Settings, number: int) -> Child:
    return Child(
        name=f"worker-{number}",
        argv=[*_SELF, "work"],
        env=settings.environment(),
        speaks=True,
        # What it has is given back, and taken up when the house is started again.
        stop_signal=signal.SIGINT,
    )


async def _start_all(children: Sequence[Child]) -> None:
    await asyncio.gather(*(child.start() for child in children))


async def _start_server(stack: AsyncExitStack, settings: Settings) -> str:
    sentence = f"The server did not start; is port {settings.port} taken? See the lines above."
    not_started = Refused("server-not-started", sentence)
    child = await _start_speaking(stack, settings, "server", ["serve"], not_started)
    url = str(json.loads(child.first_line)["url"])
    if not settings.port:  # should it fall, it comes back where it was
        child.env = {**child.env, "REFRAIN_PORT": url.rpartition(":")[2]}
    return url


async def _start_sftp(stack: AsyncExitStack, settings: Settings) -> int | None:
    """Let labels deliver by SFTP where a port is set; answer which it is."""
    port = settings.ddex_sftp_port
    if port is None:
        return None
    sentence = f"SFTP did not start; is port {port} taken? See the lines above."
    not_started = Refused("sftp-not-started", sentence)
    child = await _start_speaking(stack, settings, "sftp", ["sftp"], not_started)
    port = int(json.loads(child.first_line)["port"])
    child.env = {**child.env, "REFRAIN_DDEX_SFTP_PORT": str(port)}
    return port


async def _start_speaking(
    stack: AsyncExitStack,
    settings: Settings,
    name: str,
    words: Sequence[str],
    not_started: Refused,
) -> Child:
    """Start a child that says where it listens, and stops with the house.

    Raises:
        Refused: as told: it does not start.

    """
    child = Child(
        name=name,
        argv=[*_SELF, *words],
        env=settings.environment(),
        speaks=True,
        stop_s=stop_s(settings),
    )
    stack.push_async_callback(child.stop)
    try:
        await child.start()
    except Broken:
        raise not_started from None
    return child
