"""Bytes of one stored object as an answer: whole, or the ranges that were asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from aiohttp import web

from base.errors import RefrainError
from base.storage.port import Key
from stream.keys import TOOLS
from stream.problems import problem
from stream.ranges import Decision, RequestHead, Resource, Span, decide

log = structlog.get_logger()

_REFUSALS = {
    412: ("precondition-failed", "The object is not the one that the request is about."),
    416: ("range-not-satisfiable", "The object ends before the bytes that were asked for."),
}

#: Told how many bytes from where went out, also when the caller went away in the middle.
OnSent = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An object in storage, as it is answered; `headers` are those beside the range's own."""

    key: Key
    resource: Resource
    headers: Mapping[str, str]


async def send(
    request: web.Request, stored: Stored, on_sent: OnSent = lambda _start, _length: None
) -> web.StreamResponse:
    """Answer the bytes that a request is about, or a problem."""
    decision = decide(_head(request), stored.resource)
    if decision.status in _REFUSALS:
        return _refusal(request, decision)
    headers = {**decision.headers, **stored.headers}
    response = web.StreamResponse(status=decision.status, headers=headers)
    await response.prepare(request)
    try:
        for span in decision.spans:
            await _send(request, response, span, key=stored.key, on_sent=on_sent)
        if decision.spans and decision.epilogue:
            await response.write(decision.epilogue)
        await response.write_eof()
    except ConnectionError:
        log.debug("caller went away", object=stored.key)
    except RefrainError:
        # The status is out already; a connection that breaks off is all that can still say it.
        log.exception("sending broke off", object=stored.key)
        if request.transport is not None:
            request.transport.abort()
    return response


def _head(request: web.Request) -> RequestHead:
    # A field may be sent in several lines, which mean the same as one (RFC 9110, 5.3).
    names = {name.lower() for name in request.headers}
    headers = {name: ", ".join(request.headers.getall(name)) for name in names}
    return RequestHead(method=request.method, headers=headers)


def _refusal(request: web.Request, decision: Decision) -> web.Response:
    code, sentence = _REFUSALS[decision.status]
    answer = problem(request, status=decision.status, code=code, sentence=sentence)
    for name, value in decision.headers.items():
        if not name.startswith("Content-") or name == "Content-Range":
            answer.headers[name] = value
    return answer


async def _send(
    request: web.Request, response: web.StreamResponse, span: Span, *, key: Key, on_sent: OnSent
) -> None:
    sent = 0
    try:
        if span.preamble:
            await response.write(span.preamble)
        storage = request.app[TOOLS].storage
        async for chunk in storage.read(key, start=span.start, length=span.length):
            await response.write(chunk)
            sent += len(chunk)
    finally:
        # What it got, it got.
        on_sent(span.start, sent)
