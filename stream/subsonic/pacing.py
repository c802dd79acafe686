"""How fast music goes to a player that asks for all of a track at once: little ahead of its sound.

Such a player says too little of what is heard. What it fetches goes out as fast as it would be
heard, but for what it needs to begin and to bridge a gap; so the time that a track takes is seen
here, and what was begun and left is known from what was heard to its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

#: So much goes ahead of its sound, and so much faster than it sounds goes what is behind it.
AHEAD_S = 20.0
SPEED = 1.25
#: What is sent at once sounds for so long at most: nobody waits for more than that.
_STEP_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """A file of so many bytes that sounds for so long, of which sending began at a byte.

    It is a song from `begins_s` on.
    """

    size_bytes: int
    duration_s: float
    ahead_s: float = AHEAD_S
    start: int = 0
    begins_s: float = 0.0

    def wait_s(self, end: int, *, passed_s: float) -> float:
        """Answer how long to wait before bytes up to `end` may go, so long after the first went."""
        behind_s = self._sound_s(end - self.start) - self.ahead_s
        return max(0.0, behind_s / SPEED - passed_s)

    def heard_ms(self, end: int, *, passed_s: float) -> int:
        """Answer how far in the song somebody can have heard who hears from where sending began.

        No more than has gone out, and no more than has passed.
        """
        heard_s = min(self._sound_s(self.start) + passed_s, self._sound_s(end))
        return round((self.begins_s + heard_s) * 1000)

    @property
    def left_s(self) -> float:
        """How long it sounds from where sending began."""
        return self._sound_s(self.size_bytes - self.start)

    def steps(self, piece: bytes | memoryview) -> Iterator[memoryview]:
        """Cut what was read at once into what is sent at once."""
        step = max(1, round(self.size_bytes * _STEP_S / self.duration_s))
        for at in range(0, len(piece), step):
            yield memoryview(piece)[at : at + step]

    def _sound_s(self, size_bytes: int) -> float:
        return self.duration_s * size_bytes / self.size_bytes
