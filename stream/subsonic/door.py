"""The way in for players: what they ask with, who they are, and answers that they understand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from base.errors import Refused, Unavailable
from stream.identity.callers import SHOWN
from stream.keys import SECRETS, TELL, TOOLS
from stream.subsonic.answers import Content, Form, Written, answer, failure, form_of, write
from stream.subsonic.entry import Proof, secret_of, shown
from stream.subsonic.faults import Code, Fault, number_of
from stream.subsonic.parameters import Parameters

log = structlog.get_logger()

PREFIX = "/rest/"
#: Calls that there are not, and why.
ABSENT: web.AppKey[Mapping[str, str]] = web.AppKey("absent")
#: What a player asks with.
ASKED = web.RequestKey("asked", Parameters)
_FORM_POSTED = "application/x-www-form-urlencoded"
_BROKEN = "Something went wrong on our side; it has been written down for us to mend."
_HEADERS = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}

Call = Callable[[web.Request], Awaitable[Content | web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spoken:
    """How somebody wants to be answered."""

    form: Form = Form.XML
    callback: str = ""


@web.middleware
async def players(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let players in by what they show, and tell them in their own way what goes wrong."""
    if not request.path.startswith(PREFIX):
        return await handler(request)
    spoken = _Spoken()
    try:
        asked = request[ASKED] = await _asked(request)
        spoken = _spoken(asked)
        await _let_show(request, asked)
        return await handler(request)
    except (Refused, Unavailable, web.HTTPException) as error:
        return _fault(request, error, spoken)
    except Exception as error:
        if isinstance(error, ConnectionError):
            raise  # nobody is left to answer to
        log.exception("broken", path=request.path)
        return _written(failure(Code.GENERIC, _BROKEN), spoken, is_ok=False)


def answered(call: Call) -> Handler:
    """Make of a call, that answers a document or what is to be sent, a handler."""

    async def handle(request: web.Request) -> web.StreamResponse:
        found = await call(request)
        if isinstance(found, web.StreamResponse):
            return found
        return _written(found, _spoken(request[ASKED]))

    return handle


async def written_once(
    request: web.Request, tell: Callable[[], Content], written: dict[tuple[str, Form], Written]
) -> web.StreamResponse | Content:
    """Answer a call with what was written of it before, or write it, where it is long, elsewhere.

    What is told has to be the same for everybody. By JSONP it is written each time.
    """
    spoken, name = _spoken(request[ASKED]), request.path.removesuffix(".view")
    if spoken.form is Form.JSONP:
        return tell()
    found = written.get((name, spoken.form))
    if found is None:
        found = await asyncio.to_thread(lambda: write(_enveloped(tell()), spoken.form))
        written[name, spoken.form] = found
    return _sent(found)


def _spoken(asked: Parameters) -> _Spoken:
    return _Spoken(form=form_of(asked.get("f")), callback=asked.get("callback"))


async def _asked(request: web.Request) -> Parameters:
    pairs = list(request.query.items())
    if request.method == hdrs.METH_POST and request.content_type == _FORM_POSTED:
        posted = await request.post()
        pairs += [(name, value) for name, value in posted.items() if isinstance(value, str)]
    return Parameters(pairs)


async def _let_show(request: web.Request, asked: Parameters) -> None:
    """Find what the caller is known by; a page's cookie is none, as any page may call here."""
    found = shown(asked)
    if isinstance(found, Proof):
        found = await secret_of(request.app[TOOLS].database, found, request.app[SECRETS])
    request[SHOWN] = found or ""


def _fault(
    request: web.Request, error: Refused | Unavailable | web.HTTPException, spoken: _Spoken
) -> web.Response:
    if isinstance(error, web.HTTPException):
        if error.status == HTTPStatus.NOT_FOUND:
            return _no_call(request, spoken)
        raise error
    if isinstance(error, Unavailable):
        log.warning("unavailable", code=error.code, path=request.path)
        return _written(failure(Code.GENERIC, error.sentence), spoken, is_ok=False)
    log.info("refused", code=error.code, path=request.path)
    number = number_of(error)
    if error.code == "sign-in-first":
        number = Code.WRONG_KEY if request[ASKED].get("apiKey") else Code.PARAMETER_MISSING
    said, _ = request.app[TELL](request, error.sentence)
    status = HTTPStatus.OK
    if error.status == HTTPStatus.TOO_MANY_REQUESTS:
        status = HTTPStatus.TOO_MANY_REQUESTS
    response = _written(failure(number, said), spoken, is_ok=False, status=status)
    if error.retry_after_s is not None:
        response.headers[hdrs.RETRY_AFTER] = str(error.retry_after_s)
    return response


def _no_call(request: web.Request, spoken: _Spoken) -> web.Response:
    """Say that there is no such call, and what to do instead if that was decided."""
    name = request.path.removeprefix(PREFIX).removesuffix(".view")
    reason = request.app[ABSENT].get(name)
    status = HTTPStatus.NOT_FOUND if reason is None else HTTPStatus.GONE
    said = reason or f"There is no call {request.rel_url.raw_path}."
    told = failure(Code.GENERIC, request.app[TELL](request, said)[0])
    return _written(told, spoken, is_ok=False, status=status)


def _written(
    content: Content,
    spoken: _Spoken,
    *,
    is_ok: bool = True,
    status: int = HTTPStatus.OK,
) -> web.Response:
    try:
        written = write(_enveloped(content, is_ok=is_ok), spoken.form, callback=spoken.callback)
    except Fault as fault:  # there is no function to tell it to
        document = _enveloped(failure(fault.number, fault.sentence), is_ok=False)
        written = write(document, Form.JSON)
    return _sent(written, status)


def _enveloped(content: Content, *, is_ok: bool = True) -> Content:
    return answer(content, server_version=version("refrain"), is_ok=is_ok)


def _sent(written: Written, status: int = HTTPStatus.OK) -> web.Response:
    return web.Response(
        body=written.body,
        status=status,
        headers={**_HEADERS, "Content-Type": f"{written.mime}; charset=utf-8"},
    )
