"""What a listener owns, and is on the way to owning."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime

from accounting.library import Item, begun_page, library_of, near_page, owned_page
from accounting.pricing import Terms
from accounting.terms import terms_at
from base.errors import Broken
from catalog.permissions import Permission
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import asking
from stream.api.library_documents import LibraryItem, LibraryPage, whole_library
from stream.api.paging import Keyset, Page, Paged
from stream.identity.callers import caller, caller_in
from stream.keys import TOOLS

_OWNED = Keyset("owned", tuple[AwareDatetime, UUID])
_BEGUN = Keyset("begun", tuple[UUID])
_NEAR = Keyset("near", tuple[int, UUID])


async def get_library(request: web.Request) -> web.Response:
    """Answer all of it, by numbers."""
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        who = await caller_in(session, request, Permission.LIBRARY_READ)
        found = await library_of(session, who.id)
        terms = await terms_at(session, tools.clock())
    text = whole_library(found, steps=terms.steps)
    answer = web.json_response(text=text, headers={"Cache-Control": NEVER_KEPT})
    answer.enable_compression()
    return answer


async def get_owned(request: web.Request) -> web.Response:
    """Answer what is owned with titles, the newest first."""
    asked, who, tools = asking(request, Paged), await caller(request), request.app[TOOLS]
    after = _OWNED.after(asked.cursor)
    async with tools.database.read() as session:
        found = await owned_page(session, who.id, after=after, limit=asked.limit + 1)
        terms = await terms_at(session, tools.clock())
    page = _OWNED.page(found, limit=asked.limit, place=_owned_place)
    return _answered(request, page, terms)


async def get_begun(request: web.Request) -> web.Response:
    """Answer what is paid for in part, with titles."""
    asked, who, tools = asking(request, Paged), await caller(request), request.app[TOOLS]
    place = _BEGUN.after(asked.cursor)
    after = None if place is None else place[0]
    async with tools.database.read() as session:
        found = await begun_page(session, who.id, after=after, limit=asked.limit + 1)
        terms = await terms_at(session, tools.clock())
    page = _BEGUN.page(found, limit=asked.limit, place=lambda one: (one.recording_id,))
    return _answered(request, page, terms)


async def get_near(request: web.Request) -> web.Response:
    """Answer what the caller is a play or two away from owning, the nearest first."""
    asked, who, tools = asking(request, Paged), await caller(request), request.app[TOOLS]
    after = _NEAR.after(asked.cursor)
    async with tools.database.read() as session:
        terms = await terms_at(session, tools.clock())
        found = await near_page(
            session, who.id, steps=terms.steps, after=after, limit=asked.limit + 1
        )
    page = _NEAR.page(found, limit=asked.limit, place=lambda one: (one.plays, one.recording_id))
    return _answered(request, page, terms)


def _owned_place(one: Item) -> tuple[datetime, UUID]:
    if one.owned_at is None:
        raise Broken("owned-never", f"{one.recording_id} is owned, and since no time.")
    return one.owned_at, one.recording_id


def _answered(request: web.Request, page: Page[Item], terms: Terms) -> web.Response:
    body = LibraryPage(
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
            for one in page.items
        ],
        next=page.next,
    )
    return answered(request, body, cache=NEVER_KEPT)


def _next(item: Item, terms: Terms) -> int:
    return terms.price_after(item.plays) if item.owned_at is None else 0


def _remainder(item: Item, terms: Terms) -> int:
    return terms.remainder_after(item.plays) if item.owned_at is None else 0
