"""What stands around every operation: what is known of it, and what it need not look at itself."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus

from aiohttp import web
from pydantic import BaseModel

from stream.api.asking import asking, require_json, require_places
from stream.api.finishing import fields_asked, finished
from stream.api.openapi import Handler, Route
from stream.api.preconditions import require_tags
from stream.idempotency import has_key, said_key


def called(route: Route) -> Handler:
    """Answer the handler of an operation as the application calls it."""

    @wraps(route.handler)
    async def call(request: web.Request) -> web.StreamResponse:
        require_places(request.match_info, route.places)
        if route.is_keyed or (route.hears_key and has_key(request)):
            said_key(request)
        if route.is_conditional:
            require_tags(request.headers)
        if isinstance(route.body, type) and issubclass(route.body, BaseModel):
            require_json(request.content_type, await request.read())
        response = await route.handler(request)
        if response.status < HTTPStatus.MULTIPLE_CHOICES:
            # Not before it is known who asks.
            response = finished(request, response, route.document, _fields(request, route))
        if route.leaving is not None and not response.prepared:
            response.headers.extend(route.leaving.headers())
        return response

    return call


def _fields(request: web.Request, route: Route) -> frozenset[str] | None:
    if route.query is None and route.asks is not None:
        asking(request, route.asks)
    return fields_asked(request, route.document) if route.is_sparse else None
