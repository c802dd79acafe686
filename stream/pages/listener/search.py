"""Search: as one types, the best first, each kind by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from aiohttp import web

from base.database import Session
from catalog.cards import cards_of
from catalog.models.search import SearchKind
from stream.api.search import answer
from stream.api.search_documents import FoundDocument, SearchAnswer, SearchQuery
from stream.keys import TOOLS
from stream.pages.language import N_
from stream.pages.listener.rows import Looking, Row, looking, rows_of
from stream.pages.render import show

_LONGEST, _ON_PAGE = 200, 30
#: What each kind is called, in the order in which one can choose.
KINDS = {
    SearchKind.TRACK: N_("Tracks"),
    SearchKind.RELEASE: N_("Releases"),
    SearchKind.ARTIST: N_("Artists"),
    SearchKind.LABEL: N_("Labels"),
    SearchKind.PLAYLIST: N_("Playlists"),
}
_NOTHING = SearchAnswer(items=[], groups=[], next=None)


async def get_search_page(request: web.Request) -> web.Response:
    """Show what answers a question; without one, where else one may begin."""
    asked = request.query.get("q", "").replace("\x00", "").strip()[:_LONGEST]
    said = request.query.get("kind", "")
    kind = SearchKind(said) if said in set(SearchKind) else None
    async with request.app[TOOLS].database.read() as session:
        looks = await looking(session, request)
        found = _NOTHING
        if asked:
            found = await answer(session, _question(request, asked, kind))
        groups = [(kind, found.items)] if kind else [(one.kind, one.items) for one in found.groups]
        shown = await _shown(session, looks, [one for _, some in groups for one in some])
    context: dict[str, Any] = {
        "q": asked,
        "kind": kind,
        "kinds": KINDS,
        "next": found.next if kind else None,
        "groups": [(one, _of(some, shown)) for one, some in groups if some],
        "top": _of(found.items[:1], shown) if not kind else [],
        "is_alike": bool(found.items) and all(one.match == "similar" for one in found.items),
    }
    return await show(request, "listener/search.html", context)


def _question(request: web.Request, asked: str, kind: SearchKind | None) -> SearchQuery:
    return SearchQuery(
        q=asked,
        kinds=(kind,) if kind else (),
        limit=_ON_PAGE,
        cursor=request.query.get("cursor"),
    )


def _of(found: Sequence[FoundDocument], shown: Mapping[UUID, Row]) -> list[Row]:
    return [shown[one.id] for one in found if one.id in shown]


async def _shown(
    session: Session, looks: Looking, found: Sequence[FoundDocument]
) -> dict[UUID, Row]:
    """Answer what was found as lists show it: a statement for tracks."""
    tracks = [one.id for one in found if one.kind is SearchKind.TRACK]
    cards = await cards_of(session, tracks) if tracks else {}
    rows = await rows_of(session, looks, [cards[one] for one in tracks if one in cards])
    shown = {one.id: _tile(one) for one in found if one.id not in set(tracks)}
    return shown | {UUID(one["id"]): {"kind": SearchKind.TRACK, **one} for one in rows}


def _tile(one: FoundDocument) -> Row:
    return {
        "kind": one.kind,
        "href": f"/{one.kind}s/{one.id}",
        "title": one.title,
        "by": one.artist or "",
        "key": str(one.id),
        "artwork": one.picture,
    }
