"""Reports of players that tell of no clock: ours is taken for theirs, from their last report on.

A first report credits nothing before it: who begins in the middle of a song has not heard what was
before, however long ago it was fetched.
"""

from __future__ import annotations

from accounting.reports import Beat, Told


def following(told: Told | None, *, at_ms: int, position_ms: int | None, duration_ms: int) -> Beat:
    """Answer the heartbeat that a report comes to, so long after its session was opened.

    Who does not say where they are has heard on since their last report; without any, since the
    session was opened.
    """
    head = None if told is None else told.head
    if head is None:
        heard_ms = min(at_ms, duration_ms)
        if position_ms is None:
            return Beat(at_ms=at_ms, position_ms=heard_ms, elapsed_ms=at_ms)
        return Beat(at_ms=at_ms, position_ms=min(position_ms, duration_ms), elapsed_ms=0)
    since_ms = max(0, at_ms - head.at_ms)
    position_ms = head.position_ms + since_ms if position_ms is None else position_ms
    return Beat(
        at_ms=at_ms,
        position_ms=min(position_ms, duration_ms),
        elapsed_ms=head.elapsed_ms + since_ms,
    )
