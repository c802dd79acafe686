"""Counts of what connections did without the application; read when metrics are asked for."""

from __future__ import annotations

from collections import Counter


class Traffic:
    """Plain numbers: a counter of the metrics library would cost more than the answer's head."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.answers: Counter[int] = Counter()
        self.bytes = 0
        self.connections = 0
        self.slow = 0

    def answered(self, status: int, length: int) -> None:
        """Count an answer."""
        self.answers[status] += 1
        self.bytes += length
