"""The way in for programs that speak to ListenBrainz: who they are, and faults in its words."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from pydantic import ValidationError

from base.errors import Refused, Unavailable
from stream.identity.callers import SHOWN
from stream.keys import TOOLS
from stream.limits import LIMITS, address_of

log = structlog.get_logger()

PREFIX = "/1/"
_KINDS = frozenset({"token", "bearer"})
_BROKEN = "Something went wrong on our side; it has been written down for us to mend."


@web.middleware
async def scrobblers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let programs in by their token alone, and tell them in their own way what goes wrong."""
    if not request.path.startswith(PREFIX):
        return await handler(request)
    request[SHOWN] = token_in(request.headers.get(hdrs.AUTHORIZATION, ""))
    try:
        response = await handler(request)
    except Exception as error:
        if isinstance(error, ConnectionError):
            raise  # nobody is left to answer to
        response = _fault(request, error)
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = "*"
    _tell_limits(request, response)
    return response


def token_in(said: str) -> str:
    """Read the token of a field that says `Token …`; a page's cookie is none here."""
    kind, _, token = said.partition(" ")
    return token.strip() if kind.lower() in _KINDS else ""


def told(status: int, sentence: str) -> web.Response:
    """Say what went wrong, as ListenBrainz does."""
    return web.json_response({"code": int(status), "error": sentence}, status=status)


def _fault(request: web.Request, error: Exception) -> web.StreamResponse:
    match error:
        case Refused():
            log.info("refused", code=error.code, path=request.path)
            response = told(error.status, error.sentence)
            if error.retry_after_s is not None:
                response.headers[hdrs.RETRY_AFTER] = str(error.retry_after_s)
            return response
        case Unavailable():
            log.warning("unavailable", code=error.code, path=request.path)
            return told(error.status, error.sentence)
        case ValidationError():
            first = error.errors(include_url=False, include_input=False)[0]
            return told(HTTPStatus.BAD_REQUEST, f"{first['loc']}: {first['msg']}")
        case web.HTTPException():
            return told(error.status, error.reason or "There is nothing here.")
        case _:
            log.error("broken", path=request.path, exc_info=error)
            return told(HTTPStatus.INTERNAL_SERVER_ERROR, _BROKEN)


def _tell_limits(request: web.Request, response: web.StreamResponse) -> None:
    """Say what is left of what one address may ask, in the fields of ListenBrainz."""
    now_s = asyncio.get_running_loop().time()
    left = request.app[LIMITS].addresses.left(address_of(request), now_s)
    if left is None:
        return
    response.headers["X-RateLimit-Limit"] = str(left.most)
    response.headers["X-RateLimit-Remaining"] = str(left.requests)
    response.headers["X-RateLimit-Reset-In"] = str(left.whole_in_s)
    whole_at = request.app[TOOLS].clock().timestamp() + left.whole_in_s
    response.headers["X-RateLimit-Reset"] = str(int(whole_at))
