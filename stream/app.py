"""The application: one, with its routes, its middlewares and what it keeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress

from aiohttp import web

from base.settings import ticket_secret
from base.tools import Tools
from ingest.desk import Desk
from stream import media
from stream.api.routes import api_routes, openapi
from stream.evidence import Deliveries
from stream.feed import Feed
from stream.health import METRICS, Metrics, get_healthz, get_metrics, get_readyz, measured
from stream.keys import ASSETS, DELIVERIES, DESK, FEED, SECRETS, TOOLS
from stream.pages.assets import load_assets
from stream.pages.routes import error_pages, page_routes
from stream.problems import problems

_TICKET = "/media/{ticket:[A-Za-z0-9_-]+}"
_RUNG = "{rung:[a-z0-9-]+}"
_NUMBER = "{number:[0-9]{1,6}}"
#: A master comes in large pieces, of which two may wait while one is stored.
_READ_BYTES = 1 << 18


def make_app(tools: Tools, desk: Desk) -> web.Application:
    """Answer an application that is ready to be served."""
    # A master is streamed, never held: what is held is a small document.
    app = web.Application(middlewares=[measured, problems, error_pages], client_max_size=1 << 20)
    app[TOOLS] = tools
    app[DESK] = desk
    app[SECRETS] = (ticket_secret(tools.settings),)
    app[DELIVERIES] = Deliveries()
    app[FEED] = Feed()
    app[METRICS] = Metrics()
    app[ASSETS] = load_assets()
    app.cleanup_ctx.extend((_flushing, _feeding))
    app.on_shutdown.append(_let_watchers_go)
    _add_api(app, desk)
    app.router.add_get(f"{_TICKET}/multivariant.m3u8", media.get_multivariant)
    app.router.add_get(f"{_TICKET}/manifest.mpd", media.get_mpd)
    app.router.add_get(f"{_TICKET}/{_RUNG}.m3u8", media.get_playlist)
    app.router.add_get(f"{_TICKET}/{_RUNG}.mp4", media.get_object)
    app.router.add_get(f"{_TICKET}/{_RUNG}.{_NUMBER}.mp4", media.get_part)
    app.router.add_get("/healthz", get_healthz)
    app.router.add_get("/readyz", get_readyz)
    app.router.add_get("/metrics", get_metrics)
    app.router.add_routes(page_routes())
    return app


async def serve(tools: Tools, desk: Desk, *, host: str, port: int) -> tuple[web.AppRunner, str]:
    """Listen; answer the running application and its address."""
    # A slow player does not hold up the end for longer than this, in seconds.
    runner = web.AppRunner(
        make_app(tools, desk), access_log=None, shutdown_timeout=5, read_bufsize=_READ_BYTES
    )
    await runner.setup()
    site = web.TCPSite(runner, host, port, reuse_port=None)
    await site.start()
    address = runner.addresses[0]
    name = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return runner, tools.settings.public_url or f"http://{name}:{address[1]}"


def _add_api(app: web.Application, desk: Desk) -> None:
    routes = api_routes(desk)
    for route in routes:
        if route.method == "GET":
            app.router.add_get(route.path, route.handler)  # and HEAD
        else:
            app.router.add_route(
                route.method, route.path, route.handler, expect_handler=route.on_expect
            )

    async def get_openapi(request: web.Request) -> web.Response:
        del request
        return openapi(routes)

    app.router.add_get("/api/openapi.json", get_openapi)


async def _flushing(app: web.Application) -> AsyncIterator[None]:
    tools = app[TOOLS]
    async with _beside(app[DELIVERIES].run(tools.database, tools.clock)):
        yield


async def _feeding(app: web.Application) -> AsyncIterator[None]:
    async with _beside(app[FEED].run(app[TOOLS])):
        yield


async def _let_watchers_go(app: web.Application) -> None:
    app[FEED].close()


@asynccontextmanager
async def _beside(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Let work go on until the block ends."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
