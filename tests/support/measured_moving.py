"""How fast an earlier house moves in, as JSON: `python -m tests.support.measured_moving 100000`.

The number says how many plays it has, by a listener for each fifty of them, of 500 tracks; each is
on SQLite and on PostgreSQL brought once, and then looked for once more. The process is that of
`refrain import earlier`, and its largest memory is told in KiB.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from asyncio import run
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.earlier_export import seeded
from tests.support.postgres import new_database, open_to_all, postgres

_PLAYS_EACH, _TRACKS = 50, 500


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """Answer the addresses of new databases, by what they are of."""
    served = folder / "postgres"
    served.mkdir()
    open_to_all(folder)
    open_to_all(served)
    with postgres(served) as address:
        sqlite = f"sqlite+aiosqlite:///{folder}/refrain.db"
        yield {"sqlite": sqlite, "postgresql": run(new_database(address))}


def taken(url: str, folder: Path, *told: str) -> dict[str, float]:
    """Answer what a command of the house took: seconds, those of a processor, and memory."""
    names = {"DATABASE_URL": url, "DATA_DIR": str(folder), "REDIS_URL": f"unix://{folder}/no.sock"}
    environment = {**os.environ, **{f"REFRAIN_{name}": one for name, one in names.items()}}
    began = time.monotonic()
    argv = [sys.executable, "-m", "refrain", *told]
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    pid = os.posix_spawn(sys.executable, argv, environment, file_actions=quiet)
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"It failed: {' '.join(argv)}")
    took, of_cpu = time.monotonic() - began, usage.ru_utime + usage.ru_stime
    return {"seconds": round(took, 1), "cpu_s": round(of_cpu, 1), "rss_kib": usage.ru_maxrss}


def main(plays: int) -> None:
    """Print what it takes."""
    with tempfile.TemporaryDirectory() as name, databases(Path(name)) as urls:
        export, _ = seeded(1, users=max(1, plays // _PLAYS_EACH), tracks=_TRACKS, plays=plays)
        path = str(export.dump(Path(name, "export.sql")))
        for kind, url in urls.items():
            taken(url, Path(name), "migrate")
            for times in ("first", "again"):
                took = taken(url, Path(name), "import", "earlier", path, "--apply")
                told = {"database": kind, "time": times, **took}
                told["plays_per_s"] = round(plays / took["seconds"])
                print(json.dumps(told), flush=True)  # noqa: T201 - it is what it does


if __name__ == "__main__":
    main(int(sys.argv[1]))
