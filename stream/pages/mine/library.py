"""One's library: what is owned, begun, and nearly owned, in the order that one likes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime

from accounting.library import Item, near_page, owned_count
from accounting.shelf import Order, Shelved, Wanted, shelf_page
from accounting.terms import terms_at
from base.database import Session
from catalog.keepable_files import keepable_files
from catalog.models.files import Rendition
from stream.api.archives import parts_of
from stream.api.paging import Keyset
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.pages.forms import form_page, notice_of
from stream.pages.language import N_
from stream.pages.listener.rows import Looking, looking
from stream.pages.listener.words import FORMATS
from stream.pages.mine.rows import rows_of
from stream.pages.render import show

_ON_PAGE, _AT_FIRST = 50, 6
_LONGEST_TEXT = 100
_NEAR = Keyset("near page", tuple[int, UUID])
_PLACES: dict[Order, Keyset[Any]] = {
    Order.RECENT: Keyset("shelf recent", tuple[AwareDatetime, UUID]),
    Order.NEAREST: Keyset("shelf nearest", tuple[int, UUID]),
    Order.TITLE: Keyset("shelf title", tuple[str, UUID]),
    Order.ARTIST: Keyset("shelf artist", tuple[str, str, UUID]),
}
_BY_NAME = ((Order.TITLE, N_("By title")), (Order.ARTIST, N_("By artist")))
_OWNED_ORDERS = ((Order.RECENT, N_("Newest first")), *_BY_NAME)
_BEGUN_ORDERS = ((Order.NEAREST, N_("Nearest first")), *_BY_NAME)
_NOTICES = {
    "bought": N_("It is yours now: it plays for free, for ever, and you may download it."),
    "gift": N_("The gift is yours now: it plays for free, for ever, and you may download it."),
}


async def get_library_page(request: web.Request) -> web.Response:
    """Show what is near to be owned, and the last of what is owned and was begun."""
    who, tools = await caller(request), request.app[TOOLS]
    now = tools.clock()
    async with tools.database.read() as session:
        steps = (await terms_at(session, now)).steps
        near = await near_page(session, who.id, steps=steps, after=None, limit=_AT_FIRST)
        owned = await _first(session, who.id, is_owned=True)
        begun = await _first(session, who.id, is_owned=False)
        shown = await _rows(session, await looking(session, request), [*near, *owned, *begun])
    context = {
        "steps": steps,
        "near": [shown[one.recording_id] for one in near],
        "owned": [shown[one.recording_id] for one in owned],
        "begun": [shown[one.recording_id] for one in begun if one not in near],
    }
    return await show(request, "mine/library.html", context)


async def get_owned_page(request: web.Request) -> web.Response:
    """Show what is owned, with the files to keep."""
    return await _shelf(request, "mine/owned.html", is_owned=True)


async def get_begun_page(request: web.Request) -> web.Response:
    """Show what is paid for in part."""
    return await _shelf(request, "mine/begun.html", is_owned=False)


async def get_near_page(request: web.Request) -> web.Response:
    """Show what is a play or two away from being owned."""
    who, tools = await caller(request), request.app[TOOLS]
    after, now = _NEAR.after(request.query.get("cursor")), tools.clock()
    async with tools.database.read() as session:
        steps = (await terms_at(session, now)).steps
        found = await near_page(session, who.id, steps=steps, after=after, limit=_ON_PAGE + 1)
        part = _NEAR.page(found, limit=_ON_PAGE, place=lambda one: (one.plays, one.recording_id))
        shown = await _rows(session, await looking(session, request), part.items)
    rows = [shown[one.recording_id] for one in part.items]
    return await show(request, "mine/near.html", {"rows": rows, "next": part.next})


async def _shelf(request: web.Request, template: str, *, is_owned: bool) -> web.Response:
    who, tools = await caller(request), request.app[TOOLS]
    orders = _OWNED_ORDERS if is_owned else _BEGUN_ORDERS
    known = [one for one, _ in orders]
    order = next((one for one in known if one == request.query.get("sort")), known[0])
    text = request.query.get("q", "").replace("\x00", "").strip()[:_LONGEST_TEXT]
    places, wanted = _PLACES[order], Wanted(is_owned=is_owned, order=order, text=text)
    after = places.after(request.query.get("cursor"))
    async with tools.database.read() as session:
        found = await shelf_page(session, who.id, wanted, after=after, limit=_ON_PAGE + 1)
        part = places.page(found, limit=_ON_PAGE, place=_place)
        items = [one.item for one in part.items]
        shown = await _rows(session, await looking(session, request), items)
        files = await keepable_files(session, _tracks(items)) if is_owned else {}
        parts = parts_of(await owned_count(session, who.id)) if is_owned else 0
    rows = [shown[one.recording_id] for one in items]
    for row in rows:
        row["files"] = [_file(one) for one in files.get(UUID(row["id"]), ())] if row["id"] else []
    path = str(request.rel_url.with_query(sort=str(order), q=text))
    said = {"rows": rows, "next": part.next, "orders": orders, "order": order, "text": text}
    notice = notice_of(request, _NOTICES)
    keeping = {"parts": parts, "forms": FORMATS.items()}
    return await form_page(request, template, {**said, **keeping, "path": path, "notice": notice})


def _place(one: Shelved) -> tuple[Any, ...]:
    return one.place


async def _first(session: Session, listener_id: UUID, *, is_owned: bool) -> Sequence[Item]:
    order = Order.RECENT if is_owned else Order.NEAREST
    wanted = Wanted(is_owned=is_owned, order=order)
    limit = _AT_FIRST if is_owned else 2 * _AT_FIRST
    found = await shelf_page(session, listener_id, wanted, after=None, limit=limit)
    return [one.item for one in found]


def _tracks(items: Sequence[Item]) -> list[UUID]:
    return [one.track_id for one in items if one.track_id is not None]


async def _rows(
    session: Session, looks: Looking, items: Sequence[Item]
) -> dict[UUID, dict[str, Any]]:
    """Answer rows by recording; of what is withdrawn its owner is told as well."""
    rows = await rows_of(session, looks, _tracks(items))
    return {one.recording_id: rows.get(str(one.track_id)) or _gone(one) for one in items}


def _gone(item: Item) -> dict[str, Any]:
    """Tell of a recording of which no track is left."""
    return {
        "id": "",
        "title": item.title or "",
        "artist": item.artist or "",
        "duration_s": 0,
        "plays": item.plays,
        "plays_left": 0,
        "price_millicredits": 0,
        "remainder_millicredits": 0,
        "owned": item.owned_at is not None,
        "owned_at": item.owned_at,
        "is_free": False,
        "is_audible": False,
        "is_liked": False,
        "artwork": None,
    }


def _file(one: Rendition) -> dict[str, Any]:
    return {
        "rung": one.rung,
        "name": FORMATS.get(one.codec, one.codec.upper()),
        "megabytes": one.size_bytes / 1_000_000,
        "kilohertz": one.sample_rate / 1_000,
        "kbps": None if one.codec in {"flac", "alac"} else round(one.average_bps / 1_000),
    }
