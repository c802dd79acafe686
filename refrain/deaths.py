"""What a worker died of, told from how it ended and from what the kernel counted meanwhile."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from catalog.states import Cause
from transcode.endings import signal_name

#: Signals that people and service managers send; no work brings them about.
_BY_HAND = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT})
#: Signals that a program brings upon itself.
_CRASHES = frozenset(
    {signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT, signal.SIGSYS}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """Why the jobs of a worker were not done, in a word and in a sentence.

    Without a cause it is known that it was none of them.
    """

    cause: Cause | None
    reason: str


#: What the parent does to one that does not end when it is told to.
TOO_SLOW = Death(cause=None, reason="the worker was killed: it took too long to end")


def death_of(status: int, *, oom_kills: int = 0) -> Death:
    """Say of what a process died: its exit status, or less than nothing for a signal.

    `oom_kills` is how many processes the kernel ended for want of memory just before. Without one
    it was somebody else who sent SIGKILL: by hand, for the machine is being stopped, or a program
    that frees memory; nobody can tell.
    """
    if status >= 0:
        return Death(cause=Cause.FAULT, reason=f"the worker ended with status {status}")
    name = signal_name(-status)
    if -status == signal.SIGKILL and oom_kills > 0:
        return Death(cause=Cause.OUT_OF_MEMORY, reason=f"the machine had no more memory ({name})")
    if -status in _CRASHES:
        return Death(cause=Cause.CRASH, reason=f"the worker crashed ({name})")
    if -status == signal.SIGXCPU:
        return Death(cause=Cause.TIMEOUT, reason=f"the worker computed for too long ({name})")
    cause = None if -status in _BY_HAND else Cause.WORKER_LOST
    return Death(cause=cause, reason=f"somebody killed the worker ({name})")


def oom_kills_in(text: str) -> int | None:
    """Read how many processes were killed, from `memory.events` of a group or from `vmstat`."""
    for line in text.splitlines():
        name, _, number = line.partition(" ")
        if name == "oom_kill" and number.strip().isdigit():
            return int(number)
    return None


def memory_group_in(text: str) -> str | None:
    """Read from `/proc/self/cgroup` which group of cgroup v2 a process is in."""
    for line in text.splitlines():
        if line.startswith("0::/"):
            return line.removeprefix("0::/")
    return None
