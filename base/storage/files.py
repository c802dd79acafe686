"""What both parts of the disk storage do with files: durable folders, and errors in our words."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from base.errors import Unavailable

#: A key that leads to no file: nothing there, or a folder there, or a file on the way.
ABSENT = (FileNotFoundError, IsADirectoryError, NotADirectoryError)


@contextmanager
def translated() -> Iterator[None]:
    """Say the system's errors as ours.

    Raises:
        Unavailable: the disk is full, or out of order.

    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable(
                "storage-full", "The storage is full; try again later.", status=507
            ) from error
        raise Unavailable(
            "storage-unavailable", "The storage cannot be used now; please try again."
        ) from error


def remove(path: Path) -> None:
    """Remove a file, if it is there."""
    with suppress(*ABSENT):
        path.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each durably."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
