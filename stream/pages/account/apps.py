"""The page of applications that act for somebody, and where they are shown out."""

from __future__ import annotations

from aiohttp import web

from catalog.oidc_apps import apps_of, show_out
from stream.identity.callers import caller
from stream.identity.oidc.scopes import words
from stream.keys import TOOLS
from stream.pages.render import show


async def get_apps_page(request: web.Request) -> web.StreamResponse:
    """Show which applications somebody uses, and what each may."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        apps = await apps_of(session, who.person_id, now=tools.clock())
    shown = [
        {
            "id": app.client_id,
            "name": app.name,
            "words": words(app.scopes),
            "since": app.since,
            "used": app.last_used_at,
        }
        for app in apps
    ]
    return await show(request, "account/apps.html", {"apps": shown})


async def post_apps_page(request: web.Request) -> web.StreamResponse:
    """Show an application out."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        await show_out(session, who.person_id, request.match_info["client"], now=tools.clock())
    return web.Response(status=303, headers={"Location": "/account/apps"})
