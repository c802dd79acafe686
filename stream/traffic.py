"""Counts of what connections did without the application; read when metrics are asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

#: In seconds: where the buckets of answers' times end; what is longer is in one more.
BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Traffic:
    """Plain numbers: a counter of the metrics library would cost more than the answer's head."""

    def __init__(self) -> None:
        """Begin at nothing."""
        #: By method and status.
        self.answers: Counter[tuple[str, int]] = Counter()
        self.bytes = 0
        self.slow = 0
        self.turned_away = 0
        self.tally = [0] * (len(BOUNDS_S) + 1)
        self.seconds = 0.0

    def took(self, seconds: float) -> None:
        """Count how long an answer took, to the last byte that was handed over."""
        self.tally[bisect_left(BOUNDS_S, seconds)] += 1
        self.seconds += seconds
