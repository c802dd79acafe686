"""The living style sheet: every part in its states, to look at while one builds; on demo houses."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from aiohttp import web

from catalog.permissions import Permission
from stream.keys import TOOLS
from stream.pages.pages import Page
from stream.pages.render import show

_ROWS = (
    {
        "id": "0193a0c1-0000-7000-8000-000000000001",
        "title": "Evening Song",
        "artist": "Ada Quince",
        "duration_s": 207,
        "plays": 3,
        "price_millicredits": 16,
        "owned": False,
        "is_free": False,
        "artwork": None,
    },
    {
        "id": "0193a0c1-0000-7000-8000-000000000002",
        "title": "A Kettle of Violas, and Other Very Long Titles That Have to End Somewhere",
        "artist": "The Lanterns",
        "duration_s": 4_021,
        "plays": 9,
        "price_millicredits": 0,
        "owned": True,
        "is_free": False,
        "artwork": None,
    },
)
_FAULTS = MappingProxyType({"email": "This is no address: it has no @."})


def style_pages() -> Sequence[Page]:
    """Answer it."""
    return [Page(path="/style", handler=get_style, needs=Permission.SITE)]


async def get_style(request: web.Request) -> web.Response:
    """Show all parts."""
    if not request.app[TOOLS].settings.demo:
        raise web.HTTPNotFound
    return await show(request, "style.html", {"rows": _ROWS, "faults": _FAULTS, "none": {}})
