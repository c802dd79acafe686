"""Kill something in the middle of a request: at the step that was chosen, and at no other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from threading import Lock, Timer

from tests.support.fleet import Fleet
from tests.support.house import Answer, Document

#: What a request is about, by its method and path.
_REQUESTS = {
    "open a play": r"POST /api/v1/plays",
    "fetch music": r"GET /media/.*",
    "report progress": r"POST /api/v1/plays/[^/]*/heartbeat",
    "order a top-up": r"POST /api/v1/topups",
    "confirm a top-up": r"POST /api/v1/topups/[^/]*/confirmation",
    "send money back": r"POST /api/v1/topups/[^/]*/refund",
    "buy": r"POST /api/v1/purchases",
    "give back": r"POST /api/v1/refunds",
    "close a month": r"POST /api/v1/books/months/[^/]*/close",
    # What was reported is settled some time after the last report.
    "settle": r"POST /api/v1/plays/[^/]*/heartbeat",
}
STEPS = tuple(_REQUESTS)
VICTIMS = ("server", "worker 0", "valkey", "postgres")
#: A request takes some milliseconds; workers look for what is due every half second.
_IN_REQUEST_S, _SETTLING_S = 0.05, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """Whom to kill, and how long after which request was sent."""

    step: str
    victim: str
    after_s: float


def traps(chance: Random, steps: Sequence[str], victims: Sequence[str]) -> list[Trap]:
    """Answer a trap for each step and victim of a pair."""
    return [
        Trap(
            step=step,
            victim=victim,
            after_s=chance.uniform(0, _SETTLING_S if step == "settle" else _IN_REQUEST_S),
        )
        for step, victim in zip(steps, victims, strict=True)
    ]


@dataclass(slots=True)
class TrappedHouse:
    """A house of which the next request of one kind is fatal to somebody, while a trap is set."""

    fleet: Fleet
    #: Whether the victim of the last trap is still to be killed.
    is_set: bool = False
    _set: Trap | None = None
    _lock: Lock = field(default_factory=Lock)

    def ask(
        self,
        method: str,
        path: str,
        *,
        token: str = "",
        data: bytes | Document | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Ask the house, and step on the trap if it is set for this."""
        self._step(f"{method} {path}")
        return self.fleet.house.ask(method, path, token=token, data=data, headers=headers)

    def set(self, trap: Trap) -> None:
        """Wait for a request of its kind."""
        with self._lock:
            self._set, self.is_set = trap, True

    def _step(self, request: str) -> None:
        with self._lock:
            trap = self._set
            if trap is None or not re.fullmatch(_REQUESTS[trap.step], request):
                return
            self._set = None
        Timer(trap.after_s, self._spring, [trap]).start()

    def _spring(self, trap: Trap) -> None:
        """Kill the victim, and all that it started."""
        for pid in self.fleet.members[trap.victim].pids:
            self.fleet.kill(pid, f"{trap.victim}, {trap.after_s:.3f} s into “{trap.step}”")
        self.is_set = False
