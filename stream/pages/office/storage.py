"""The page of the store: what it holds by kind, and how it grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web

from catalog.store_checks import sizes_since
from catalog.upload_rows import unfinished_bytes
from stream.api.store import SizeThen, storage_document
from stream.keys import TOOLS
from stream.pages.language import N_
from stream.pages.office.showing import office_page

_DAYS = 30
#: Of the drawing, in units of its own.
_WIDTH, _HEIGHT, _GAP = 600.0, 120.0, 0.25
#: What kinds of objects are called.
KINDS = {
    "masters": N_("Masters, as they were sent"),
    "renditions": N_("Qualities to listen to"),
    "parts": N_("Parts of what is being made"),
    "artwork": N_("Covers, as they were sent"),
    "images": N_("Covers in all sizes"),
    "pictures": N_("Pictures of reports"),
    "waveforms": N_("Waveforms"),
    "archives": N_("Archives that were not read yet"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A day in the drawing of the growth."""

    x: float
    y: float
    width: float
    height: float
    day: date
    bytes: int


async def get_storage_page(request: web.Request) -> web.Response:
    """Show it."""
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        found = await sizes_since(session, tools.clock() - timedelta(days=_DAYS))
        unfinished = await unfinished_bytes(session)
    store = storage_document(found, unfinished=unfinished)
    context = {
        "store": store,
        "kinds": KINDS,
        "largest": max((one.bytes for one in store.kinds), default=0),
        "bars": bars_of(store.growth),
        "width": _WIDTH,
        "height": _HEIGHT,
        "grown": store.bytes - sum(one.bytes_before for one in store.kinds),
        "days": _DAYS,
    }
    return await office_page(request, "office/storage.html", context)


def bars_of(growth: Sequence[SizeThen]) -> list[Bar]:
    """Draw a bar for each day, the highest as high as the drawing."""
    most = max((one.bytes for one in growth), default=0)
    if not most:
        return []
    step = _WIDTH / max(len(growth), 7)
    return [
        Bar(
            x=round(number * step, 1),
            y=round(_HEIGHT - one.bytes / most * _HEIGHT, 1),
            width=round(step * (1 - _GAP), 1),
            height=round(one.bytes / most * _HEIGHT, 1),
            day=one.day,
            bytes=one.bytes,
        )
        for number, one in enumerate(growth)
    ]
