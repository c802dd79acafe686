"""Bytes of one stored object as an answer: whole, or the ranges that were asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog
from aiohttp import web

from base.errors import Broken, RefrainError
from base.storage.port import Key
from stream.hot import Bytes, Hot
from stream.keys import HOT
from stream.limits import spend
from stream.objects import Served
from stream.problems import problem
from stream.ranges import Decision, RequestHead, Resource, Span, decide

log = structlog.get_logger()

_REFUSALS = {
    412: ("precondition-failed", "The object is not the one that the request is about."),
    416: (
        "range-not-satisfiable",
        "The object ends before the bytes that were asked for, or they are in too many ranges.",
    ),
}

#: Told from where how many bytes went out, piece by piece: what went out is known if we are killed.
OnSent = Callable[[int, int], None]


class Answered(Protocol):
    """What is answered; `headers` are those beside the range's own, `key` is for the log."""

    @property
    def key(self) -> Key:
        """The object that it comes from."""

    @property
    def resource(self) -> Resource:
        """What ranges and conditions are about."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers beside the range's own."""

    def read(self, hot: Hot, start: int, length: int) -> AsyncIterator[Bytes]:
        """Answer some of its bytes in pieces; raises as the storage does."""

    def look_ahead(self, hot: Hot, span: Span) -> None:
        """Prepare for what is asked for next, probably."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An object as it is."""

    served: Served
    headers: Mapping[str, str]

    @property
    def key(self) -> Key:
        """Its name in the storage."""
        return self.served.key

    @property
    def resource(self) -> Resource:
        """What it is."""
        return self.served.resource

    def read(self, hot: Hot, start: int, length: int) -> AsyncIterator[Bytes]:
        """Answer its bytes."""
        return hot.read(self.served, start, length)

    def look_ahead(self, hot: Hot, span: Span) -> None:
        """Fetch the next fragment, where that takes time."""
        hot.look_ahead(self.served, span.start, span.length)


def is_sent(request: web.Request, stored: Answered) -> bool:
    """Whether the answer to a request has bytes of it: not to HEAD, nor where they are known."""
    return bool(decide(_head(request), stored.resource).spans)


async def send(
    request: web.Request, stored: Answered, on_sent: OnSent = lambda _start, _length: None
) -> web.StreamResponse:
    """Answer the bytes that a request is about, or a problem."""
    decision = decide(_head(request), stored.resource)
    if decision.status in _REFUSALS:
        return _refusal(request, decision)
    hot = request.app[HOT]
    bodies = [stored.read(hot, span.start, span.length) for span in decision.spans]
    if bodies:
        # What cannot be had is said while there is a status to say it with.
        bodies[0] = await _begun(bodies[0])
        stored.look_ahead(hot, decision.spans[-1])

    def went_out(start: int, length: int) -> None:
        spend(request, length)
        on_sent(start, length)

    headers = {**decision.headers, **stored.headers}
    response = web.StreamResponse(status=decision.status, headers=headers)
    try:
        await response.prepare(request)
        for span, body in zip(decision.spans, bodies, strict=True):
            await _send(response, span, body, on_sent=went_out)
        if decision.spans and decision.epilogue:
            await response.write(decision.epilogue)
        await response.write_eof()
    except ConnectionError:
        log.debug("caller went away", object=stored.key)
    except RefrainError as error:
        # The status is out already; a connection that breaks off is all that can still say it.
        log.warning("sending broke off", object=stored.key, error=str(error))
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


async def _begun(body: AsyncIterator[Bytes]) -> AsyncIterator[Bytes]:
    """Wait for the first piece, and answer all of them."""
    first = await anext(body, b"")

    async def pieces() -> AsyncIterator[Bytes]:
        if first:
            yield first
        async for piece in body:
            yield piece

    return pieces()


async def _send(
    response: web.StreamResponse, span: Span, body: AsyncIterator[Bytes], *, on_sent: OnSent
) -> None:
    sent = 0
    if span.preamble:
        await response.write(span.preamble)
    async for piece in body:
        await response.write(piece)
        on_sent(span.start + sent, len(piece))
        sent += len(piece)
    if sent < span.length:
        raise Broken("object-short", f"An object ends before byte {span.start + span.length}.")
