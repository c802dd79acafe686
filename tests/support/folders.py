"""Where the services of the tests keep what they are told, of which nothing is kept behind them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

#: A file system in memory, as Linux has it.
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
#: More than is needed; in containers there are 64 MB unless they are told.
_ENOUGH_BYTES = 2 << 30


@contextmanager
def service_folder(factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """Give a service a folder, and keep nothing of it: pytest would keep three runs' data."""
    folder = factory.mktemp(name)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def quick_folder(factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """Give a service that writes thousands of small files a folder in memory, where there is room.

    A database of PostgreSQL is two thousand files, and each test has one of its own: to copy them
    takes eight times as long on a disk.
    """
    if not _MEMORY.is_dir() or shutil.disk_usage(_MEMORY).free < _ENOUGH_BYTES:
        with service_folder(factory, name) as folder:
            yield folder
        return
    prefix = f"refrain-{name}-"
    with TemporaryDirectory(prefix=prefix, dir=_MEMORY, ignore_cleanup_errors=True) as place:
        yield Path(place)
