"""Errors as people see them: a page, where programs get a problem document."""

from __future__ import annotations

import json
from http import HTTPStatus
from types import MappingProxyType

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from base.errors import Refused, Unavailable
from catalog.permissions import Permission
from stream.keys import NEEDED
from stream.pages.language import N_
from stream.pages.render import page, show
from stream.problems import explain

_TITLES = MappingProxyType(
    {
        401: N_("Please sign in"),
        403: N_("This is not for you"),
        404: N_("There is nothing here"),
        410: N_("This is gone"),
        429: N_("That was too fast"),
        503: N_("Back in a moment"),
    }
)
_TITLE = N_("That did not work")
_OF_PROGRAMS = ("/api/", "/media/", "/edge/", "/assets/")
_TOLD = (hdrs.RETRY_AFTER, hdrs.ALLOW, hdrs.WWW_AUTHENTICATE)


@web.middleware
async def error_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Show people what went wrong; what is not theirs to mend is written down as ever."""
    try:
        return await handler(request)
    except Exception as error:
        if isinstance(error, ConnectionError) or not _is_for_people(request):
            raise
        if isinstance(error, web.HTTPException) and error.status < HTTPStatus.BAD_REQUEST:
            raise  # it leads somewhere
        return await _shown(request, explain(request, error))


def _is_for_people(request: web.Request) -> bool:
    accepts = request.headers.get(hdrs.ACCEPT, "")
    return "text/html" in accepts and not request.path.startswith(_OF_PROGRAMS)


async def _shown(request: web.Request, answer: web.Response) -> web.Response:
    context = {
        "status": answer.status,
        "title": _TITLES.get(answer.status, _TITLE),
        "sentence": json.loads(answer.text or "{}")["detail"],
    }
    request.setdefault(NEEDED, Permission.SITE)
    try:
        response = await show(request, "error.html", context, status=answer.status)
    except (Refused, Unavailable):  # whom we cannot know just now is shown it all the same
        context |= {"account": None, "is_known": False}
        response = page(request, "error.html", context, status=answer.status)
    response.headers.update(
        {name: answer.headers[name] for name in _TOLD if name in answer.headers}
    )
    return response
