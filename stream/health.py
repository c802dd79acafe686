"""What operators and machines ask: is it up, can it work, what does it count."""

from __future__ import annotations

import time

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from base.storage.port import checked
from catalog.jobs import counts
from stream.keys import TOOLS

_PROBE = checked("health/probe")


class Metrics:
    """The counters of one application; nothing is global, so two can run in one process."""

    def __init__(self) -> None:
        """Begin at nothing."""
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
        self.bytes = Counter(
            "refrain_http_response_bytes", "Bytes of answers.", ["route"], registry=self.registry
        )
        self.jobs = Gauge(
            "refrain_jobs", "Jobs by lane and state.", ["lane", "state"], registry=self.registry
        )


METRICS = web.AppKey("metrics", Metrics)


@web.middleware
async def measured(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count every request by its route, never by its path."""
    metrics = request.app[METRICS]
    begun = time.perf_counter()
    response = await handler(request)
    resource = request.match_info.route.resource
    route = resource.canonical if resource else "none"
    metrics.requests.labels(request.method, route, response.status).inc()
    metrics.seconds.labels(route).observe(time.perf_counter() - begun)
    metrics.bytes.labels(route).inc(response.body_length if response.prepared else 0)
    return response


async def get_metrics(request: web.Request) -> web.Response:
    """Answer in the Prometheus text format."""
    metrics = request.app[METRICS]
    async with request.app[TOOLS].database.read() as session:
        jobs = await counts(session)
    metrics.jobs.clear()
    for (lane, state), number in jobs.items():
        metrics.jobs.labels(lane, state).set(number)
    return web.Response(
        body=generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


async def get_healthz(request: web.Request) -> web.Response:
    """Answer that this process lives."""
    del request
    return web.json_response({"status": "up"})


async def get_readyz(request: web.Request) -> web.Response:
    """Answer whether the database and the storage can be reached.

    Raises:
        Unavailable: one of them cannot, which the answer says.

    """
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        await counts(session)
    await tools.storage.stat(_PROBE)
    return web.json_response({"status": "ready"})
