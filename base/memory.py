"""Memory that is given back to the system when it is no longer used."""

from __future__ import annotations

import ctypes

#: mallopt(3): blocks from this size on are mapped, each by itself.
_M_MMAP_THRESHOLD = -3
_LARGE_BYTES = 1 << 20


def give_back_large_blocks() -> None:
    """Keep large blocks out of the heap for the life of this process.

    glibc does so at first, but raises the bound to the largest block that was ever freed; then
    parts of uploads lie in the heap, and between smaller blocks they are never given back. After
    fifty uploads onto S3 at once a process stayed 474 MiB larger than before, and so 54. Another
    C library has its own ways, and no such switch.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
