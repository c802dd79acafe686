"""Was it a play? What was served and what was reported must agree, and take its time.

All times are integer milliseconds; intervals are half-open positions in the track.
A verdict depends on nothing but its arguments, so it can be made again from what
was stored; and what is added later never takes a play away.

Three clocks must agree before a stretch of music counts as heard: the position went
forward, the player's own clock went on at least as far, and so did ours since that
player began. A seek, a pause, a replayed or late heartbeat, a second tab and a player
twice as fast each break one of the three. A client that lies consistently cannot be
told from one that plays: it still needs the bytes, and the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

Interval = tuple[int, int]

#: A player may stand so much further than its clock allows: timers and small gaps.
_JITTER_MS = 1_000
#: A heartbeat may come so much sooner after another than it was sent: the network.
_NETWORK_MS = 2_000
#: The very end of a short track is never reported: the last heartbeat comes before it.
_END_MS = 1_000
#: But of a very short one, nine tenths are due.
_END_SHARE = 10


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
    Its reason is `qualified`, `open:heard-too-little`, or `open:too-soon` where enough
    was told, but in less time than it takes.
    """
    spans = list(_spans(beats))
    served = union(delivered)
    told = union(span.interval for span in spans if span.is_timely)
    claimed = union(span.interval for span in spans)
    heard_ms = total(intersection(served, told))
    passed_ms = _passed(beats)
    needed_ms = needed(duration_ms=duration_ms, threshold_ms=threshold_ms)
    is_play = heard_ms >= needed_ms and passed_ms >= _due(needed_ms, duration_ms)
    is_claimed = total(intersection(served, claimed)) >= needed_ms
    return Verdict(
        is_play=is_play,
        reason="qualified" if is_play else _open_reason(is_claimed=is_claimed),
        needed_ms=needed_ms,
        delivered_ms=total(served),
        reported_ms=total(told),
        heard_ms=heard_ms,
        passed_ms=passed_ms,
    )


def needed(*, duration_ms: int, threshold_ms: int) -> int:
    """Answer how much must be heard of a track."""
    end_ms = min(_END_MS, duration_ms // _END_SHARE)
    return max(1, min(threshold_ms, duration_ms - end_ms))


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
        return beat.elapsed_ms - self.began_elapsed_ms <= passed_ms + _NETWORK_MS


def _spans(beats: Iterable[Beat]) -> Iterator[_Span]:
    """Answer what was played between one heartbeat and the next."""
    run: _Run | None = None
    seen: set[tuple[int, int]] = set()
    for beat in beats:
        mark = (beat.position_ms, beat.elapsed_ms)
        if mark in seen or (run and _is_stale(run, beat)):
            continue
        seen.add(mark)
        if run is None or beat.elapsed_ms < run.head.elapsed_ms:
            run, span = _begin(beat, since_ms=run.head.at_ms if run else 0)
        else:
            run, span = _go_on(run, beat)
        if span.interval[0] < span.interval[1]:
            yield span


def _is_stale(run: _Run, beat: Beat) -> bool:
    """Tell a heartbeat that is late, or another tab's, from one of a player begun anew.

    A new player has played no longer than it is since the last heartbeat of the old.
    """
    is_back = beat.elapsed_ms < run.head.elapsed_ms
    return is_back and beat.elapsed_ms > beat.at_ms - run.head.at_ms + _NETWORK_MS


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


def _due(needed_ms: int, duration_ms: int) -> int:
    """Answer how much time of ours it takes.

    Where the track ends at once, no later heartbeat makes up for a first one that the
    network held back.
    """
    has_more = duration_ms - needed_ms >= _NETWORK_MS
    return needed_ms if has_more else max(0, needed_ms - _NETWORK_MS)


def _passed(beats: Sequence[Beat]) -> int:
    """Answer our time from when playing can have begun to the last heartbeat."""
    if not beats:
        return 0
    first = beats[0]
    began_ms = first.at_ms - first.elapsed_ms
    if began_ms < -_NETWORK_MS:  # its clock runs ahead, and tells nothing of a beginning
        began_ms = first.at_ms
    return max(beat.at_ms for beat in beats) - max(0, began_ms)


def _open_reason(*, is_claimed: bool) -> str:
    return "open:too-soon" if is_claimed else "open:heard-too-little"
