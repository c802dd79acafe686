"""Files while they are worked on: a folder for each worker and job, and no more than is allowed.

How much a job will take is part of its folder's name, so that all workers of a machine see it. What
the dead left is known by its lock, which nobody holds any more, and removed by whoever comes by.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import structlog

from base.errors import Broken, Unavailable

log = structlog.get_logger()

_LOCK = "in-use"
#: A neighbour that was stopped while it held the lock on all shall not stop us.
_LOCK_S, _AGAIN_S = 1.0, 0.02
_SWEEP_S = 10.0
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FULL_SAID = os.strerror(errno.ENOSPC)


class NoRoom(Unavailable):
    """What a job needs is not free here and now; elsewhere, or later, it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scratch:
    """The folder of one worker below that of all on its machine, and what all may take."""

    root: Path
    own: Path
    most_bytes: int

    @contextmanager
    def folder(self, *, needs_bytes: int = 0) -> Iterator[Path]:
        """Answer a folder for one job that will write so much; it is gone when the job is.

        Raises:
            NoRoom: others have taken what is allowed, or the disk has not as much.
            Unavailable: the disk was full before the end.

        """
        path = self._reserve(needs_bytes)
        try:
            yield path
        except OSError as error:
            if error.errno in _FULL:
                raise self._full() from error
            raise
        except Broken as error:
            if _FULL_SAID in error.sentence:  # by a child, of which nothing else is known
                raise self._full() from error
            raise
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def _full(self) -> Unavailable:
        return Unavailable("scratch-full", f"The disk of {self.root} is full.")

    def _reserve(self, needs_bytes: int) -> Path:
        for is_swept in (False, True):
            with _locked(self.root):
                free_bytes = self._free_bytes()
                if not needs_bytes or needs_bytes <= free_bytes:
                    path = self.own / f"{uuid4().hex}-{needs_bytes}"
                    path.mkdir()
                    return path
            if not is_swept:
                sweep(self.root)
        raise NoRoom(
            "no-scratch",
            f"The job needs {needs_bytes} bytes of scratch, and {max(0, free_bytes)} are free; "
            "see REFRAIN_SCRATCH_BYTES.",
        )

    def _free_bytes(self) -> int:
        taken = sum(_reserved_bytes(job) for job in self.root.glob("*/*-*"))
        return min(self.most_bytes - taken, shutil.disk_usage(self.root).free)


@contextmanager
def open_scratch(root: Path, *, most_bytes: int) -> Iterator[Scratch]:
    """Answer a folder that is ours while we live; sweep those of the dead."""
    root.mkdir(parents=True, exist_ok=True)
    sweep(root)
    own = root / uuid4().hex
    with ExitStack() as stack:
        with _locked(root):
            own.mkdir(mode=0o700)  # masters, and copies of a database, are nobody else's
            stack.callback(shutil.rmtree, own, ignore_errors=True)
            fcntl.flock(stack.enter_context((own / _LOCK).open("w")), fcntl.LOCK_EX)
        yield Scratch(root=root, own=own, most_bytes=most_bytes)


async def keep_swept(scratch: Scratch) -> None:
    """Remove what neighbours left that die while we live, until cancelled."""
    while True:
        await asyncio.sleep(_SWEEP_S)
        await asyncio.to_thread(sweep, scratch.root)


def sweep(root: Path) -> None:
    """Remove the folders of workers that are dead."""
    with ExitStack() as stack:
        with _locked(root):
            dead = [folder for folder in root.iterdir() if _is_dead(stack, folder)]
        for folder in dead:
            log.info("scratch of the dead removed", folder=folder.name)
            shutil.rmtree(folder, ignore_errors=True)


def _is_dead(stack: ExitStack, folder: Path) -> bool:
    """Whether nobody holds the lock of a folder; then we do, until the stack is closed."""
    try:
        handle = os.open(folder / _LOCK, os.O_RDONLY)
    except OSError:
        return False  # being removed right now, or not ours
    stack.callback(os.close, handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Let nobody else of this machine look or reserve meanwhile."""
    handle = os.open(root, os.O_RDONLY)
    until_s = time.monotonic() + _LOCK_S
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until_s:
                    raise NoRoom("scratch-locked", f"Somebody holds {root}.") from None
                time.sleep(_AGAIN_S)
        yield
    finally:
        os.close(handle)


def _reserved_bytes(job: Path) -> int:
    told = job.name.rpartition("-")[2]
    return int(told) if told.isascii() and told.isdigit() else 0
