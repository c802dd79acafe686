"""Files of an inbox that come by HTTP: written aside, made durable, then there by their names.

What was cut off stays aside, and is gone on with from where it ended. Whoever sends the same again
writes the same file.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import AsyncIterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from base.errors import Refused, Unavailable
from base.threads import to_the_end
from ingest.ddex.arriving.jail import Jail
from ingest.ddex.arriving.layouts import ANSWERS, delivery_of
from ingest.ddex.arriving.names import is_harmless, is_unfinished, shown

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a file is: all of `size_bytes` where it `is_whole`; so much is there otherwise."""

    path: str
    size_bytes: int
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Bytes that come: from where in their file on, and how many that has; None where unsaid."""

    at: int
    total: int | None
    chunks: AsyncIterable[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The most that one file may have, and an inbox, in bytes."""

    file_bytes: int
    inbox_bytes: int


def checked_path(path: str) -> str:
    """Answer a path at which a file of a delivery may come.

    Raises:
        Refused: `path-invalid`, 422.

    """
    parts = path.split("/")
    is_meant = ANSWERS not in path.lower().split("/") and not any(map(is_unfinished, parts))
    if not is_harmless(path) or not is_meant or delivery_of(path) is None:
        raise Refused(
            "path-invalid",
            f"“{shown(path)}” is no place of a delivery: a file lies in a folder called by its "
            "batch, as N_20240301100000000, or by its release and time; see docs/ddex.md.",
            status=422,
        )
    return path


async def standing(jail: Jail, path: str) -> Standing:
    """Tell how far a file is.

    Raises:
        Refused: `path-invalid`, 422; `file-unknown`, 404: nothing of it is there.

    """
    place = checked_path(path)
    for name, is_whole in ((_aside(place), False), (place, True)):
        size = await to_the_end(_size, jail, name)
        if size is not None:
            return Standing(path=place, size_bytes=size, is_whole=is_whole)
    raise Refused("file-unknown", "There is no such file.", status=404)


async def take_in(jail: Jail, path: str, piece: Piece, room: Room) -> Standing:
    """Write what comes of a file; once all of it is there, it is whole, under its name.

    Raises:
        Refused: `path-invalid`, 422; `upload-busy`, 409: somebody else sends it now;
            `offset-mismatch`, 409: the piece begins elsewhere than what is there ends;
            `too-large` or `inbox-full`, 413; whatever `piece.chunks` raises: what came stays.
        Unavailable: the disk is full, or out of order.

    """
    place = checked_path(path)
    part = _aside(place)
    used = await to_the_end(jail.size_bytes) if jail.root.exists() else 0
    with _said():
        handle = await to_the_end(_begun, jail, part, piece.at)
    try:
        size = piece.at
        async for chunk in piece.chunks:
            size += len(chunk)
            _require_room(size, used + size - piece.at, room)
            with _said():
                await to_the_end(_write_all, handle, chunk)
        with _said():
            await to_the_end(os.fsync, handle)
            is_whole = piece.total is None or size == piece.total
            if is_whole:
                await to_the_end(_named, jail, part, place)
    finally:
        os.close(handle)
    if piece.total is not None and size > piece.total:
        raise Refused("too-much", "More came than was said.", status=400)
    return Standing(path=place, size_bytes=size, is_whole=is_whole)


def _aside(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return f"{folder}/.{hashlib.sha256(name.encode()).hexdigest()[:32]}.part"


def _size(jail: Jail, path: str) -> int | None:
    try:
        return jail.stat(path).st_size
    except OSError:
        return None


def _begun(jail: Jail, part: str, at: int) -> int:
    """Open what is aside, for us alone, where it ends; from its beginning it begins anew."""
    *folders, _ = part.split("/")
    with jail.folder(folders, makes=True):
        handle = jail.open(part, os.O_WRONLY | os.O_CREAT)
    try:
        _lock(jail, part, handle)
        _require_end(os.fstat(handle).st_size, at)
        os.ftruncate(handle, at)
        os.lseek(handle, at, os.SEEK_SET)
    except BaseException:
        os.close(handle)
        raise
    return handle


def _lock(jail: Jail, part: str, handle: int) -> None:
    """Keep others from a file; whoever had it may have given it its name before it was locked."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_same = jail.stat(part).st_ino == os.fstat(handle).st_ino
    except (BlockingIOError, FileNotFoundError):
        is_same = False
    if not is_same:
        raise Refused("upload-busy", "This file is being sent already.", status=409)


def _require_end(size: int, at: int) -> None:
    if at and at != size:
        raise Refused(
            "offset-mismatch",
            f"Of this file {size} bytes are there, and not {at}: go on from there.",
            status=409,
        )


def _named(jail: Jail, part: str, path: str) -> None:
    jail.rename(part, path, replaces=True)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _require_room(size: int, used: int, room: Room) -> None:
    if size > room.file_bytes:
        raise Refused("too-large", f"A file has at most {room.file_bytes} bytes.", status=413)
    if used > room.inbox_bytes:
        raise Refused(
            "inbox-full",
            f"Your inbox holds at most {room.inbox_bytes} bytes: remove what was answered.",
            status=413,
        )


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise Unavailable(
                "storage-full", "The storage is full; try again later.", status=507
            ) from error
        raise Unavailable(
            "inbox-unavailable", "The inbox of deliveries cannot be used now; please try again."
        ) from error
