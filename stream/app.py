"""The application: one, with its routes, its middlewares and what it keeps."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog
from aiohttp import web

from accounting.payments.providers import providers_of
from accounting.proofs import Tiles
from base.errors import Broken, Unavailable
from base.settings import Settings
from base.ticket_secrets import ticket_secrets
from base.tools import Tools
from catalog.permissions import Permission
from ingest.ddex.arriving.rooms import Rooms
from ingest.desk import Desk, open_desk
from stream import media
from stream.api.archived import READING, Readers
from stream.api.calling import called
from stream.api.crossing import crossing, tell_others
from stream.api.inboxes import ROOMS
from stream.api.routes import api_routes, openapi
from stream.cache_metrics import CacheMetrics
from stream.connection import Doors
from stream.edge import Edge
from stream.evidence import Deliveries
from stream.feed import Feed
from stream.front import Front
from stream.fronts import Fronts
from stream.grants import Grants
from stream.guard import NEEDS, Need, guarded, place, place_static
from stream.health import get_healthz, get_metrics, get_readyz
from stream.heard import FRONTS
from stream.hot import HotCopies, hot_objects
from stream.identity.hashing import Hashing
from stream.identity.keys import HASHING, TRIES
from stream.identity.oidc.endpoints import preflight
from stream.identity.oidc.keys import OPENID_KEYS, Keys
from stream.identity.oidc.routes import protocol_routes
from stream.identity.tries import Tries
from stream.identity.uses import USES, Uses
from stream.keys import (
    ASSETS,
    DELIVERIES,
    DESK,
    EDGE,
    FEED,
    GRANTS,
    HOT,
    MOMENTS,
    OFFLOAD,
    ORIGIN,
    PRESENCE,
    PROVIDERS,
    SECRETS,
    TELL,
    TILES,
    TOOLS,
    TRAFFIC,
)
from stream.legacy.absent import ABSENT as NO_ROUTES
from stream.legacy.door import ABSENT as NO_MORE
from stream.legacy.door import PREFIX as EARLIER
from stream.legacy.door import earlier
from stream.legacy.routes import routes as earlier_routes
from stream.limits import LIMITS, Limits, limited, tell_limits
from stream.listenbrainz.door import scrobblers
from stream.listenbrainz.routes import routes as listenbrainz_routes
from stream.listening import BACKLOG, Shared, address_of, listen, room_for_connections
from stream.metrics import METRICS, Metrics, measured, timed
from stream.moments import Moments
from stream.offload import offload_of
from stream.pages.assets import DIST, load_assets, load_shell, tell_how_long
from stream.pages.errors import error_pages
from stream.pages.language import told_in
from stream.pages.navigation import built
from stream.pages.render import PLACES, SHELL
from stream.pages.routes import page_routes
from stream.presence import Presence
from stream.problems import problems
from stream.shields import shield
from stream.subsonic.calls import ABSENT, CALLS
from stream.subsonic.door import ABSENT as NO_CALLS
from stream.subsonic.door import PREFIX, answered, players
from stream.subsonic.everybody import LISTED, Listed
from stream.traced import traced
from stream.traffic import Traffic

log = structlog.get_logger()

_TICKET = "/media/{ticket:[A-Za-z0-9_-]+}"
_RUNG = "{rung:[a-z0-9-]+}"
_EDGE = "/edge/{ticket:[A-Za-z0-9_-]+}/{until:[0-9]{1,12}}/{seal:[A-Za-z0-9_-]+}/{tag:[a-z0-9-]+}"
_OBJECT = "{object:[a-z0-9-]+(?:[.][0-9]{1,6})?[.]mp4}"


_MEDIA = {
    f"{_TICKET}/multivariant.m3u8": media.get_multivariant,
    f"{_TICKET}/manifest.mpd": media.get_mpd,
    f"{_TICKET}/{_RUNG}.m3u8": media.get_playlist,
    f"{_TICKET}/{_OBJECT}": media.get_object,
    f"{_EDGE}/{_OBJECT}": media.get_edge_object,
}
_MEDIA_NEED, _SITE = Need(permission=Permission.MEDIA), Need(permission=Permission.SITE)
#: New objects until Python looks for rings among them; the default is every fourth answer.
_COLLECTED_AFTER = 20_000
_AGAIN_S = 1.0
#: From the outermost to what is asked last.
_MIDDLEWARES = (
    *(
        measured,
        traced,
        problems,
        error_pages,
        crossing,
        scrobblers,
        earlier,
        limited,
        players,
        guarded,
    ),
)


def make_app(
    tools: Tools, desk: Desk, *, origin: str = "", metrics_dir: Path | None = None
) -> web.Application:
    """Answer an application that is ready to be served, at `origin` unless another is public."""
    # A master is streamed, never held: what is held is a small document.
    app = web.Application(middlewares=_MIDDLEWARES, client_max_size=1 << 20)
    app[NEEDS] = {}
    app[TOOLS] = tools
    app[DESK] = desk
    app[PROVIDERS] = providers_of(tools.settings)
    app[SECRETS] = ticket_secrets(tools.settings)
    app[OPENID_KEYS] = Keys(tools, app[SECRETS])
    app[GRANTS] = Grants(tools, app[SECRETS])
    app[HOT] = hot = hot_objects(tools.storage, tools.settings)
    app[TRAFFIC] = Traffic()
    app[DELIVERIES] = Deliveries(tools.settings.data_dir / "spool")
    app[PRESENCE] = Presence(tools)
    app[OFFLOAD] = offload_of(tools.settings, tools.storage)
    app[EDGE] = _edge(tools.settings)
    app[LIMITS] = Limits(tools.settings)
    app[FEED] = Feed()
    app[MOMENTS] = Moments(tools.settings.public_moment_s)
    app[USES] = Uses()
    app[METRICS] = Metrics(metrics_dir)
    if isinstance(hot, HotCopies):
        app[METRICS].copies = CacheMetrics(hot.cache, app[METRICS].registry)
    app[TILES] = Tiles()
    app[READING] = Readers()
    app[ROOMS] = Rooms(
        file_bytes=tools.settings.upload_limit_bytes,
        inbox_bytes=tools.settings.ddex_inbox_limit_bytes,
    )
    app[ASSETS], app[SHELL] = load_assets(), load_shell()
    app[TELL] = told_in
    app[ORIGIN] = (tools.settings.public_url or origin).rstrip("/")
    app[FRONTS] = Fronts(tools.valkey)
    app[LISTED] = Listed(tools.database, tools.clock)
    app[HASHING], app[TRIES] = Hashing(tools.settings), Tries(tools)
    app.cleanup_ctx.extend(
        (_flushing, _noting, _feeding, _forgetting, _counting, _gathering, _fetching)
    )
    app.on_shutdown.append(_let_watchers_go)
    app.on_response_prepare.extend((timed, tell_limits, tell_others, tell_how_long, shield))
    _add_api(app, desk)
    _add_pages(app)
    _add_openid(app)
    _add_players(app)
    _add_earlier(app)
    _add_scrobblers(app)
    for path, handler in _MEDIA.items():
        place(app, "GET", path, handler, need=_MEDIA_NEED)
        place(app, "OPTIONS", path, media.preflight, need=_MEDIA_NEED)
    place(app, "GET", "/healthz", get_healthz, need=Need(permission=Permission.HEALTH))
    place(app, "GET", "/readyz", get_readyz, need=Need(permission=Permission.HEALTH))
    place(app, "GET", "/metrics", get_metrics, need=Need(permission=Permission.METRICS))
    return app


def _edge(settings: Settings) -> Edge | None:
    secret = settings.edge_secret.get_secret_value()
    lifetime = timedelta(seconds=settings.ticket_lifetime_s)
    return Edge(secret=secret, url=settings.edge_url, lifetime=lifetime) if secret else None


@asynccontextmanager
async def serving(
    tools: Tools, *, host: str, port: int, shared: Shared | None = None
) -> AsyncIterator[str]:
    """Listen while the block lasts, where others do as well if told so; answer the address."""
    async with open_desk(tools) as desk:
        sock = shared.listening if shared else listen(host, port)
        origin = tools.settings.public_url or address_of(sock, host)
        metrics_dir = shared.metrics_dir if shared else None
        app = make_app(tools, desk, origin=origin, metrics_dir=metrics_dir)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=tools.settings.drain_s)
        await runner.setup()
        try:
            async with _listening(app, runner, sock):
                yield origin
        finally:
            await runner.cleanup()


@asynccontextmanager
async def _listening(
    app: web.Application, runner: web.AppRunner, sock: socket.socket
) -> AsyncIterator[None]:
    if runner.server is None:
        raise Broken("not-set-up", "The server was not set up before it should listen.")
    front = Front(
        grants=app[GRANTS],
        hot=app[HOT],
        deliveries=app[DELIVERIES],
        traffic=app[TRAFFIC],
        limits=app[LIMITS],
        presence=app[PRESENCE],
        offload=app[OFFLOAD],
    )
    doors = app[METRICS].doors = Doors(front, runner.server, most=room_for_connections())
    server = await asyncio.get_running_loop().create_server(doors, sock=sock, backlog=BACKLOG)
    # What is there now stays, and need not be looked through again and again; what comes, goes.
    gc.freeze()
    gc.set_threshold(_COLLECTED_AFTER)
    try:
        async with beside(doors.sweep):
            yield
    finally:
        server.close()
        await doors.drained(app[TOOLS].settings.drain_s)


def _add_api(app: web.Application, desk: Desk) -> None:
    routes = api_routes(desk)
    for route in routes:
        need = Need(permission=route.needs, asks_itself=route.asks_itself)
        place(app, route.method, route.path, called(route), need=need, on_expect=route.on_expect)

    async def get_openapi(request: web.Request) -> web.Response:
        del request
        return openapi(routes)

    place(app, "GET", "/api/openapi.json", get_openapi, need=_SITE)


def _add_pages(app: web.Application) -> None:
    pages = page_routes()
    app[PLACES] = built(pages)
    for one in pages:
        need = Need(permission=one.needs, is_page=True)
        place(app, one.method, one.path, one.handler, need=need)
    if DIST.exists():
        place_static(app, "/assets", DIST, need=_SITE)


def _add_openid(app: web.Application) -> None:
    need = Need(permission=Permission.OPENID)
    for one in protocol_routes():
        for method, handler in one.handlers.items():
            place(app, method, one.path, handler, need=need)
        place(app, "OPTIONS", one.path, preflight, need=need)


def _add_players(app: web.Application) -> None:
    app[NO_CALLS] = ABSENT
    for name, one in CALLS.items():
        handler, need = answered(one.call), Need(permission=one.needs)
        for path in (f"{PREFIX}{name}", f"{PREFIX}{name}.view"):
            for method in ("GET", "POST"):
                place(app, method, path, handler, need=need)


def _add_earlier(app: web.Application) -> None:
    app[NO_MORE] = NO_ROUTES
    for one in earlier_routes():
        need = Need(permission=one.needs)
        place(app, one.method, f"{EARLIER}{one.path}", one.handler, need=need)


def _add_scrobblers(app: web.Application) -> None:
    for one in listenbrainz_routes():
        place(app, one.method, one.path, one.handler, need=Need(permission=one.needs))


async def _flushing(app: web.Application) -> AsyncIterator[None]:
    deliveries, tools = app[DELIVERIES], app[TOOLS]
    async with beside(partial(deliveries.run, tools)):
        yield
    await deliveries.end(tools)


async def _noting(app: web.Application) -> AsyncIterator[None]:
    async with beside(partial(app[USES].run, app[TOOLS])):
        yield
    with suppress(Unavailable):  # when somebody was last here is not worth a delay
        await app[USES].write(app[TOOLS])


async def _feeding(app: web.Application) -> AsyncIterator[None]:
    async with beside(partial(app[FEED].run, app[TOOLS])):
        yield


async def _forgetting(app: web.Application) -> AsyncIterator[None]:
    async with beside(app[GRANTS].run):
        yield


async def _fetching(app: web.Application) -> AsyncIterator[None]:
    async with beside(app[HOT].run):
        yield
    await app[HOT].close()


async def _counting(app: web.Application) -> AsyncIterator[None]:
    async with beside(app[PRESENCE].run):
        yield


async def _gathering(app: web.Application) -> AsyncIterator[None]:
    metrics, told = app[METRICS], (app[TRAFFIC], app[PRESENCE], app[MOMENTS])
    async with beside(partial(metrics.run, *told)):
        yield


async def _let_watchers_go(app: web.Application) -> None:
    app[FEED].close()


@asynccontextmanager
async def beside(
    work: Callable[[], Coroutine[None, None, None]], *, again_s: float = _AGAIN_S
) -> AsyncIterator[None]:
    """Let work go on until the block ends; what fails begins again.

    Nobody waits for it, who would notice that it ended.
    """
    task = asyncio.create_task(_going_on(work, again_s))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _going_on(work: Callable[[], Coroutine[None, None, None]], again_s: float) -> None:
    while True:
        try:
            await work()
        except (
            Exception
        ):  # whatever it is: it is written down, and without the work all would go on
            log.exception("what goes on beside the requests failed", work=repr(work))
        await asyncio.sleep(again_s)
