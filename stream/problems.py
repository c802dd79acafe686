"""Every error as a problem (RFC 9457): what happened, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from uuid import uuid4

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from pydantic import ValidationError

from base.errors import Refused, Unavailable
from catalog.denials import ScopeTooNarrow
from stream.keys import REQUEST_ID, TELL
from stream.media_headers import CROSS_ORIGIN

log = structlog.get_logger()

_RETRY_AFTER_S = 2
_NEVER_KEPT = {"Cache-Control": "no-store"}
_CHECKSUM_MISMATCH = 460
_BAD_REQUEST, _BROKEN = "bad-request", "broken"


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id, and turn what a handler raises into an answer."""
    request_id = uuid4().hex
    request[REQUEST_ID] = request_id
    with structlog.contextvars.bound_contextvars(request=request_id):
        try:
            response = await handler(request)
        except Exception as error:
            if isinstance(error, ConnectionError) and _is_gone(request):
                log.debug("caller went away", path=request.path)
                raise  # nobody is left to answer to, which aiohttp knows as well
            response = explain(request, error)
        if not response.prepared:
            response.headers["X-Request-Id"] = request_id
        log.debug("answered", method=request.method, path=request.path, status=response.status)
        return response


def _is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def problem(
    request: web.Request,
    *,
    status: int,
    code: str,
    sentence: str,
    members: Mapping[str, object] = MappingProxyType({}),
) -> web.Response:
    """Answer a problem document; `members` are added, or stand in for its own.

    What happened is told in the language that was asked for (RFC 9457, 3.1.4), if we have it.
    """
    said, language = request.app[TELL](request, sentence)
    document = {
        "type": f"urn:refrain:problem:{code}",
        "title": _title(status),
        "status": status,
        "detail": said,
        "instance": f"urn:refrain:request:{request[REQUEST_ID]}",
        **members,
    }
    # Pages of any origin play media, and should know why they cannot.
    headers = CROSS_ORIGIN if request.path.startswith(("/media/", "/edge/")) else {}
    answer = web.json_response(
        document,
        status=status,
        content_type="application/problem+json",
        headers={**_NEVER_KEPT, **headers},
    )
    if said != sentence:
        answer.headers[hdrs.CONTENT_LANGUAGE] = language
    return answer


def _title(status: int) -> str:
    # tus has a status of its own, for a checksum that does not match.
    return "Checksum Mismatch" if status == _CHECKSUM_MISMATCH else HTTPStatus(status).phrase


def explain(
    request: web.Request, error: Exception, members: Mapping[str, object] = MappingProxyType({})
) -> web.Response:
    """Answer an error as a problem document, and write down what is not the caller's to mend."""
    if isinstance(error, Refused):
        return _refusal(request, error, members)
    if isinstance(error, ValidationError):
        return problem(request, status=422, code=_BAD_REQUEST, sentence=sentence_of(error))
    if isinstance(error, web.HTTPException):
        return _http_answer(request, error)
    if isinstance(error, Unavailable):
        log.warning("unavailable", code=error.code, path=request.path)
        answer = problem(request, status=error.status, code=error.code, sentence=error.sentence)
        answer.headers["Retry-After"] = str(_RETRY_AFTER_S)
        return answer
    log.error("broken", path=request.path, exc_info=error)
    sentence = "Something went wrong on our side; it has been written down for us to mend."
    return problem(request, status=500, code=_BROKEN, sentence=sentence)


def code_of(error: Exception) -> str:
    """Answer the code of the problem that an error becomes."""
    if isinstance(error, (Refused, Unavailable)):
        return error.code
    if isinstance(error, ValidationError):
        return _BAD_REQUEST
    return _code_of_status(error.status) if isinstance(error, web.HTTPException) else _BROKEN


def _code_of_status(status: int) -> str:
    return HTTPStatus(status).name.lower().replace("_", "-")


def _refusal(request: web.Request, error: Refused, members: Mapping[str, object]) -> web.Response:
    # Who asks for too much would have much written down.
    say = log.debug if error.status == HTTPStatus.TOO_MANY_REQUESTS else log.info
    say("refused", code=error.code, path=request.path)
    answer = problem(
        request,
        status=error.status,
        code=error.code,
        sentence=error.sentence,
        members={**error.figures, **members},
    )
    if error.status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="refrain"'
    if isinstance(error, ScopeTooNarrow) and error.scope is not None:
        wanted = f'Bearer realm="refrain", error="insufficient_scope", scope="{error.scope}"'
        answer.headers["WWW-Authenticate"] = wanted
    if error.retry_after_s is not None:
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def _http_answer(request: web.Request, error: web.HTTPException) -> web.Response:
    if error.status < HTTPStatus.BAD_REQUEST:
        return error
    sentence = _explain(request, error)
    answer = problem(
        request, status=error.status, code=_code_of_status(error.status), sentence=sentence
    )
    if "Allow" in error.headers:
        answer.headers["Allow"] = error.headers["Allow"]
    return answer


def _explain(request: web.Request, error: web.HTTPException) -> str:
    match error.status:
        case HTTPStatus.NOT_FOUND:
            # As it was sent: encoded, nothing in it turns text around or ends a line.
            return f"There is nothing at {request.rel_url.raw_path}."
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return f"{request.method} is not possible here; try {error.headers['Allow']}."
        case _:
            return error.reason


def sentence_of(error: ValidationError) -> str:
    """Say all that is wrong with a body at once."""
    faults = (
        f"{'.'.join(str(part) for part in fault['loc']) or 'body'}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False)
    )
    return "; ".join(faults)
