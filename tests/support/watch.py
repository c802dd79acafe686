"""Notices who touches a file, as the kernel tells it (inotify(7))."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NONBLOCK = 0o4000
#: Opened, read, written to, or anything begun or ended in a folder.
_ANY = 0x00000FFF & ~0x00000010 & ~0x00000008  # but not closed: what was not opened is not


class Watch:
    """Counts what was done to files since it began."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was done."""
        try:
            return not os.read(self._handle, 1 << 16)
        except BlockingIOError:
            return True


@contextmanager
def watched(*paths: Path) -> Iterator[Watch]:
    libc = ctypes.CDLL(None, use_errno=True)
    handle = libc.inotify_init1(_NONBLOCK)
    assert handle >= 0
    try:
        for path in paths:
            assert libc.inotify_add_watch(handle, os.fsencode(path), _ANY) >= 0
        yield Watch(handle)
    finally:
        os.close(handle)
