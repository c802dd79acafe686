"""The page of a label: all that it put out."""

from __future__ import annotations

from aiohttp import web

from catalog.discographies import releases_of_label
from catalog.follows import followers_of
from catalog.liking import Kind
from stream.api.artists import visible_label
from stream.api.discographies import RELEASES, out_at
from stream.keys import TOOLS
from stream.pages.listener.marks import marks_on
from stream.pages.listener.rows import looking
from stream.pages.listener.shelves import tile_of
from stream.pages.render import show

_ON_SHELF = 36


async def get_label_page(request: web.Request) -> web.Response:
    """Show a label."""
    after = RELEASES.after(request.query.get("cursor"))
    async with request.app[TOOLS].database.read() as session:
        label = await visible_label(session, request)
        looks = await looking(session, request)
        found = await releases_of_label(session, label.id, after=after, limit=_ON_SHELF + 1)
        part = RELEASES.page(found, limit=_ON_SHELF, place=out_at)
        context = {
            "label": label,
            "releases": [tile_of(one) for one in part.items],
            "next": part.next,
            "followers": await followers_of(session, Kind.LABEL, label.id),
            "marks": await marks_on(session, looks, Kind.LABEL, label.id),
        }
    return await show(request, "listener/label.html", context)
