"""The page on which the interface can be read and tried out."""

from __future__ import annotations

from aiohttp import web

from stream.pages.render import show


async def get_docs(request: web.Request) -> web.Response:
    """Show the description of the interface."""
    return await show(request, "docs.html", {})
