"""Processes that benchmarks measure: a house of their own, and the servers it is compared with."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from base.errors import Broken, Refused
from base.log import configure_logging
from base.settings import load_settings
from base.tools import Tools, open_tools
from catalog.schema import upgrade
from refrain.children import valkey


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A running house: where it is, who may send to it, and its process."""

    url: str
    token: str
    pid: int


@asynccontextmanager
async def open_house(folder: Path, *options: str) -> AsyncIterator[House]:
    """Run `refrain up` on a folder of its own."""
    argv = [sys.executable, "-m", "refrain", "up", "--data", str(folder), "--port", "0", "--json"]
    async with running([*argv, *options], speaks=True) as (child, line):
        said = json.loads(line)
        yield House(url=said["url"], token=said["artist_token"], pid=child.pid)


@asynccontextmanager
async def running(
    argv: Sequence[str], *, speaks: bool, env: Mapping[str, str] | None = None
) -> AsyncIterator[tuple[asyncio.subprocess.Process, bytes]]:
    """Run a program; answer it, and its first line when it has one to say.

    Raises:
        Broken: it ended before it said anything.

    """
    child = await asyncio.create_subprocess_exec(
        *argv,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **(env or {}), "REFRAIN_LOG_LEVEL": "warning"},
    )
    try:
        line = await child.stdout.readline() if child.stdout and speaks else b""
        if speaks and not line:
            raise Broken("no-output", f"{argv[0]} did not start.")
        yield child, line
    finally:
        child.terminate()
        await child.wait()


@asynccontextmanager
async def on_postgresql(database_url: str, **given: object) -> AsyncIterator[Tools]:
    """Prepare an empty database, and a Valkey and a folder of our own.

    Raises:
        Refused: the database is no PostgreSQL, or a program is missing.

    """
    if not database_url.startswith("postgresql"):
        raise Refused(
            "no-postgresql",
            "Give an empty PostgreSQL database: --database postgresql+asyncpg://…, "
            "or REFRAIN_DATABASE_URL.",
        )
    if shutil.which("taskset") is None:
        raise Refused("missing-program", "taskset is not installed: apt-get install util-linux.")
    with tempfile.TemporaryDirectory(prefix="refrain-bench-") as name:
        settings = load_settings(
            data_dir=Path(name), database_url=database_url, log_level="warning", **given
        )
        configure_logging(settings)
        child = valkey(Path(name))
        await child.start()
        try:
            async with open_tools(settings) as tools:
                await upgrade(tools.database)
                yield tools
        finally:
            await child.stop()


async def until(
    holds: Callable[[], Awaitable[bool]], *, look_s: float = 0.02, timeout_s: float = 600.0
) -> None:
    """Look again and again until something holds that nobody tells of.

    Raises:
        TimeoutError: it never did.

    """
    async with asyncio.timeout(timeout_s):
        while not await holds():  # noqa: ASYNC110 - of a database, or of a queue
            await asyncio.sleep(look_s)


def child_called(parent: int, word: str) -> int:
    """Answer the id of the child that has `word` on its command line.

    Raises:
        Broken: there is none.

    """
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            argv = (stat.parent / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        except OSError:
            continue
        if int(fields[1]) == parent and word.encode() in argv:
            return int(stat.parent.name)
    raise Broken("no-child", f"{parent} has no child {word}.")
