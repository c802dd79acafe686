"""Was it a play? What was served and what was reported must agree, and take its time.

All times are integer milliseconds; intervals are half-open positions in the track.
A verdict depends on nothing but its arguments, so it can be made again from what
was stored; and what is added later never takes a play away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounting.intervals import Interval, intersection, total, union
from accounting.reports import NETWORK_MS, Beat, Told, told_by

#: The very end of a short track is never reported: the last heartbeat comes before it.
_END_MS = 1_000
#: But of a very short one, nine tenths are due.
_END_SHARE = 10


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
    *, duration_ms: int, threshold_ms: int, delivered: Iterable[Interval], beats: Iterable[Beat]
) -> Verdict:
    """Weigh the evidence of one session from its beginning, `beats` in the order they came."""
    return weigh(
        duration_ms=duration_ms,
        threshold_ms=threshold_ms,
        delivered=delivered,
        told=told_by(beats),
    )


def weigh(
    *, duration_ms: int, threshold_ms: int, delivered: Iterable[Interval], told: Told
) -> Verdict:
    """Weigh the evidence of one session.

    A play is `threshold_ms` of distinct audio (for a shorter track: all but its last
    second) both delivered and reported, in at least so much time by our own clock.
    Its reason is `qualified`, `open:heard-too-little`, or `open:too-soon` where enough
    was told, but in less time than it takes.
    """
    served = union(delivered)
    heard_ms = total(intersection(served, told.timely))
    needed_ms = needed(duration_ms=duration_ms, threshold_ms=threshold_ms)
    is_play = heard_ms >= needed_ms and told.passed_ms >= _due(needed_ms, duration_ms)
    is_claimed = total(intersection(served, told.claimed)) >= needed_ms
    return Verdict(
        is_play=is_play,
        reason="qualified" if is_play else _open_reason(is_claimed=is_claimed),
        needed_ms=needed_ms,
        delivered_ms=total(served),
        reported_ms=total(told.timely),
        heard_ms=heard_ms,
        passed_ms=told.passed_ms,
    )


def needed(*, duration_ms: int, threshold_ms: int) -> int:
    """Answer how much must be heard of a track."""
    end_ms = min(_END_MS, duration_ms // _END_SHARE)
    return max(1, min(threshold_ms, duration_ms - end_ms))


def _due(needed_ms: int, duration_ms: int) -> int:
    """Answer how much time of ours it takes.

    Where the track ends at once, no later heartbeat makes up for a first one that the
    network held back.
    """
    has_more = duration_ms - needed_ms >= NETWORK_MS
    return needed_ms if has_more else max(0, needed_ms - NETWORK_MS)


def _open_reason(*, is_claimed: bool) -> str:
    return "open:too-soon" if is_claimed else "open:heard-too-little"
