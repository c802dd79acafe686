"""How pages of the office are shown: with its rooms beside them, and what was refused above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from base.errors import Refused
from stream.identity.callers import caller
from stream.keys import REFUSED_WITH
from stream.pages.forms import again_or_none, form_page
from stream.pages.office.rooms import OVERVIEW, wings_for


async def office_page(
    request: web.Request,
    template: str,
    context: Mapping[str, Any],
    *,
    refused: Refused | None = None,
) -> web.Response:
    """Show a page of the office; what was refused is what its act is noted with."""
    if refused is not None:
        request[REFUSED_WITH] = refused.code
    wings = wings_for(request, await caller(request))
    said = {"overview": OVERVIEW, "wings": wings, **context}
    return await form_page(request, template, said, refused=refused)


def again(request: web.Request, refused: Refused, path: str) -> web.Response | None:
    """Where one has to sign in again, have a browser do that, and come back to a page."""
    request[REFUSED_WITH] = refused.code
    return again_or_none(refused, path)
