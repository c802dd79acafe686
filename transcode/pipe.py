"""The pipe that a child writes to and we read from, at the price of one copy.

Where a loop and a thread take turns for every block, the turns cost half of what the meters do.
Here a thread of its own waits for each child, so that none can keep another waiting, and looks
up often enough to notice that nobody wants the rest any more.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import select
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from io import FileIO
from threading import Event

#: What may wait in the pipe: as much as an ordinary user may ask for (pipe(7)).
_PIPE_BYTES = 1 << 20
_LOOK_UP_MS = 250


class Output:
    """The end that is read from: by `block`, or by `pour`."""

    def __init__(self, file: FileIO) -> None:
        """Take charge of a pipe."""
        self._file = file
        self._is_closed = Event()
        #: How many bytes were taken out of the pipe so far.
        self.taken_bytes = 0
        self._arrival = select.poll()
        self._arrival.register(file, select.POLLIN)
        self._thread = ThreadPoolExecutor(1, "output")

    async def block(self, size: int) -> bytes:
        """Answer the next `size` bytes; fewer are the last, and none is the end."""
        loop, buffer = asyncio.get_running_loop(), memoryview(bytearray(size))
        filled = await loop.run_in_executor(self._thread, self._fill, buffer)
        return bytes(buffer[:filled])

    async def pour(self, into: Callable[[memoryview], object], size: int) -> None:
        """Call a function with every block, in the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._pour, into, size)

    async def close(self) -> None:
        """Wait until the thread looks up, and let go; whoever does not wait changes nothing.

        The file is closed by who reads from it, and not under their hands.
        """
        self._is_closed.set()
        closing = self._thread.submit(self._file.close)
        self._thread.shutdown(wait=False)
        await asyncio.shield(asyncio.wrap_future(closing))

    def _pour(self, into: Callable[[memoryview], object], size: int) -> None:
        buffer = memoryview(bytearray(size))
        while filled := self._fill(buffer):
            into(buffer[:filled])

    def _fill(self, buffer: memoryview) -> int:
        filled = 0
        while filled < len(buffer) and (more := self._read(buffer[filled:])):
            filled += more
        return filled

    def _read(self, buffer: memoryview) -> int:
        while not self._is_closed.is_set():
            if self._arrival.poll(_LOOK_UP_MS):
                taken = os.readv(self._file.fileno(), [buffer])
                self.taken_bytes += taken
                return taken
        return 0


@asynccontextmanager
async def pipe() -> AsyncIterator[tuple[Output, FileIO]]:
    """Open a pipe: what is read from, and what a child may write to."""
    reading, writing = os.pipe()
    if sys.platform == "linux":
        with suppress(OSError):  # this user has many large pipes already
            fcntl.fcntl(reading, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    output = Output(FileIO(reading))
    try:
        with FileIO(writing, "w") as written:
            yield output, written
    finally:
        await output.close()
