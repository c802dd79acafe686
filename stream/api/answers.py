"""How a document is answered: as JSON, with its tag, in the fields and the part asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from aiohttp import web
from pydantic import BaseModel

from stream.api.calling import ROUTE
from stream.api.fields import narrowed, wanted
from stream.api.preconditions import is_known, tag_of_bytes

#: What a cache may do with a document: nothing, keep it for who asks but ask again, keep it.
NEVER_KEPT = "no-store"
PRIVATE = "private, no-cache"
_NOTHING: Mapping[str, str] = MappingProxyType({})


def public(seconds: int) -> str:
    """Let all caches keep a document that is the same for everybody."""
    return f"public, max-age={seconds}"


@dataclass(frozen=True, slots=True)
class Printed:
    """A document with its text and the tag of that, to be answered again and again."""

    body: BaseModel
    text: str
    tag: str


def printed(body: BaseModel) -> Printed:
    """Print a document."""
    text = body.model_dump_json(by_alias=True)
    return Printed(body, text, tag_of_bytes(text.encode()))


def answered(
    request: web.Request,
    told: BaseModel | Printed,
    *,
    status: int = 200,
    headers: Mapping[str, str] = _NOTHING,
    cache: str = PRIVATE,
) -> web.Response:
    """Answer a document; or that who asks has it already, 304.

    Raises:
        Refused: `unknown-field`, 422.

    """
    document = told if isinstance(told, Printed) else printed(told)
    body, text = document.body, document.text
    names = _fields_asked(request, body)
    tag = document.tag if status == HTTPStatus.OK else None
    said = {**headers, **_going_on(request, body), "Cache-Control": cache}
    if tag is not None and is_known(request, tag):
        answer = web.Response(status=HTTPStatus.NOT_MODIFIED, headers=said)
    else:
        if names is not None:
            text = json.dumps(narrowed(json.loads(text), names, type(body)), ensure_ascii=False)
        answer = web.json_response(text=text, status=status, headers=said)
    answer.etag = tag
    return answer


def no_content() -> web.Response:
    """Answer that it is done, and that there is nothing to say of it."""
    return web.Response(status=HTTPStatus.NO_CONTENT)


def _fields_asked(request: web.Request, body: BaseModel) -> frozenset[str] | None:
    query = request[ROUTE].query if ROUTE in request else None
    if query is None or "fields" not in query.model_fields or "fields" not in request.query:
        return None
    return wanted(request.query["fields"], type(body))


def _going_on(request: web.Request, body: BaseModel) -> Mapping[str, str]:
    cursor = getattr(body, "next", None)
    if not cursor:
        return {}
    return {"Link": f'<{request.rel_url.update_query(cursor=cursor)}>; rel="next"'}
