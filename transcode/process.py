"""The one place that starts a child: bounded, drained, watched, and never left behind."""

from __future__ import annotations

import asyncio
import math
import os
import resource
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from base.errors import Broken
from base.ties import tied_to_parent
from transcode.pipe import Output, pipe
from transcode.reach import NOTHING, Reach, fence
from transcode.syscalls import filtered

#: Read from a child at once.
BLOCK_BYTES = 1 << 18
_STDERR_LINES = 40
_STDERR_LINE_BYTES = 1000
_ASKED_TO_END = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a child may use; a hostile file gets no further than these."""

    cpu_s: int = 3600
    memory_bytes: int = 4 << 30
    output_bytes: int = 8 << 30
    open_files: int = 256
    #: A child that neither writes nor reads nor computes for so long is killed.
    stall_s: float = 60.0
    #: One that computes, and hands nothing over for so long, gets nowhere; it is killed, too.
    mute_s: float = math.inf
    #: How far it stands back where others want the processor, 0 to 19 (nice(2)).
    niceness: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a child ended: its status, the last lines of its errors, the CPU it used."""

    status: int
    errors: tuple[str, ...]
    cpu_s: float

    @property
    def was_killed(self) -> bool:
        """Whether it did not end by itself; ffmpeg says 255 when it was asked to end."""
        return self.status < 0 or self.status == _ASKED_TO_END


class Child:
    """A running child whose standard output is read in blocks."""

    def __init__(self, process: asyncio.subprocess.Process, output: Output, limits: Limits) -> None:
        """Take charge of a process that was just started, and read from where it writes."""
        self._process = process
        self._output = output
        self._limits = limits
        self._errors: deque[str] = deque(maxlen=_STDERR_LINES)
        self._cpu_s = 0.0
        self._drained = asyncio.Event()

    async def blocks(self, size: int = BLOCK_BYTES) -> AsyncIterator[bytes]:
        """Answer the output in blocks of exactly `size` bytes, the last one shorter."""
        while block := await self._output.block(size):
            yield block

    async def pour(self, into: Callable[[memoryview], object], size: int = BLOCK_BYTES) -> None:
        """Hand the same blocks to a function, in a thread, without taking turns with the loop.

        A block is only valid until the function returns.
        """
        await self._output.pour(into, size)

    async def drain(self) -> None:
        """Read the errors to their end; an undrained pipe would stop the child."""
        stream = self._process.stderr
        if stream is None:
            raise Broken("no-errors", "The child was started without an error stream.")
        rest = b""
        try:
            while data := await stream.read(1 << 16):
                *lines, rest = (rest + data).replace(b"\r", b"\n").split(b"\n")
                rest = rest[-_STDERR_LINE_BYTES:]
                self._note(lines)
            self._note([rest])
        finally:
            self._drained.set()

    def _note(self, lines: Sequence[bytes]) -> None:
        for line in lines:
            text = line[:_STDERR_LINE_BYTES].decode(errors="replace").strip()
            if text:
                self._errors.append(text)

    async def watch(self) -> None:
        """Kill the child when it makes no progress, which its CPU time and its output tell."""
        still, mute, taken = 0.0, 0.0, 0
        step = min(self._limits.stall_s / 4, 1.0)
        while self._process.returncode is None:
            await asyncio.sleep(step)
            used = _cpu_seconds(self._process.pid)
            still = still + step if used <= self._cpu_s else 0.0
            mute = mute + step if self._output.taken_bytes == taken else 0.0
            self._cpu_s, taken = max(used, self._cpu_s), self._output.taken_bytes
            if still >= self._limits.stall_s or mute >= self._limits.mute_s:
                self._errors.append(f"killed: no progress for {max(still, mute):g} s")
                self.kill()
                return

    def kill(self) -> None:
        """End the child and what it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def outcome(self) -> Outcome:
        """Wait for the end, and for the last words: a child may be gone before they are read."""
        status = await self._process.wait()
        await self._drained.wait()
        return Outcome(status=status, errors=tuple(self._errors), cpu_s=self._cpu_s)

    @property
    def errors(self) -> tuple[str, ...]:
        """The last lines of the errors so far."""
        return tuple(self._errors)


@asynccontextmanager
async def started(
    argv: Sequence[str], *, limits: Limits, reach: Reach = NOTHING
) -> AsyncIterator[Child]:
    """Start a child with no input; however the block is left, the child is gone after it.

    It can open the files of its reach, and nothing else that is not its program.
    """
    async with pipe() as (output, written):
        with fence(argv[0], reach) as enclose:
            process = await asyncio.create_subprocess_exec(
                *argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=written,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
                preexec_fn=_confinement(limits, enclose),
            )
        if limits.niceness:
            _stand_back(process.pid, limits.niceness)
        written.close()  # the child has the only copy now, and its end is the end of it
        child = Child(process, output, limits)
        side = [asyncio.create_task(child.drain()), asyncio.create_task(child.watch())]
        try:
            yield child
            # A child that closed its output ends soon; one that does not is stalled.
            await process.wait()
            await side[0]
        finally:
            child.kill()
            side[1].cancel()
            # An end is only known when the errors are at theirs: nobody else reads them.
            await asyncio.gather(*side, return_exceptions=True)
            await process.wait()


async def run(argv: Sequence[str], *, limits: Limits, reach: Reach = NOTHING) -> Outcome:
    """Run a child whose output does not matter, to its end."""
    async with started(argv, limits=limits, reach=reach) as child:
        await child.pour(len)
        return await child.outcome()


async def capture(
    argv: Sequence[str], *, limits: Limits, reach: Reach = NOTHING, most_bytes: int = 1 << 24
) -> tuple[bytes, Outcome]:
    """Run a child and answer its output.

    Raises:
        Broken: it wrote more than `most_bytes`.

    """
    output = bytearray()
    async with started(argv, limits=limits, reach=reach) as child:
        async for block in child.blocks(1 << 16):
            output += block
            if len(output) > most_bytes:
                raise Broken("too-much-output", f"{argv[0]} wrote more than {most_bytes} bytes.")
        return bytes(output), await child.outcome()


def failed(errors: Sequence[str]) -> Broken:
    """Say that ffmpeg failed, in its own last words."""
    return Broken("encode-failed", f"ffmpeg failed: {' / '.join(errors[-3:]) or 'no reason given'}")


def available_cores() -> int:
    """Answer how many cores this process may use, which may be fewer than there are."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _confinement(limits: Limits, enclose: Callable[[], None]) -> Callable[[], None]:
    """Prepare what runs in the child before its program; nothing there may allocate much."""
    tie, give_up = tied_to_parent(), filtered()
    bounds = (
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.output_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    )

    def confine() -> None:
        for kind, most in bounds:
            resource.setrlimit(kind, (most, most))
        tie()
        give_up()
        enclose()

    return confine


def _stand_back(pid: int, niceness: int) -> None:
    """Make a child nice, and its session, which counts where Linux groups by it (sched(7)).

    Not in the child itself: until it has become its program the parent waits for it, and would be
    as slow.
    """
    with suppress(OSError):  # it is gone already, or this is no Linux
        os.setpriority(os.PRIO_PROCESS, pid, niceness)
        Path(f"/proc/{pid}/autogroup").write_text(str(niceness))


def _cpu_seconds(pid: int) -> float:
    """Answer the user and system time of a process (proc(5), fields 14 and 15)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
