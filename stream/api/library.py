"""What a listener owns, and is on the way to owning."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, Field

from accounting.library import Item, begun_page, library_of, near_of, owned_page
from accounting.pricing import Terms
from accounting.terms import terms_at
from catalog.permissions import Permission
from stream.api.asking import Query, asking
from stream.api.library_documents import LibraryItem, LibraryPage, whole_library
from stream.api.paging import Keyset
from stream.identity.callers import caller, caller_in
from stream.keys import TOOLS

_OWNED = Keyset("owned", tuple[AwareDatetime, UUID])
_BEGUN = Keyset("begun", tuple[UUID])
_NEVER_KEPT = {"Cache-Control": "no-store"}


class PageQuery(Query):
    """How many, and from behind what."""

    limit: int = Field(default=100, ge=1, le=500)
    after: str = Field(default="", max_length=200)


async def get_library(request: web.Request) -> web.Response:
    """Answer all of it, by numbers."""
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        who = await caller_in(session, request, Permission.LIBRARY_READ)
        found = await library_of(session, who.id)
        terms = await terms_at(session, tools.clock())
    text = whole_library(found, steps=terms.steps)
    answer = web.json_response(text=text, headers=_NEVER_KEPT)
    answer.enable_compression()
    return answer


async def get_owned(request: web.Request) -> web.Response:
    """Answer what is owned with titles, the newest first."""
    query, who, tools = _query(request), await caller(request), request.app[TOOLS]
    after = _OWNED.after(query.after or None)
    async with tools.database.read() as session:
        items = await owned_page(session, who.id, after=after, limit=query.limit)
        terms = await terms_at(session, tools.clock())
    return _page(items, terms, after=_behind(items, query.limit))


async def get_begun(request: web.Request) -> web.Response:
    """Answer what is paid for in part, with titles."""
    query, who, tools = _query(request), await caller(request), request.app[TOOLS]
    place = _BEGUN.after(query.after or None)
    after = None if place is None else place[0]
    async with tools.database.read() as session:
        items = await begun_page(session, who.id, after=after, limit=query.limit)
        terms = await terms_at(session, tools.clock())
    return _page(items, terms, after=_behind(items, query.limit))


async def get_near(request: web.Request) -> web.Response:
    """Answer what the caller is a play or two away from owning, the nearest first."""
    query, who, tools = _query(request), await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        terms = await terms_at(session, tools.clock())
        items = await near_of(session, who.id, steps=terms.steps, limit=query.limit)
    return _page(items, terms, after=None)


def _query(request: web.Request) -> PageQuery:
    return asking(request, PageQuery)


def _behind(items: list[Item], limit: int) -> str | None:
    if len(items) < limit:
        return None
    last = items[-1]
    if last.owned_at is None:
        return _BEGUN.print((last.recording_id,))
    return _OWNED.print((last.owned_at, last.recording_id))


def _page(items: list[Item], terms: Terms, *, after: str | None) -> web.Response:
    page = LibraryPage(
        steps=terms.steps,
        items=[
            LibraryItem(
                recording=str(one.recording_id),
                plays=one.plays,
                next_price=_next(one, terms),
                remainder=_remainder(one, terms),
                owned_at=one.owned_at,
                track=None if one.track_id is None else str(one.track_id),
                title=one.title,
                artist=one.artist,
            )
            for one in items
        ],
        after=after,
    )
    return web.json_response(text=page.model_dump_json(), headers=_NEVER_KEPT)


def _next(item: Item, terms: Terms) -> int:
    return terms.price_after(item.plays) if item.owned_at is None else 0


def _remainder(item: Item, terms: Terms) -> int:
    return terms.remainder_after(item.plays) if item.owned_at is None else 0
