"""For who works on the code: a house that is started anew when a file of it has changed.

Files are looked at twice a second, which works wherever they lie: on a disk of this machine, or on
one that a container was lent and that tells of no changes.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Iterator, Mapping
from pathlib import Path

import structlog

from base.errors import Refused
from base.settings import Settings
from base.ties import tied_to_parent
from refrain.starting import until_signal

log = structlog.get_logger()

ROOT = Path(__file__).parents[1]
#: What the house is made of: the rooms, and what is built of the rest.
_ROOMS = (
    *("refrain", "stream", "workers", "ingest", "accounting", "transcode", "catalog", "base"),
    "migrations",
)
_OF_ROOMS = frozenset({".py", ".html", ".po", ".json"})
_FRONT = Path("web", "src")
_BUILD = (sys.executable, "web/npm.py", "--silent", "run", "build")
_LOOK_S = 0.5
_END_S = 30.0

Stamps = Mapping[Path, int]


def changed(before: Stamps, after: Stamps) -> set[Path]:
    """Answer the files that came, went, or were written."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def stamps(root: Path) -> Stamps:
    """Answer when each file that a house is made of was last written, in nanoseconds."""
    found = {}
    for path in _files(root):
        try:
            found[path.relative_to(root)] = path.stat().st_mtime_ns
        except FileNotFoundError:  # an editor puts another in its place
            continue
    return found


async def reload_until_signal(settings: Settings, *, as_json: bool, root: Path = ROOT) -> None:
    """Run `refrain up` with these settings, and anew after each change, until told to end.

    Raises:
        Refused: there is no front end to build here: this is no checkout.

    """
    if not (root / _FRONT).is_dir():
        raise Refused(
            "no-checkout",
            "Only a checkout of the source can be reloaded; leave --reload out here.",
        )
    ending = asyncio.create_task(until_signal())
    seen = await asyncio.to_thread(stamps, root)
    house = await _started(settings, as_json=as_json)
    try:
        while not (await asyncio.wait([ending], timeout=_LOOK_S))[0]:
            now = await asyncio.to_thread(stamps, root)
            fresh, seen = changed(seen, now), now
            if fresh and await _is_built(fresh, root):
                log.info("starting anew", changed=sorted(map(str, fresh))[:5])
                await _ended(house)
                house = await _started(settings, as_json=as_json)
    finally:
        await _ended(house)


def _files(root: Path) -> Iterator[Path]:
    for room in _ROOMS:
        yield from (path for path in (root / room).rglob("*") if path.suffix in _OF_ROOMS)
    yield from (path for path in (root / _FRONT).rglob("*") if path.is_file())


async def _is_built(fresh: set[Path], root: Path) -> bool:
    """Build the front end where it changed; what does not build leaves all as it is."""
    if not any(path.is_relative_to(_FRONT) for path in fresh):
        return True
    build = await asyncio.create_subprocess_exec(*_BUILD, cwd=root)
    status = await build.wait()
    if status:
        log.error("the front end was not built; the old one goes on", status=status)
    return status == 0


async def _started(settings: Settings, *, as_json: bool) -> Process:
    """Start a house; one that falls is not started again before something changed."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "refrain", "up", *(["--json"] if as_json else [])),
        env=settings.environment(),
        # A signal of the terminal is for us, who pass it on.
        start_new_session=True,
        preexec_fn=tied_to_parent(signal.SIGINT),
    )


async def _ended(house: Process) -> None:
    if house.returncode is not None:
        return
    house.send_signal(signal.SIGINT)
    try:
        await asyncio.wait_for(house.wait(), _END_S)
    except TimeoutError:
        house.kill()
        await house.wait()
