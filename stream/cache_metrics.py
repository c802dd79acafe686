"""What /metrics says of the copies of hot audio, where objects lie on S3."""

from __future__ import annotations

from dataclasses import replace

from prometheus_client import CollectorRegistry, Counter, Gauge

from base.storage.cached import CacheCounts, Cached

_NAME = "refrain_media_cache"


class CacheMetrics:
    """Counters that take a cache's plain numbers from time to time."""

    def __init__(self, cache: Cached, registry: CollectorRegistry) -> None:
        """Begin with what the cache has counted until now left out."""
        self._cache = cache
        self._seen = CacheCounts()
        self._found = Counter(
            f"{_NAME}_requests",
            "Reads that found all they asked for here, or not.",
            ["found"],
            registry=registry,
        )
        self._bytes = Counter(
            f"{_NAME}_bytes",
            "Bytes answered from here, and fetched from storage.",
            ["from"],
            registry=registry,
        )
        self._joins = Counter(
            f"{_NAME}_joins", "Reads that waited for what others had asked for.", registry=registry
        )
        self._prefetches = Counter(
            f"{_NAME}_prefetches",
            "Fragments fetched before they were asked for.",
            ["what"],
            registry=registry,
        )
        self._size = Gauge(
            f"{_NAME}_size_bytes",
            "Bytes kept here.",
            registry=registry,
            multiprocess_mode="livesum",
        )

    def gather(self) -> None:
        """Take what was counted since this was last done."""
        now, before = replace(self._cache.counts), self._seen
        self._seen = now
        self._found.labels("hit").inc(now.hits - before.hits)
        self._found.labels("miss").inc(now.misses - before.misses)
        self._bytes.labels("cache").inc(now.kept_bytes - before.kept_bytes)
        self._bytes.labels("storage").inc(now.fetched_bytes - before.fetched_bytes)
        self._joins.inc(now.joins - before.joins)
        self._prefetches.labels("begun").inc(now.ahead - before.ahead)
        self._prefetches.labels("used").inc(now.ahead_used - before.ahead_used)
        self._size.set(self._cache.size_bytes)
