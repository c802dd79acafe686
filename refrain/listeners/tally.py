"""What a crowd met, added up: how long answers took, what failed, who had to wait."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil

from refrain.listeners.buffer import Buffer


class Asked(StrEnum):
    """What a request was for."""

    PLAY = "play"
    PLAYLIST = "playlist"
    MEDIA = "media"
    HEARTBEAT = "heartbeat"


@dataclass(slots=True)
class Tally:
    """Seconds from asking to the last byte, by what was asked; failures by what they said."""

    took_s: defaultdict[Asked, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: Counter[str] = field(default_factory=Counter)
    received_bytes: int = 0
    stalls: int = 0
    stalled_s: float = 0.0
    heard_s: float = 0.0
    starts_s: list[float] = field(default_factory=list)

    def answered(self, asked: Asked, took_s: float, length: int) -> None:
        """Count an answer that was as it should be."""
        self.took_s[asked].append(took_s)
        self.received_bytes += length

    def failed(self, asked: Asked, what: str) -> None:
        """Count one that was not, or none at all."""
        self.failures[f"{asked}: {what}"] += 1

    def heard(self, buffer: Buffer, now: float) -> None:
        """Count what a listener heard of a track."""
        self.stalls += buffer.stalls
        self.stalled_s += buffer.stalled_s
        self.heard_s += buffer.position_s(now)

    def as_json(self) -> Mapping[str, object]:
        """Answer the figures, latencies in milliseconds."""
        return {
            "heard_s": round(self.heard_s),
            "received_bytes": self.received_bytes,
            "stalls": self.stalls,
            "stalled_s": round(self.stalled_s, 3),
            "start_ms": latencies(self.starts_s),
            "failures": dict(self.failures),
            **{f"{asked}_ms": latencies(took_s) for asked, took_s in self.took_s.items()},
        }


def latencies(took_s: Sequence[float]) -> Mapping[str, float]:
    """Answer count, median, 99th percentile and maximum, in milliseconds."""
    if not took_s:
        return {"count": 0}
    return {
        "count": len(took_s),
        **{
            name: round(percentile(took_s, share) * 1000, 2)
            for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
        },
    }


def percentile(values: Sequence[float], share: float) -> float:
    """Answer the smallest value that at least such a share of all does not exceed (nearest rank).

    Raises:
        ValueError: there are none.

    """
    if not values:
        raise ValueError("a percentile of nothing")
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]
