"""What a player says it has played, heartbeat by heartbeat, and what of it can be believed.

Three clocks must agree before a stretch of music counts as reported: the position went
forward, the player's own clock went on at least as far, and so did ours since that
player began. A seek, a pause, a late heartbeat, a second tab and a player twice as fast
each break one of the three. A client that lies consistently cannot be told from one that
plays: it still needs the bytes, and the time.

What was said so far is a value that can be kept and gone on from, so that a heartbeat
costs the same whether it is the first or the thousandth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from accounting.intervals import Interval, kept

#: A player may stand so much further than its clock allows: timers and small gaps.
_JITTER_MS = 1_000
#: A heartbeat may come so much sooner after another than it was sent: the network.
NETWORK_MS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A heartbeat: when it came (since the session opened), and what the player said."""

    at_ms: int
    position_ms: int
    elapsed_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """Music that a player says it played; timely if our clock leaves room for it."""

    interval: Interval
    is_timely: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One player since it began: then by our clock and by its own, and where it is now."""

    began_at_ms: int
    began_elapsed_ms: int
    credited_ms: int
    head: Beat

    def has_room(self, beat: Beat) -> bool:
        """Tell whether as much time passed here as the player says passed there."""
        passed_ms = beat.at_ms - self.began_at_ms
        return beat.elapsed_ms - self.began_elapsed_ms <= passed_ms + NETWORK_MS

    def as_json(self) -> list[int]:
        """Print it to be stored."""
        at, head = (self.began_at_ms, self.began_elapsed_ms, self.credited_ms), self.head
        return [*at, head.at_ms, head.position_ms, head.elapsed_ms]

    @classmethod
    def from_json(cls, stored: Iterable[int]) -> Self:
        """Read what was stored."""
        began_at_ms, began_elapsed_ms, credited_ms, at_ms, position_ms, elapsed_ms = stored
        return cls(
            began_at_ms=began_at_ms,
            began_elapsed_ms=began_elapsed_ms,
            credited_ms=credited_ms,
            head=Beat(at_ms=at_ms, position_ms=position_ms, elapsed_ms=elapsed_ms),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that a session's players have said, as far as it matters for what they say next.

    `timely` is what our clock leaves room for, `claimed` is all; playing began at `began_ms`
    at the earliest, and the last heartbeat came at `last_ms`.
    """

    timely: tuple[Interval, ...] = ()
    claimed: tuple[Interval, ...] = ()
    run: _Run | None = None
    began_ms: int = 0
    last_ms: int = 0
    beats: int = 0

    def after(self, beat: Beat) -> Self:
        """Answer what is known after one more heartbeat, which is no repetition of another."""
        told = replace(
            self,
            began_ms=self.began_ms if self.beats else _beginning(beat),
            last_ms=max(self.last_ms, beat.at_ms),
            beats=self.beats + 1,
        )
        if self.run is not None and _is_stale(self.run, beat):
            return told
        if self.run is None or beat.elapsed_ms < self.run.head.elapsed_ms:
            run, span = _begin(beat, since_ms=self.run.head.at_ms if self.run else 0)
        else:
            run, span = _go_on(self.run, beat)
        timely = kept([*self.timely, span.interval]) if span.is_timely else self.timely
        claimed = kept([*self.claimed, span.interval])
        return replace(told, run=run, timely=tuple(timely), claimed=tuple(claimed))

    @property
    def head(self) -> Beat | None:
        """The last heartbeat of the player that is followed."""
        return None if self.run is None else self.run.head

    @property
    def passed_ms(self) -> int:
        """Our time from when playing can have begun to the last heartbeat."""
        return self.last_ms - self.began_ms if self.beats else 0

    def as_json(self) -> dict[str, Any]:
        """Print it to be stored."""
        return {
            "timely": self.timely,
            "claimed": self.claimed,
            "run": self.run and self.run.as_json(),
            "began_ms": self.began_ms,
            "last_ms": self.last_ms,
            "beats": self.beats,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what was stored."""
        return cls(
            timely=tuple((start, end) for start, end in stored["timely"]),
            claimed=tuple((start, end) for start, end in stored["claimed"]),
            run=_Run.from_json(stored["run"]) if stored["run"] else None,
            began_ms=stored["began_ms"],
            last_ms=stored["last_ms"],
            beats=stored["beats"],
        )


def told_by(beats: Iterable[Beat]) -> Told:
    """Answer what heartbeats say, in the order they came; one that says the same adds nothing."""
    told, seen = Told(), set[tuple[int, int]]()
    for beat in beats:
        mark = (beat.position_ms, beat.elapsed_ms)
        if mark not in seen:
            seen.add(mark)
            told = told.after(beat)
    return told


def _is_stale(run: _Run, beat: Beat) -> bool:
    """Tell a heartbeat that is late, or another tab's, from one of a player begun anew.

    A new player has played no longer than it is since the last heartbeat of the old.
    """
    is_back = beat.elapsed_ms < run.head.elapsed_ms
    return is_back and beat.elapsed_ms > beat.at_ms - run.head.at_ms + NETWORK_MS


def _begin(beat: Beat, *, since_ms: int) -> tuple[_Run, _Span]:
    """Take up a player that began after `since_ms`, wherever in the track it did."""
    run = _Run(began_at_ms=since_ms, began_elapsed_ms=0, credited_ms=0, head=beat)
    played_ms = min(beat.position_ms, beat.elapsed_ms)
    interval = (beat.position_ms - played_ms, beat.position_ms)
    if not run.has_room(beat):
        return _anchored(beat), _Span(interval=interval, is_timely=False)
    return replace(run, credited_ms=played_ms), _Span(interval=interval, is_timely=True)


def _go_on(run: _Run, beat: Beat) -> tuple[_Run, _Span]:
    """Follow a player from its last heartbeat to this one."""
    moved_ms = _played(run, beat)
    span = _Span(
        interval=(beat.position_ms - moved_ms, beat.position_ms), is_timely=run.has_room(beat)
    )
    if not span.is_timely:
        return _anchored(beat), span
    return replace(run, credited_ms=run.credited_ms + moved_ms, head=beat), span


def _played(run: _Run, beat: Beat) -> int:
    """Answer how far the position went by playing: not at all when it was sought.

    The jitter is granted once a run, too: many small leaps are no playing either.
    """
    moved_ms = beat.position_ms - run.head.position_ms
    step_ms = beat.elapsed_ms - run.head.elapsed_ms
    whole_ms = beat.elapsed_ms - run.began_elapsed_ms
    is_step = step_ms > 0 and 0 < moved_ms <= step_ms + _JITTER_MS
    return moved_ms if is_step and run.credited_ms + moved_ms <= whole_ms + _JITTER_MS else 0


def _anchored(beat: Beat) -> _Run:
    """Trust a clock that ran ahead from here on only, and credit nothing until here."""
    return _Run(began_at_ms=beat.at_ms, began_elapsed_ms=beat.elapsed_ms, credited_ms=0, head=beat)


def _beginning(first: Beat) -> int:
    """Answer when playing can have begun, by our clock."""
    began_ms = first.at_ms - first.elapsed_ms
    if began_ms < -NETWORK_MS:  # its clock runs ahead, and tells nothing of a beginning
        began_ms = first.at_ms
    return max(0, began_ms)
