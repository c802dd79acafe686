"""How long work will take from now on, judged by how fast it has been lately."""

from __future__ import annotations

from collections import deque

#: What is remembered, in seconds: a machine that gets busier is noticed soon.
_REMEMBERED_S = 20.0
#: Before so much was done, and so long was watched, whatever is said is a guess.
_LEAST_PART = 0.02
_LEAST_S = 1.0


class Pace:
    """The newest observations of one piece of work."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self._seen: deque[tuple[float, float]] = deque()

    def at(self, seconds: float, part: float) -> None:
        """See a part done, 0 to 1, at a time that never goes back."""
        self._seen.append((seconds, part))
        while seconds - self._seen[0][0] > _REMEMBERED_S:
            self._seen.popleft()

    @property
    def remaining_s(self) -> float | None:
        """The seconds that are left; none while nobody can know."""
        if not self._seen:
            return None
        (begun_s, before), (now_s, part) = self._seen[0], self._seen[-1]
        if now_s - begun_s < _LEAST_S or part - before < _LEAST_PART:
            return None
        return (1 - part) * (now_s - begun_s) / (part - before)
