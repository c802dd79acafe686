"""The page to upload from: files and folders, gone on with after a broken line."""

from __future__ import annotations

from aiohttp import web

from catalog.releases import release_of, require_draft, unknown_release
from catalog.upload_rows import unfinished_of
from ingest.routes.documents import document_of
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.render import show
from stream.pages.studio.overview import artists_for
from stream.pages.studio.places import places_of

_UPLOADS = 50


async def get_upload_page(request: web.Request) -> web.Response:
    """Show where to drop files; `?release=` names the draft that they are for."""
    who, tools = await caller(request), request.app[TOOLS]
    wanted = request.query.get("release")
    async with tools.database.read() as session:
        release = None
        if wanted:
            release = await release_of(session, id_in(wanted, unknown_release()))
            require_draft(release, who)
        uploads = await unfinished_of(session, who.id, limit=_UPLOADS)
        context = {
            "place": "/studio/upload",
            "beside": places_of(who),
            "release": release,
            "acting": str(who.id),
            "uploads": [document_of(one) for one in uploads],
            "limit_bytes": tools.settings.upload_limit_bytes,
            "artists": await artists_for(session, who),
        }
    return await show(request, "studio/upload.html", context)
