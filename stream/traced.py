"""Requests as spans: those that change something, and with it set jobs going."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from aiohttp.typedefs import Handler

from base.tools import Tools
from base.tracing import current_trace
from catalog.traces import trace_of_upload
from stream.keys import REQUEST_ID, TOOLS

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
#: What players say every few seconds tells nothing new.
_UNTOLD = "/heartbeat"
_BROKEN = 500


@web.middleware
async def traced(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell of a request, as part of the trace that its caller names."""
    if request.method not in _CHANGING or request.path.endswith(_UNTOLD):
        return await handler(request)
    resource = request.match_info.route.resource
    route = resource.canonical if resource else "none"
    told = request.headers.get("traceparent")
    facts = {"http.request.method": request.method, "http.route": route}
    with request.app[TOOLS].tracing.span(
        f"{request.method} {route}", trace=told, facts=facts
    ) as span:
        response = await handler(request)
        span.note(
            {
                "http.response.status_code": response.status,
                "refrain.request": request.get(REQUEST_ID, ""),
            }
        )
        return response


async def tell_first_play(tools: Tools, play_id: UUID) -> None:
    """Tell of the first play of a track in the trace of its upload, and link the two."""
    opened = current_trace()
    if not tools.tracing.is_on or opened is None:
        return
    async with tools.database.read() as session:
        upload = await trace_of_upload(session, play_id)
    if upload is not None:
        facts = {"refrain.play": str(play_id)}
        with tools.tracing.span("first play", trace=upload, links=[opened], facts=facts):
            pass
