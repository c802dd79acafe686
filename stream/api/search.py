"""Finding music: answers in order, suggestions while somebody writes, and drafts of one's own."""

from __future__ import annotations

import hashlib

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.models.search import SearchKind
from catalog.search import MOST_FOUND, Asked, drafts, search
from stream.api.answers import PRIVATE, answered
from stream.api.asking import asking
from stream.api.paging import Keyset
from stream.api.search_documents import (
    SearchAnswer,
    SearchQuery,
    SuggestionList,
    SuggestionQuery,
    document,
    groups,
)
from stream.identity.callers import caller
from stream.keys import TOOLS

#: Answers are in an order that no column has: a cursor tells how many were told.
_PLACE = Keyset("search", tuple[int, str])
#: Of each kind, beside all together.
_OF_KIND = 5


async def get_search(request: web.Request) -> web.Response:
    """Answer what all may know of, the best first."""
    async with request.app[TOOLS].database.read() as session:
        body = await answer(session, asking(request, SearchQuery))
    return answered(request, body, cache=PRIVATE)


async def answer(session: Session, asked: SearchQuery) -> SearchAnswer:
    """Answer a question.

    Raises:
        Refused: `bad-cursor`, 422.

    """
    mark = _mark(asked)
    told, marked = _PLACE.after(asked.cursor) or (0, mark)
    if not 0 <= told < MOST_FOUND or marked != mark:
        raise Refused("bad-cursor", "That cursor is none that this list gave out.", status=422)
    most = min(told + asked.limit, MOST_FOUND)
    question = Asked(text=asked.q, kinds=asked.kinds or tuple(SearchKind), limit=most + 1)
    found = await search(session, question)
    best = found[:most]
    has_more = len(found) > most and most < MOST_FOUND
    return SearchAnswer(
        items=[document(one) for one in best[told:]],
        groups=[] if told else groups(found, most=_OF_KIND),
        next=_PLACE.print((most, mark)) if has_more else None,
    )


def _mark(asked: SearchQuery) -> str:
    """Answer what a cursor is good for: this question."""
    said = "\n".join((asked.q, *sorted(asked.kinds)))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


async def get_suggestions(request: web.Request) -> web.Response:
    """Answer what may be meant by what was written so far."""
    asked = asking(request, SuggestionQuery)
    question = Asked(text=asked.q, limit=asked.limit, is_forgiving=False)
    async with request.app[TOOLS].database.read() as session:
        found = await search(session, question)
    return answered(request, SuggestionList(items=[document(one) for one in found[: asked.limit]]))


async def get_own_drafts(request: web.Request) -> web.Response:
    """Answer what is the caller's own and that nobody else can find yet."""
    asked, who = asking(request, SuggestionQuery), await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await drafts(session, who.id, Asked(text=asked.q))
    return answered(request, SuggestionList(items=[document(one) for one in found[: asked.limit]]))
