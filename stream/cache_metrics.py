"""What /metrics says of the copies of hot audio, where objects lie on S3."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from base.storage.cached import Cached

_NAME = "refrain_media_cache"


class CacheMetrics(Collector):
    """Reads a cache's plain numbers when it is asked."""

    def __init__(self, cache: Cached) -> None:
        """Read nothing yet."""
        self._cache = cache

    def collect(self) -> Iterator[Metric]:
        """Answer the numbers as they are now."""
        counts = self._cache.counts
        requests = CounterMetricFamily(
            f"{_NAME}_requests",
            "Reads that found all they asked for here, or not.",
            labels=["found"],
        )
        requests.add_metric(["hit"], counts.hits)
        requests.add_metric(["miss"], counts.misses)
        yield requests
        sources = CounterMetricFamily(
            f"{_NAME}_bytes", "Bytes answered from here, and fetched from storage.", labels=["from"]
        )
        sources.add_metric(["cache"], counts.kept_bytes)
        sources.add_metric(["storage"], counts.fetched_bytes)
        yield sources
        yield CounterMetricFamily(
            f"{_NAME}_joins", "Reads that waited for what others had asked for.", counts.joins
        )
        prefetches = CounterMetricFamily(
            f"{_NAME}_prefetches", "Fragments fetched before they were asked for.", labels=["what"]
        )
        prefetches.add_metric(["begun"], counts.ahead)
        prefetches.add_metric(["used"], counts.ahead_used)
        yield prefetches
        yield GaugeMetricFamily(f"{_NAME}_size_bytes", "Bytes kept here.", self._cache.size_bytes)
