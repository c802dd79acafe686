"""How long what waits will take, and how many workers would have done it in time.

Work is measured as it is shared out: in seconds of a core, as estimated when it was added. What a
fleet does of that in a second is measured where something was done lately, and else believed to be
one for each core.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil

#: How soon what waits shall be done, unless told.
DRAIN_WITHIN_S = 300.0
#: What adding up leaves over is no work.
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Those who work: so many processes, jobs at a time, and cores, all together."""

    workers: int = 0
    slots: int = 0
    cores: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Jobs of one sort, what they take in seconds of a core, and the music they are about."""

    jobs: int = 0
    cost_s: float = 0.0
    audio_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """What came of the attempts that ended within the last `window_s`.

    `cost_s` is what those that were done were estimated at, `busy_s` how long they took;
    `cpu_s` what they were seen to take of the processors, and `cpu_audio_s` the music of those
    of which that is known. `attempts` are counted by outcome and cause.
    """

    window_s: float
    added: int = 0
    audio_s: float = 0.0
    cost_s: float = 0.0
    busy_s: float = 0.0
    cpu_s: float = 0.0
    cpu_audio_s: float = 0.0
    attempts: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def throughput(self) -> float:
        """How many seconds of music were done in a second."""
        return self.audio_s / self.window_s

    @property
    def cpu_ratio(self) -> float | None:
        """What a second of music took of the processors, in seconds."""
        return self.cpu_s / self.cpu_audio_s if self.cpu_audio_s > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneFigures:
    """One lane: what is due, put off, running and set aside, who works it, and of late.

    `age_s` is how long the oldest has been due; `left_s` what is left of what is running.
    """

    recent: Recent
    due: Stock = Stock()
    put_off: Stock = Stock()
    running: Stock = Stock()
    quarantined: Stock = Stock()
    age_s: float = 0.0
    left_s: float = 0.0
    crew: Crew = Crew()

    @property
    def load_s(self) -> float:
        """What is to be done now, in seconds of a core."""
        return self.due.cost_s + self.left_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How many would do what waits in time: a hint for who starts and stops them."""

    workers: int
    cores: int


def rate(crew: Crew, recent: Recent) -> float:
    """Answer how much of what was estimated is done in a second while all slots are busy.

    That of an idle hour would tell nothing: so it is what one slot did while it had something,
    times the slots there are now.
    """
    if recent.cost_s > 0 and recent.busy_s > 0:
        return recent.cost_s / recent.busy_s * crew.slots
    return float(crew.cores or crew.slots)


def drain_s(lane: LaneFigures) -> float | None:
    """Answer when a lane will be empty, in seconds; nothing where nobody works it."""
    if not lane.due.jobs and not lane.running.jobs:
        return 0.0
    speed = rate(lane.crew, lane.recent)
    return lane.load_s / speed if speed > 0 else None


def wanted(lane: LaneFigures, *, within_s: float, may_rest: bool, usual_cores: int = 1) -> Wanted:
    """Answer the fewest that would empty a lane in time; at least one while there is work.

    Where nobody works it now, workers of the usual number of cores are reckoned with.
    """
    crew, recent = lane.crew, lane.recent
    if not crew.workers:
        crew = Crew(workers=1, slots=0, cores=usual_cores)
        recent = Recent(window_s=recent.window_s)
    has_work = bool(lane.due.jobs or lane.running.jobs)
    least = 1 if has_work or not may_rest else 0
    part = lane.load_s / within_s / rate(crew, recent)
    return Wanted(
        workers=max(least, _up(part * crew.workers)), cores=max(least, _up(part * crew.cores))
    )


def wanted_in_all(lanes: Iterable[Wanted], crew: Crew, *, load_s: float, within_s: float) -> Wanted:
    """Answer the fewest workers of all lanes that would empty each in time; at least one.

    Somebody must be there for what is in no lane: plays to be settled, leases that ran out.
    """
    each = list(lanes)
    cores = max(1, _up(load_s / within_s), *(one.cores for one in each))
    workers = _up(load_s / within_s / usual_cores(crew))
    return Wanted(workers=max(1, workers, *(one.workers for one in each)), cores=cores)


def usual_cores(crew: Crew) -> int:
    """Answer how many cores a worker has, as they are."""
    return max(1, round(crew.cores / crew.workers)) if crew.workers else 1


def _up(number: float) -> int:
    return ceil(number - _NOTHING)
