"""Was it listened to? What services that keep histories of listening want to be told.

A listen is half of a track or four minutes of it, whichever comes first, of a track of more than
thirty seconds (Last.fm, "Scrobbling", and ListenBrainz, "Core", say the same). What counts is what
was served and reported, as for a play; each moment of the track once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounting.intervals import Interval, intersection, total, union
from accounting.reports import Told

#: Shorter tracks are never told, and of long ones so much suffices.
LEAST_MS, ENOUGH_MS = 30_000, 240_000
#: How often it is looked whether more was heard, at the least and at the most; and until when.
_LOOK_MS, _SELDOM_MS, _OVER_MS = 2_000, 1_800_000, 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was heard of a session: how much, whether it sounds at all, since when, until when.

    Times are milliseconds since the session was opened.
    """

    heard_ms: int
    is_sounding: bool
    began_ms: int
    last_ms: int


def heard_of(delivered: Iterable[Interval], told: Told) -> Heard:
    """Answer what evidence comes to."""
    served = union(delivered)
    return Heard(
        heard_ms=total(intersection(served, told.timely)),
        is_sounding=bool(served) and told.beats > 0,
        began_ms=told.began_ms,
        last_ms=told.last_ms,
    )


def needed_ms(duration_ms: int) -> int | None:
    """Answer how much of a track makes a listen; nothing of one that is too short for it."""
    return None if duration_ms <= LEAST_MS else min((duration_ms + 1) // 2, ENOUGH_MS)


def look_again_ms(heard: Heard, *, needed_ms: int, passed_ms: int) -> int | None:
    """Answer after how long to look again, `passed_ms` after the session was opened.

    Not before enough can have been heard; more and more seldom where nothing is, and after a day
    of silence no more.
    """
    quiet_ms = max(0, passed_ms - heard.last_ms)
    if quiet_ms > _OVER_MS:
        return None
    missing_ms = needed_ms - heard.heard_ms - quiet_ms if heard.is_sounding else 0
    return max(_LOOK_MS, missing_ms, min(quiet_ms // 2, _SELDOM_MS))
