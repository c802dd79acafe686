"""A real PostgreSQL: the wheel's programs, or Debian's."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.children import NOBODY, answers, free_port, running, unprivileged


def programs() -> Path:
    spec = importlib.util.find_spec("pgserver")
    if spec and spec.origin:
        return Path(spec.origin).parent / "pginstall" / "bin"
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not installed:
        raise RuntimeError("PostgreSQL is missing: pip install pgserver, or apt-get install it")
    return installed[-1]


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Serve a new cluster; answer its address without a database name."""
    data = folder / "pg"
    data.mkdir()
    if os.geteuid() == 0:
        os.chown(data, NOBODY, NOBODY)
    bin_ = programs()
    subprocess.run(
        [bin_ / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C"],
        check=True,
        capture_output=True,
        cwd="/",
        **unprivileged(),  # type: ignore[call-overload]
    )
    port = free_port()
    # A crash of the machine may lose what a test wrote: nobody will miss it.
    fast = ["-F", "-c", "full_page_writes=off", "-c", "max_connections=200"]
    place = ["-c", "unix_socket_directories=", "-c", f"port={port}"]
    with running(
        [bin_ / "postgres", "-D", data, *fast, *place],
        log=folder / "postgres.log",
        ready=answers(port),
        cwd="/",
        **unprivileged(),
    ):
        yield f"postgresql+asyncpg://tests@127.0.0.1:{port}"
