"""The one place that starts a child: bounded, drained, watched, and never left behind."""

from __future__ import annotations

import asyncio
import errno
import math
import os
import resource
import shutil
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from base.errors import Broken
from base.surroundings import bare_environment
from transcode.endings import ASKED_TO_END, ChildFailed, Death, Ending, ending_of
from transcode.pipe import Output, pipe
from transcode.reach import NOTHING, Reach, fence
from transcode.syscalls import code

#: Read from a child at once.
BLOCK_BYTES = 1 << 18
_STDERR_LINES = 40
_STDERR_LINE_BYTES = 1000
#: How often it is looked at what a child uses, at least, in seconds; so much may be unseen.
_UNSEEN_S = 1.0
_LAUNCH = Path(__file__).with_name("launch.py")
#: Where the kernel counts those that it killed for want of memory: in our group, or on the machine.
_OOM_COUNTERS = (Path("/sys/fs/cgroup/memory.events"), Path("/proc/vmstat"))


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

    program: str
    status: int
    errors: tuple[str, ...]
    cpu_s: float
    ending: Ending

    @property
    def was_killed(self) -> bool:
        """Whether it did not end by itself; ffmpeg says 255 when it was asked to end."""
        return self.status < 0 or self.status == ASKED_TO_END


class Meter:
    """What the children of one piece of work took of the processors."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.cpu_s = 0.0


_METER: ContextVar[Meter | None] = ContextVar("meter", default=None)


@contextmanager
def metering() -> Iterator[Meter]:
    """Count what the children take that are started in the block, in its tasks too."""
    meter = Meter()
    token = _METER.set(meter)
    try:
        yield meter
    finally:
        _METER.reset(token)


def spent_s() -> float | None:
    """Answer what children took so far of whatever is metered here, in seconds of a core."""
    meter = _METER.get()
    return None if meter is None else round(meter.cpu_s, 3)


class _Reaped:
    """What children took that are gone: the kernel adds it up for all of them.

    One that ends is counted by what was last seen of it, and what was not seen of it yet.
    """

    def __init__(self) -> None:
        self._seen_s = _reaped_s()
        self._left_s = 0.0
        self._living = 0

    def expect(self) -> None:
        """Count with one more; what was left before the first of them was none of theirs."""
        if not self._living:
            self._seen_s, self._left_s = _reaped_s(), 0.0
        self._living += 1

    def claim(self, seen_s: float) -> float:
        """Answer what a child took of which so much was seen."""
        self._living -= 1
        total_s = _reaped_s()
        self._left_s, self._seen_s = self._left_s + total_s - self._seen_s, total_s
        taken_s = max(seen_s, min(self._left_s, seen_s + _UNSEEN_S * available_cores()))
        self._left_s = max(0.0, self._left_s - taken_s)
        return taken_s


class Child:
    """A running child whose standard output is read in blocks."""

    def __init__(
        self, program: str, process: asyncio.subprocess.Process, output: Output, limits: Limits
    ) -> None:
        """Take charge of a process that was just started, and read from where it writes."""
        self._program = Path(program).name.partition("-")[0]  # of a wheel it has the version, too
        self._process = process
        self._output = output
        self._limits = limits
        self._was_stopped = self._is_settled = False
        _REAPED.expect()
        self._oom_kills = _oom_kills()
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
        still, mute, taken, used = 0.0, 0.0, 0, 0.0
        step = min(self._limits.stall_s / 4, _UNSEEN_S)
        while self._process.returncode is None:
            await asyncio.sleep(step)
            was, used = used, max(_cpu_seconds(self._process.pid), used)
            self._cpu_s = used
            still = still + step if used <= was else 0.0
            mute = mute + step if self._output.taken_bytes == taken else 0.0
            taken = self._output.taken_bytes
            if still >= self._limits.stall_s or mute >= self._limits.mute_s:
                self._errors.append(f"killed: no progress for {max(still, mute):g} s")
                self._was_stopped = True
                self.kill()
                return

    def kill(self) -> None:
        """End the child and what it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def outcome(self) -> Outcome:
        """Wait for the end, and for the last words: a child may be gone before they are read."""
        status = await self._process.wait()
        self.settle()
        await self._drained.wait()
        death = Death(
            status=status,
            errors=self.errors,
            cpu_s=self._cpu_s,
            most_cpu_s=self._limits.cpu_s,
            was_stopped=self._was_stopped,
            oom_kills=_since(self._oom_kills) if status == -signal.SIGKILL else None,
        )
        return Outcome(
            program=self._program,
            status=status,
            errors=self.errors,
            cpu_s=self._cpu_s,
            ending=ending_of(death),
        )

    def settle(self) -> None:
        """Count what it used, once, now that it is gone."""
        if not self._is_settled:
            self._is_settled = True
            self._cpu_s = _REAPED.claim(self._cpu_s)
            if (meter := _METER.get()) is not None:
                meter.cpu_s += self._cpu_s

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
        with fence(argv[0], reach) as rules:
            process = await asyncio.create_subprocess_exec(
                *_launched(argv, limits, rules),
                env=bare_environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=written,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
                pass_fds=() if rules is None else (rules,),
            )
        if limits.niceness:
            _stand_back(process.pid, limits.niceness)
        written.close()  # the child has the only copy now, and its end is the end of it
        child = Child(argv[0], process, output, limits)
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
            child.settle()


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


def failed(outcome: Outcome) -> ChildFailed:
    """Say that a child failed, and how, in its own last words."""
    return ChildFailed(outcome.program, outcome.ending, outcome.errors, status=outcome.status)


def available_cores() -> int:
    """Answer how many cores this process may use, which may be fewer than there are."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _launched(argv: Sequence[str], limits: Limits, rules: int | None) -> Sequence[str]:
    """Answer what to start so that it confines itself, and becomes the program.

    Nothing of it is done between fork and exec: to fork us, the kernel would copy our page tables.

    Raises:
        FileNotFoundError: there is no such program.

    """
    program = shutil.which(argv[0])
    if program is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), argv[0])
    bounds = (
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.output_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, limits.memory_bytes),  # the last: Python had its own before
    )
    told = " ".join(f"{kind}:{most}" for kind, most in bounds)
    fenced = "-1" if rules is None else str(rules)
    # By itself: it imports nothing from beside it, nor what an environment would have it import.
    python = (sys.executable, "-I", "-S", str(_LAUNCH))
    return [*python, str(os.getpid()), fenced, code().hex(), told, program, *argv[1:]]


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


def _oom_kills() -> int | None:
    """Answer how many processes the kernel has killed for want of memory; None: it does not say."""
    for path in _OOM_COUNTERS:
        with suppress(OSError):
            for line in path.read_text().splitlines():
                if line.startswith("oom_kill "):
                    return int(line.split()[1])
    return None


def _since(before: int | None) -> int | None:
    now = _oom_kills()
    return None if before is None or now is None else now - before


def _reaped_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


_REAPED = _Reaped()
