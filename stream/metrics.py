"""The numbers of one application, for Prometheus.

Several processes on one port write theirs into files of one folder, from which any of them
answers for all (prometheus_client's multiprocess mode, which its environment switches on).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from stream.cache_metrics import CacheMetrics
from stream.connection import Doors
from stream.moments import Moments
from stream.presence import Presence
from stream.traffic import BOUNDS_S, Traffic

_TURN_S = 1.0
_OBJECT = "/media/{ticket}/{object}"


class Tallied(Histogram):
    """A histogram that takes what was counted elsewhere."""

    def add(self, tally: Sequence[int], total: float) -> None:
        """Add so many to each bucket, and what they come to together."""
        for bucket, number in zip(self._buckets, tally, strict=True):
            if number:
                bucket.inc(number)
        self._sum.inc(total)


class Metrics:
    """The counters of one application; nothing is global, so two can run in one process."""

    def __init__(self, shared: Path | None = None) -> None:
        """Begin at nothing; what other processes count is in the folder that is shared."""
        self._shared = shared
        #: Of this server, once it listens.
        self.doors: Doors | None = None
        #: Where there are any.
        self.copies: CacheMetrics | None = None
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "refrain_http_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "refrain_http_request_seconds",
            "Time from request to the end of its answer.",
            ["route"],
            registry=self.registry,
        )
        self.kinds = Tallied(
            "refrain_answer_seconds",
            "Time to the end of an answer: media, playlist, api or page.",
            ["kind"],
            registry=self.registry,
            buckets=BOUNDS_S,
        )
        self.bytes = Counter(
            "refrain_http_response_bytes", "Bytes of answers.", ["route"], registry=self.registry
        )
        self.moments = Counter(
            "refrain_public_answers",
            "What is the same for everybody: told again, or made.",
            ["found"],
            registry=self.registry,
        )
        for found in ("hit", "miss"):  # a rate of what never was is nought
            self.moments.labels(found)
        self.slow = Counter(
            "refrain_slow_connections", "Ended for their slowness.", registry=self.registry
        )
        self.turned_away = Counter(
            "refrain_refused_connections", "Beyond what may be open.", registry=self.registry
        )
        self.connections = _gauge("refrain_connections", "Connections that are open.", self)
        self.listening = _gauge(
            "refrain_listening", "Sessions that asked for media in the last ten seconds.", self
        )

    def gather(self, traffic: Traffic, presence: Presence, moments: Moments) -> None:
        """Take what connections counted since this was last done."""
        self.moments.labels("hit").inc(moments.hits)
        self.moments.labels("miss").inc(moments.misses)
        moments.hits, moments.misses = 0, 0
        for (method, status), number in traffic.answers.items():
            self.requests.labels(method, _OBJECT, status).inc(number)
        traffic.answers.clear()
        tally, traffic.tally = traffic.tally, [0] * len(traffic.tally)
        self.kinds.labels("media").add(tally, traffic.seconds)
        self.bytes.labels(_OBJECT).inc(traffic.bytes)
        self.slow.inc(traffic.slow)
        self.turned_away.inc(traffic.turned_away)
        traffic.seconds, traffic.bytes, traffic.slow, traffic.turned_away = 0.0, 0, 0, 0
        self.connections.set(len(self.doors.open) if self.doors else 0)
        self.listening.set(presence.listening)
        if self.copies is not None:
            self.copies.gather()

    async def run(self, traffic: Traffic, presence: Presence, moments: Moments) -> None:
        """Gather once a second, until cancelled: another process may be asked for all."""
        while True:
            await asyncio.sleep(_TURN_S)
            self.gather(traffic, presence, moments)

    def text(self, told: Collector) -> bytes:
        """Print all that the processes counted together, and what any of them would tell."""
        registry = self.registry
        if self._shared is not None:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, str(self._shared))  # type: ignore[no-untyped-call] # theirs
        once = CollectorRegistry()
        once.register(told)
        return generate_latest(registry) + generate_latest(once)


METRICS = web.AppKey("metrics", Metrics)
_BEGUN = web.RequestKey("begun", float)


@web.middleware
async def measured(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count every request by its route, never by its path."""
    metrics = request.app[METRICS]
    begun = request[_BEGUN] = time.perf_counter()
    response = await handler(request)
    resource = request.match_info.route.resource
    route = resource.canonical if resource else "none"
    metrics.requests.labels(request.method, route, response.status).inc()
    took_s = time.perf_counter() - begun
    metrics.seconds.labels(route).observe(took_s)
    metrics.kinds.labels(kind_of(route)).observe(took_s)
    metrics.bytes.labels(route).inc(response.body_length if response.prepared else 0)
    return response


async def timed(request: web.Request, response: web.StreamResponse) -> None:
    """Tell players how long it took to begin an answer (W3C Server Timing)."""
    begun = request.get(_BEGUN)
    if begun is not None:
        took_ms = (time.perf_counter() - begun) * 1000
        response.headers["Server-Timing"] = f"app;dur={took_ms:.1f}"


def kind_of(route: str) -> str:
    """Answer what sort of thing a route is about."""
    if route.startswith(("/media/", "/edge/")):
        return "media" if route.endswith(("{object}", ".mp4")) else "playlist"
    return "api" if route.startswith("/api/") else "page"


def _gauge(name: str, meaning: str, metrics: Metrics) -> Gauge:
    return Gauge(name, meaning, registry=metrics.registry, multiprocess_mode="livesum")
