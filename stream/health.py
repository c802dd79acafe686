"""What operators and machines ask: is it up, can it work, what does it count."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from catalog.fleet import at_work
from stream.fleet import see, storage_answers
from stream.fleet_metrics import FleetMetrics
from stream.keys import MOMENTS, PRESENCE, TOOLS, TRAFFIC
from stream.metrics import METRICS


async def get_metrics(request: web.Request) -> web.Response:
    """Answer in the Prometheus text format, for all processes that share a port.

    What is away is said to be: then, too, there is an answer.
    """
    metrics = request.app[METRICS]
    seen = await see(request.app[TOOLS])
    app = request.app
    metrics.gather(app[TRAFFIC], app[PRESENCE], app[MOMENTS])
    body = metrics.text(FleetMetrics(seen))
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


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
        await at_work(session, now=tools.clock())
    await storage_answers(tools)
    return web.json_response({"status": "ready"})
