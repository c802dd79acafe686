"""Whether a piece of work that came to nothing is tried again, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from catalog.states import Cause

#: Causes that took a worker or its child along, the most telling first.
KILLS = (Cause.OUT_OF_MEMORY, Cause.CRASH, Cause.TIMEOUT)
_FIRST_WAIT = timedelta(seconds=2)
#: From here on waits are long enough, for whatever doubles them.
_MOST_DOUBLINGS = 16
#: With what is added below: within five minutes after storage is back, all is tried again.
_LONGEST_WAIT = timedelta(minutes=4)
#: A retry comes up to so much later than it must, so that not all come at once.
_JITTER = 0.25
#: What may pass is waited for as long as this, and tried so often at least.
_PASSES_WITHIN, _LEAST_TRIES = timedelta(days=1), 10
_MOST_BAD_RESULTS = 3
#: A worker that fell silent is seldom its job's fault: so many in a row are borne for each kill.
_LOSSES_A_KILL = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often faults of ours and kills are borne; `tries`: how often anything, if told."""

    faults: int
    kills: int
    tries: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One attempt that came to nothing, and when it ended."""

    cause: Cause
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """When it is tried again, if ever: `wait` is None where it is set aside.

    `trouble` is what tells most of why. `is_elsewhere`: another worker should try it.
    """

    trouble: Trouble
    wait: timedelta | None
    is_elsewhere: bool = False


def judge(troubles: Sequence[Trouble], patience: Patience, *, chance: float) -> Verdict:
    """Judge by all troubles since it was begun or replayed, in order; `chance` is in [0, 1)."""
    last = troubles[-1]
    alike = _alike(troubles)
    trouble = min(reversed(alike), key=_is_vague) if last.cause in KILLS else last
    if _is_enough(troubles, alike, patience):
        return Verdict(trouble=trouble, wait=None)
    failures = len(alike)
    if last.cause is Cause.WORKER_LOST:
        # Nobody has it, and it is late already.
        failures -= patience.kills
    wait = wait_after(failures)
    if patience.tries is None:
        wait = min(wait, _LONGEST_WAIT)
    is_elsewhere = last.cause is Cause.BAD_RESULT
    return Verdict(trouble=last, wait=wait * (1 + _JITTER * chance), is_elsewhere=is_elsewhere)


def wait_after(failures: int) -> timedelta:
    """Answer what to wait before something that failed so often is tried again."""
    if failures <= 0:
        return timedelta()
    return _FIRST_WAIT * (1 << min(failures - 1, _MOST_DOUBLINGS))


def _is_enough(troubles: Sequence[Trouble], alike: Sequence[Trouble], patience: Patience) -> bool:
    if patience.tries is not None:
        return len(troubles) >= patience.tries
    match alike[-1].cause:
        case Cause.UNAVAILABLE:
            lasts = alike[-1].at - alike[0].at
            return lasts >= _PASSES_WITHIN and len(alike) >= _LEAST_TRIES
        case Cause.BAD_INPUT:
            most = 1
        case Cause.BAD_RESULT:
            most = _MOST_BAD_RESULTS
        case Cause.FAULT:
            most = patience.faults
        case Cause.WORKER_LOST:
            most = _LOSSES_A_KILL * patience.kills
        case _:
            most = patience.kills
    return len(alike) >= most


def _alike(troubles: Sequence[Trouble]) -> list[Trouble]:
    """Answer what counts together with the last; of lost workers, those in a row."""
    last = troubles[-1]
    if last.cause is Cause.WORKER_LOST:
        return list(takewhile(lambda one: one.cause is last.cause, reversed(troubles)))
    return [one for one in troubles if _family(one.cause) == _family(last.cause)]


def _family(cause: Cause) -> Cause:
    return KILLS[0] if cause in KILLS else cause


def _is_vague(trouble: Trouble) -> int:
    return KILLS.index(trouble.cause)
