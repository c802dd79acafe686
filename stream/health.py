"""What operators and machines ask: is it up, can it work, what does it count."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from base.storage.port import checked
from catalog.jobs import counts
from stream.keys import PRESENCE, TOOLS, TRAFFIC
from stream.metrics import METRICS

_PROBE = checked("health/probe")


async def get_metrics(request: web.Request) -> web.Response:
    """Answer in the Prometheus text format, for all processes that share a port."""
    metrics = request.app[METRICS]
    async with request.app[TOOLS].database.read() as session:
        jobs = await counts(session)
    metrics.gather(request.app[TRAFFIC], request.app[PRESENCE])
    return web.Response(body=metrics.text(jobs), headers={"Content-Type": CONTENT_TYPE_LATEST})


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
