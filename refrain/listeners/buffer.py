"""What a player has in hand: how much is left to hear, when to ask for more, when it ran dry."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Buffer:
    """Sound that was brought and is not yet heard; times in seconds of one steady clock.

    A player begins with the first segment, asks on until it has `goal_s` in hand, and then once
    for each segment that it has heard: what hls.js and Safari do.
    """

    goal_s: float
    begun_at: float | None = None
    brought_s: float = 0.0
    stalls: int = 0
    stalled_s: float = 0.0

    def add(self, duration_s: float, now: float) -> None:
        """Take a segment that arrived."""
        if self.begun_at is None:
            self.begun_at = now
        elif (dry_s := -self.left_s(now)) > 0:
            # It stood still meanwhile: the clock of its playing moves on by as much.
            self.stalls += 1
            self.stalled_s += dry_s
            self.begun_at += dry_s
        self.brought_s += duration_s

    def left_s(self, now: float) -> float:
        """Answer how much is in hand; below nothing, for how long it has been dry."""
        return self.brought_s - self._passed_s(now)

    def position_s(self, now: float) -> float:
        """Answer how much was heard."""
        return min(self.brought_s, self._passed_s(now))

    def pause_s(self, now: float, next_s: float) -> float:
        """Answer how long to wait until the next segment, of so many seconds, is asked for."""
        return max(0.0, self.left_s(now) + next_s - self.goal_s)

    def _passed_s(self, now: float) -> float:
        return 0.0 if self.begun_at is None else now - self.begun_at
