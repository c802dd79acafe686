"""What the caller might like to hear, each with the reason why."""

from __future__ import annotations

from aiohttp import web
from pydantic import BaseModel, Field

from catalog.recommendations import Recommended, recommended
from catalog.recommending import EXPLORED_EVERY, Why, sentence_of
from stream.api.answers import answered
from stream.api.asking import FieldNames, Query, asking
from stream.api.cards import TrackCard, card_document
from stream.identity.callers import caller
from stream.keys import TOOLS


class RecommendationQuery(Query):
    """How many."""

    limit: int = Field(default=20, ge=1, le=50, description="How many at most.")
    fields: FieldNames = None


class ReasonDocument(BaseModel):
    """Why it is recommended: about which recording or release, and how many people say so."""

    why: Why
    sentence: str
    about: str | None
    about_title: str | None
    people: int | None


class Recommendation(BaseModel):
    """A track to hear, and why."""

    card: TrackCard
    reason: ReasonDocument


class RecommendationList(BaseModel):
    """What to hear; `explored` is the part of places that is kept for what few have heard."""

    explored: float
    items: list[Recommendation]


async def get_recommendations(request: web.Request) -> web.Response:
    """Answer what the caller might like."""
    asked, who = asking(request, RecommendationQuery), await caller(request)
    tools = request.app[TOOLS]
    least = tools.settings.chart_listeners
    async with tools.database.read() as session:
        found = await recommended(
            session, who.id, limit=asked.limit, least=least, now=tools.clock()
        )
    body = RecommendationList(explored=1 / EXPLORED_EVERY, items=[_document(one) for one in found])
    return answered(request, body)


def _document(one: Recommended) -> Recommendation:
    reason = one.reason
    return Recommendation(
        card=card_document(one.card),
        reason=ReasonDocument(
            why=reason.why,
            sentence=sentence_of(reason),
            about=None if reason.about_id is None else str(reason.about_id),
            about_title=reason.about,
            people=reason.people,
        ),
    )
