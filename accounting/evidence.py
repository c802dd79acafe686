"""Was it a play? What was served and what was reported must agree, and take its time.

All times are integer milliseconds; intervals are half-open positions in the track.
A verdict depends on nothing but its arguments, so it can be made again from what
was stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Interval = tuple[int, int]

#: A player may stand so much further than its clock allows: timers and seeks of a key frame.
_JITTER_MS = 1_000
#: The very end of a short track is never reported: the last heartbeat comes before it.
_END_MS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A heartbeat: when it came (since the session opened), and what the player said."""

    at_ms: int
    position_ms: int
    elapsed_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a session is a play, why, and the figures it rests on."""

    is_play: bool
    reason: str
    needed_ms: int
    delivered_ms: int
    reported_ms: int
    heard_ms: int
    passed_ms: int


def judge(
    *, duration_ms: int, threshold_ms: int, delivered: Iterable[Interval], beats: Sequence[Beat]
) -> Verdict:
    """Weigh the evidence of one session, `beats` in the order they came.

    A play is `threshold_ms` of distinct audio (for a shorter track: all but its last
    second) both delivered and reported, in at least so much time by our own clock.
    """
    served, told = union(delivered), union(_reported(beats))
    heard_ms = total(intersection(served, told))
    passed_ms = max((beat.at_ms for beat in beats), default=0)
    needed_ms = needed(duration_ms=duration_ms, threshold_ms=threshold_ms)
    return Verdict(
        is_play=heard_ms >= needed_ms and passed_ms >= needed_ms,
        reason=_reason(heard_ms, passed_ms, needed_ms),
        needed_ms=needed_ms,
        delivered_ms=total(served),
        reported_ms=total(told),
        heard_ms=heard_ms,
        passed_ms=passed_ms,
    )


def needed(*, duration_ms: int, threshold_ms: int) -> int:
    """Answer how much must be heard of a track."""
    return max(1, min(threshold_ms, duration_ms - _END_MS))


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Answer the same positions as disjoint intervals in order."""
    merged: list[Interval] = []
    for start, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def intersection(left: Sequence[Interval], right: Sequence[Interval]) -> list[Interval]:
    """Answer the positions that are in both; each side disjoint and in order."""
    return union((max(a, c), min(b, d)) for a, b in left for c, d in right)


def total(intervals: Iterable[Interval]) -> int:
    """Answer the length of disjoint intervals."""
    return sum(end - start for start, end in intervals)


def _reported(beats: Sequence[Beat]) -> Iterable[Interval]:
    """Answer what the player can have played between one heartbeat and the next."""
    before = Beat(at_ms=0, position_ms=0, elapsed_ms=0)
    for number, beat in enumerate(beats):
        if number == 0:
            # A session may begin anywhere: what was played until now ends here.
            before = Beat(
                at_ms=0, position_ms=max(0, beat.position_ms - beat.elapsed_ms), elapsed_ms=0
            )
        played_ms = beat.elapsed_ms - before.elapsed_ms
        moved_ms = beat.position_ms - before.position_ms
        # Further than the clock went is a seek, and nobody heard what it jumped over.
        if 0 < moved_ms <= played_ms + _JITTER_MS and played_ms > 0:
            yield before.position_ms, beat.position_ms
        before = beat


def _reason(heard_ms: int, passed_ms: int, needed_ms: int) -> str:
    if heard_ms < needed_ms:
        return "open:heard-too-little"
    return "qualified" if passed_ms >= needed_ms else "open:too-soon"
