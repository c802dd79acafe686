"""What stands around every operation: what is known of it, and what it need not look at itself."""

from __future__ import annotations

from functools import wraps

from aiohttp import web
from pydantic import BaseModel

from stream.api.asking import require_json
from stream.api.openapi import Handler, Route

#: Which operation a request calls.
ROUTE = web.RequestKey("route", Route)


def called(route: Route) -> Handler:
    """Answer the handler of an operation as the application calls it."""

    @wraps(route.handler)
    async def call(request: web.Request) -> web.StreamResponse:
        request[ROUTE] = route
        if isinstance(route.body, type) and issubclass(route.body, BaseModel):
            require_json(request.content_type, await request.read())
        return await route.handler(request)

    return call
