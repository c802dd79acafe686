"""How a document is answered: as JSON, and with where its list goes on.

Its tag, and the fields asked for, are seen to on its way out (stream.api.finishing).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from aiohttp import web
from pydantic import BaseModel

#: What a cache may do with a document: nothing, keep it for who asks but ask again, keep it.
NEVER_KEPT = "no-store"
PRIVATE = "private, no-cache"
_NOTHING: Mapping[str, str] = MappingProxyType({})


def public(seconds: int) -> str:
    """Let all caches keep a document that is the same for everybody."""
    return f"public, max-age={seconds}"


@dataclass(frozen=True, slots=True)
class Printed:
    """The text of a document, to be answered again and again, and the cursor of what follows."""

    text: str
    next: str | None


def printed(body: BaseModel) -> Printed:
    """Print a document."""
    return Printed(body.model_dump_json(by_alias=True), getattr(body, "next", None))


def answered(
    request: web.Request,
    told: BaseModel | Printed,
    *,
    status: int = 200,
    headers: Mapping[str, str] = _NOTHING,
    cache: str = PRIVATE,
) -> web.Response:
    """Answer a document."""
    document = told if isinstance(told, Printed) else printed(told)
    said = {**headers, **_going_on(request, document.next), "Cache-Control": cache}
    return web.json_response(text=document.text, status=status, headers=said)


def no_content() -> web.Response:
    """Answer that it is done, and that there is nothing to say of it."""
    return web.Response(status=HTTPStatus.NO_CONTENT)


def _going_on(request: web.Request, cursor: str | None) -> Mapping[str, str]:
    if not cursor:
        return {}
    return {"Link": f'<{request.rel_url.update_query(cursor=cursor)}>; rel="next"'}
