"""The way in for earlier clients: documents as they read them, and faults in their words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from pydantic import ValidationError

from base.errors import Refused, Unavailable
from stream.api.asking import require_text
from stream.keys import TELL
from stream.legacy.faults import fault
from stream.legacy.paging import Document
from stream.problems import code_of, sentence_of

log = structlog.get_logger()

PREFIX = "/api/v3/"
#: What there is no more, by the method and the address, and why.
ABSENT: web.AppKey[Mapping[str, str]] = web.AppKey("no more")
_HEADERS = {"Cache-Control": "no-store"}
_BROKEN = "Something went wrong on our side; it has been written down for us to mend."

Answer = Callable[[web.Request], Awaitable[Document | web.StreamResponse]]


@web.middleware
async def earlier(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell earlier clients in their own way what goes wrong."""
    if not request.path.startswith(PREFIX):
        return await handler(request)
    try:
        return await handler(request)
    except Exception as error:
        if isinstance(error, ConnectionError):
            raise  # nobody is left to answer to
        return _answer(request, error)


def answered(call: Answer) -> Handler:
    """Make a handler of what answers a document, or what is to be sent."""

    async def handle(request: web.Request) -> web.StreamResponse:
        for name, text in (*request.query.items(), *request.match_info.items()):
            require_text(name, [text])
        found = await call(request)
        if isinstance(found, web.StreamResponse):
            return found
        return web.json_response(dict(found), headers=_HEADERS)

    return handle


def is_of(asked: str, route: str) -> bool:
    """Whether a method and an address are those of a route: `GET tracks/{id}`."""
    said, wanted = asked.split("/"), route.split("/")
    return len(said) == len(wanted) and all(
        one == two or (two.startswith("{") and bool(one))
        for one, two in zip(said, wanted, strict=True)
    )


def _answer(request: web.Request, error: Exception) -> web.StreamResponse:
    match error:
        case Refused():
            return _refused(request, error)
        case Unavailable():
            log.warning("unavailable", code=error.code, path=request.path)
            return _told(request, error.status, error.code, error.sentence)
        case ValidationError():
            return _told(request, 422, code_of(error), sentence_of(error))
        case web.HTTPException():
            return _nothing(request, error) if error.status >= HTTPStatus.BAD_REQUEST else error
        case _:
            log.error("broken", path=request.path, exc_info=error)
            return _told(request, 500, "broken", _BROKEN)


def _refused(request: web.Request, error: Refused) -> web.Response:
    log.info("refused", code=error.code, path=request.path)
    response = _told(request, error.status, error.code, error.sentence)
    if error.retry_after_s is not None:
        response.headers[hdrs.RETRY_AFTER] = str(error.retry_after_s)
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers[hdrs.WWW_AUTHENTICATE] = 'Bearer realm="refrain"'
    return response


def _nothing(request: web.Request, error: web.HTTPException) -> web.Response:
    """Say that there is nothing here, and what to do instead if that was decided."""
    asked = f"{request.method} {request.path.removeprefix(PREFIX).rstrip('/')}"
    reasons = request.app[ABSENT].items()
    reason = next((reason for route, reason in reasons if is_of(asked, route)), None)
    said = reason or f"There is nothing at {request.rel_url.raw_path}."
    return _told(request, error.status, code_of(error), said)


def _told(request: web.Request, status: int, code: str, sentence: str) -> web.Response:
    said, _ = request.app[TELL](request, sentence)
    document = fault(status, code, said)
    return web.json_response(document, status=int(document["status"]), headers=_HEADERS)
