"""What browsers are told about the interface from pages of other sites (CORS).

Anyone's page may speak to us with a token that its user gave it; cookies are not let through, so no
page does anything in the name of who happens to be signed in here. Uploads have their own
(`ingest.protocol.cors`), for their own headers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aiohttp import web
from aiohttp.typedefs import Handler

_API = "/api/"
_ASKED = (
    *("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"),
    *("Last-Event-ID", "Range", "Refrain-Acting-For", "X-Refrain-Seal", "X-Request-ID"),
)
_TOLD = (
    *("Content-Disposition", "Deprecation", "ETag", "Link", "Location", "RateLimit"),
    *("RateLimit-Policy", "Retry-After", "Sunset", "WWW-Authenticate", "X-Request-Id"),
)
#: Of every answer that says nothing else.
ANSWER: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": ", ".join(_TOLD),
}
_DAY_S = 86_400
_METHODS = frozenset({"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"})


def preflight(methods: Iterable[str]) -> dict[str, str]:
    """Answer what may be done at an address, for clients and for browsers."""
    allowed = ", ".join(sorted({*methods, "OPTIONS"}))
    return {
        **ANSWER,
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": ", ".join(_ASKED),
        "Access-Control-Max-Age": str(_DAY_S),
    }


@web.middleware
async def crossing(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer OPTIONS of every address of the interface that has no answer of its own.

    Of one that there is not, browsers are let through: what they are told there, and do instead, no
    page could read otherwise.
    """
    found = request.match_info.http_exception
    is_asked = request.method == "OPTIONS" and request.path.startswith(_API)
    if is_asked and isinstance(found, web.HTTPMethodNotAllowed):
        return web.Response(status=204, headers=preflight(found.allowed_methods))
    wanted = request.headers.get("Access-Control-Request-Method", "")
    if is_asked and isinstance(found, web.HTTPNotFound) and wanted in _METHODS:
        return web.Response(status=204, headers=preflight([wanted]))
    return await handler(request)


async def tell_others(request: web.Request, response: web.StreamResponse) -> None:
    """Let pages of other sites read an answer of the interface."""
    if request.path.startswith(_API):
        for name, value in ANSWER.items():
            response.headers.setdefault(name, value)
