"""How a child ended, told from its status, its last words, and what was done to it."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from base.errors import Broken

#: What ffmpeg says when it was asked to end, and where its own error was ENOMEM.
ASKED_TO_END, NO_MEMORY = 255, 256 - 12
#: What programs say that were refused memory; some of them fall over it a moment later.
_WANTED_MEMORY = ("Cannot allocate memory", "MemoryError", "bad_alloc", "Out of memory")
#: The kernel counts a limit in ticks, and may be so far ahead of what it says was used.
_NEARLY = 0.75
_TOLD = 3


class Ending(StrEnum):
    """What became of a child."""

    WELL = "well"
    #: It gave up by itself, and has said why.
    ERROR = "error"
    OUT_OF_MEMORY = "out of memory"
    #: A signal that nobody here sent.
    CRASH = "crash"
    #: It computed for too long, or made no progress.
    TIMEOUT = "timeout"


_HOW = {
    Ending.OUT_OF_MEMORY: "ran out of memory",
    Ending.CRASH: "crashed",
    Ending.TIMEOUT: "took too long",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """What is known of a child that is gone.

    `was_stopped`: by us, for it made no progress. `oom_kills`: how many processes the kernel killed
    for want of memory while it lived; None where it does not tell, or that is not what ended it.
    """

    status: int
    errors: Sequence[str] = ()
    cpu_s: float = 0.0
    most_cpu_s: float
    was_stopped: bool = False
    oom_kills: int | None = None


def ending_of(death: Death) -> Ending:
    """Say what it died of."""
    status = death.status
    was_killed = status == -signal.SIGKILL
    signs = (
        (status == 0, Ending.WELL),
        (death.was_stopped or status == -signal.SIGXCPU, Ending.TIMEOUT),
        (status == NO_MEMORY or death.oom_kills or _wanted_memory(death), Ending.OUT_OF_MEMORY),
        ((was_killed or status == ASKED_TO_END) and _has_used_all(death), Ending.TIMEOUT),
        # Who else would? Nobody here, whose child is still wanted.
        (was_killed and death.oom_kills is None, Ending.OUT_OF_MEMORY),
        # It gave up, or wrote more than it may.
        (status in {-signal.SIGXFSZ, *range(1, ASKED_TO_END)}, Ending.ERROR),
        (True, Ending.CRASH),
    )
    return next(ending for is_so, ending in signs if is_so)


def signal_name(number: int) -> str:
    """Name a signal as manuals do."""
    try:
        return signal.Signals(number).name
    except ValueError:  # those for real time have none
        return f"signal {number}"


def _has_used_all(death: Death) -> bool:
    return death.cpu_s >= _NEARLY * death.most_cpu_s


def _wanted_memory(death: Death) -> bool:
    return any(word in line for line in death.errors for word in _WANTED_MEMORY)


class ChildFailed(Broken):
    """A child came to nothing: `ending` says how, `output` is what it said last."""

    def __init__(
        self, program: str, ending: Ending, errors: Sequence[str], *, status: int = 1
    ) -> None:
        """Keep all that it said; the sentence has the last lines, and the signal that ended it."""
        words = " / ".join(errors[-_TOLD:]) or "no reason given"
        code = "encode-failed" if ending not in _HOW else f"child-{ending.replace(' ', '-')}"
        how = _HOW.get(ending, "failed")
        if status < 0:
            how = f"{how} ({signal_name(-status)})"
        super().__init__(code, f"{program} {how}: {words}")
        self.ending = ending
        self.output = "\n".join(errors)
