"""The page on which the interface can be read and tried out."""

from __future__ import annotations

from aiohttp import web

from stream.identity.callers import caller_or_none
from stream.keys import TOOLS
from stream.pages.render import account_of, page


async def get_docs(request: web.Request) -> web.Response:
    """Show the description of the interface."""
    account, tools = await caller_or_none(request), request.app[TOOLS]
    async with tools.database.read() as session:
        shown = await account_of(session, account, now=tools.clock())
    return page(request, "docs.html", {"account": shown})
