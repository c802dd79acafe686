"""Notes of what this process served, in files that outlive it.

A note is written into a mapped file and costs no system call. When the process is killed, the
file has it; the next one on this machine finds the file and sends on what was not sent. When the
machine loses its power, what was noted in the last seconds may be lost, and is charged to nobody.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import shutil
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import structlog

from catalog.notes import NOTE

log = structlog.get_logger()

#: Notes of one file, which is made in one piece: a page that cannot be had would end the process.
NOTES_IN_FILE = 1 << 15
_BYTES = NOTES_IN_FILE * NOTE.size
#: Notes that are handed on together.
_TAKEN = 4_096
#: Files of one process; what is served when they are full is noted no more.
MOST_FILES = 256
_LOCK = "in-use"
_NEW = "."
_SUFFIX = ".notes"

_pack = NOTE.pack_into


@dataclass(slots=True, kw_only=True)
class _Segment:
    """Notes from number `first` on; without a path where the disk had no room for it."""

    first: int
    memory: mmap.mmap
    path: Path | None


class Spool:
    """The notes of one producer, numbered from 0."""

    def __init__(self, folder: Path, lock: int, *, producer: UUID) -> None:
        """Take up what the folder holds, whose lock we have."""
        self.producer = producer
        self._folder = folder
        self._lock = lock
        self._segments = [_opened(path) for path in sorted(folder.glob(f"*{_SUFFIX}"))]
        self._at = _written(self._segments[-1].memory) if self._segments else _BYTES
        self._is_full = False

    @property
    def first(self) -> int:
        """The number of the oldest note that is still here."""
        return self._segments[0].first if self._segments else 0

    @property
    def end(self) -> int:
        """The number that the next note will have."""
        if not self._segments:
            return 0
        return self._segments[-1].first + self._at // NOTE.size

    def add(self, session: bytes, start_ms: int, end_ms: int) -> None:
        """Note that a session was given a stretch of its track, which is not empty."""
        at = self._at
        if at == _BYTES:
            if not self._has_grown():
                return
            at = self._at
        _pack(self._segments[-1].memory, at, session, start_ms, end_ms)
        self._at = at + NOTE.size

    async def take(self, first: int) -> tuple[bytes, int]:
        """Answer some notes from a number on, and the number after them."""
        number = bisect_right(self._segments, first, key=lambda one: one.first) - 1
        if number < 0 or first >= self.end:
            return b"", first
        segment = self._segments[number]
        begin = (first - segment.first) * NOTE.size
        filled = self._at if segment is self._segments[-1] else _BYTES
        notes = segment.memory[begin : min(filled, begin + _TAKEN * NOTE.size)]
        return notes, first + len(notes) // NOTE.size

    def of_session(self, session: bytes, *, since: int) -> Iterator[tuple[int, int]]:
        """Answer the stretches that a session was given of late: notes from a number on."""
        for segment in self._segments[-2:]:
            filled = self._at if segment is self._segments[-1] else _BYTES
            at = segment.memory.find(session, max(0, since - segment.first) * NOTE.size, filled)
            while at >= 0:
                if at % NOTE.size == 0:
                    _, start_ms, end_ms = NOTE.unpack_from(segment.memory, at)
                    yield start_ms, end_ms
                at = segment.memory.find(session, at + 1, filled)

    def forget(self, passed: int) -> None:
        """Remove files all of whose notes have a lower number."""
        while len(self._segments) > 1 and self._segments[1].first <= passed:
            segment = self._segments.pop(0)
            segment.memory.close()
            if segment.path is not None:
                segment.path.unlink(missing_ok=True)
            self._is_full = False

    def close(self, *, is_done: bool) -> None:
        """Let go of the files; take them away when nobody needs them any more."""
        for segment in self._segments:
            segment.memory.close()
        if is_done:
            shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)

    def _has_grown(self) -> bool:
        if len(self._segments) >= MOST_FILES:
            if not self._is_full:
                log.error("no room for more evidence", notes=self.end - self.first)
            self._is_full = True
            return False
        self._segments.append(_made(self._folder, self.end))
        self._at = 0
        return True


def new_spool(root: Path) -> Spool:
    """Make a spool for this process; others know by its lock that we live."""
    producer = uuid4()
    being_made = root / f"{_NEW}{producer.hex}"
    being_made.mkdir(parents=True)
    lock = os.open(being_made / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return Spool(being_made.rename(root / producer.hex), lock, producer=producer)


def left_spools(root: Path) -> Iterator[Spool]:
    """Answer the spools of processes that are no more, and keep others off them."""
    for folder in sorted(root.glob("[0-9a-f]*")):
        with suppress(OSError, ValueError):  # somebody lives there, or has just seen to it
            producer = UUID(folder.name)
            lock = os.open(folder / _LOCK, os.O_RDWR)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(lock)
                continue
            yield Spool(folder, lock, producer=producer)


def _made(folder: Path, first: int) -> _Segment:
    path = folder / f"{first:016d}{_SUFFIX}"
    try:
        with path.open("x+b") as file:
            os.posix_fallocate(file.fileno(), 0, _BYTES)
            return _Segment(first=first, memory=mmap.mmap(file.fileno(), _BYTES), path=path)
    except OSError as error:
        log.warning("evidence is kept in memory only", error=str(error))
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return _Segment(first=first, memory=mmap.mmap(-1, _BYTES), path=None)


def _opened(path: Path) -> _Segment:
    with path.open("r+b") as file:
        # It was being made when its process ended.
        file.truncate(_BYTES)
        memory = mmap.mmap(file.fileno(), _BYTES)
    return _Segment(first=int(path.stem), memory=memory, path=path)


def _written(memory: mmap.mmap) -> int:
    """Answer where the notes end, of which a whole one ends at something."""

    def is_missing(number: int) -> bool:
        return not NOTE.unpack_from(memory, number * NOTE.size)[2]

    whole = bisect_left(range(NOTES_IN_FILE), 1, key=is_missing)
    return whole * NOTE.size
