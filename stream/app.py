"""The application: one, with its routes, its middlewares and what it keeps."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress

from aiohttp import web

from base.errors import Broken
from base.settings import ticket_secret
from base.tools import Tools
from ingest.desk import Desk, open_desk
from stream import media
from stream.api.routes import api_routes, openapi
from stream.connection import Doors
from stream.evidence import Deliveries
from stream.feed import Feed
from stream.front import Front
from stream.grants import Grants
from stream.health import METRICS, Metrics, get_healthz, get_metrics, get_readyz, measured
from stream.hot import Hot
from stream.keys import ASSETS, DELIVERIES, DESK, FEED, GRANTS, HOT, SECRETS, TOOLS, TRAFFIC
from stream.pages.assets import load_assets
from stream.pages.routes import error_pages, page_routes
from stream.problems import problems
from stream.traffic import Traffic

_TICKET = "/media/{ticket:[A-Za-z0-9_-]+}"
_RUNG = "{rung:[a-z0-9-]+}"
_OBJECT = "{object:[a-z0-9-]+(?:[.][0-9]{1,6})?[.]mp4}"


_MEDIA = {
    f"{_TICKET}/multivariant.m3u8": media.get_multivariant,
    f"{_TICKET}/manifest.mpd": media.get_mpd,
    f"{_TICKET}/{_RUNG}.m3u8": media.get_playlist,
    f"{_TICKET}/{_OBJECT}": media.get_object,
}
#: A slow player does not hold up the end for longer than this, in seconds.
_PATIENCE_S = 5.0
#: New objects until Python looks for rings among them; the default is every fourth answer.
_COLLECTED_AFTER = 20_000
#: Connections that may wait to be taken, when a thousand players come back at once.
_BACKLOG = 1024


def make_app(tools: Tools, desk: Desk) -> web.Application:
    """Answer an application that is ready to be served."""
    # A master is streamed, never held: what is held is a small document.
    app = web.Application(middlewares=[measured, problems, error_pages], client_max_size=1 << 20)
    app[TOOLS] = tools
    app[DESK] = desk
    app[SECRETS] = (ticket_secret(tools.settings),)
    app[GRANTS] = Grants(tools, app[SECRETS])
    app[HOT] = Hot(tools.storage)
    app[TRAFFIC] = Traffic()
    app[DELIVERIES] = Deliveries(tools.settings.data_dir / "spool")
    app[FEED] = Feed()
    app[METRICS] = Metrics()
    app[ASSETS] = load_assets()
    app.cleanup_ctx.extend((_flushing, _feeding, _forgetting))
    app.on_shutdown.append(_let_watchers_go)
    _add_api(app, desk)
    for path, handler in _MEDIA.items():
        app.router.add_get(path, handler)
        app.router.add_route("OPTIONS", path, media.preflight)
    app.router.add_get("/healthz", get_healthz)
    app.router.add_get("/readyz", get_readyz)
    app.router.add_get("/metrics", get_metrics)
    app.router.add_routes(page_routes())
    return app


@asynccontextmanager
async def serving(tools: Tools, *, host: str, port: int) -> AsyncIterator[str]:
    """Listen while the block lasts; answer the address."""
    async with open_desk(tools) as desk:
        app = make_app(tools, desk)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_PATIENCE_S)
        await runner.setup()
        try:
            async with _listening(app, runner, host=host, port=port) as listening:
                yield tools.settings.public_url or listening
        finally:
            await runner.cleanup()


@asynccontextmanager
async def _listening(
    app: web.Application, runner: web.AppRunner, *, host: str, port: int
) -> AsyncIterator[str]:
    if runner.server is None:
        raise Broken("not-set-up", "The server was not set up before it should listen.")
    front = Front(
        grants=app[GRANTS], hot=app[HOT], deliveries=app[DELIVERIES], traffic=app[TRAFFIC]
    )
    doors = Doors(front, runner.server)
    server = await asyncio.get_running_loop().create_server(doors, host, port, backlog=_BACKLOG)
    # What is there now stays, and need not be looked through again and again; what comes, goes.
    gc.freeze()
    gc.set_threshold(_COLLECTED_AFTER)
    try:
        async with _beside(doors.sweep()):
            name = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared
            yield f"http://{name}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await doors.drained(_PATIENCE_S)


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
    async with _beside(app[DELIVERIES].run(app[TOOLS])):
        yield


async def _feeding(app: web.Application) -> AsyncIterator[None]:
    async with _beside(app[FEED].run(app[TOOLS])):
        yield


async def _forgetting(app: web.Application) -> AsyncIterator[None]:
    async with _beside(app[GRANTS].run()):
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
