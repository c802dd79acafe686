"""Price lists and the artists' part, for treasurers: what holds, what held, and what will."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from accounting.pricing import Change, Terms, in_force
from accounting.statement_forms import SCALE
from accounting.terms import add_change, all_terms
from catalog.permissions import Permission
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import Sparse, ToldInstant, told
from stream.api.openapi import Route
from stream.idempotency import at_most_once
from stream.identity.callers import caller
from stream.identity.fresh import require_fresh
from stream.keys import TOOLS

_MOST_PRICES, _WHOLE_PPM = 100, 1_000_000
_MOST_MICROS = 10**15
Price = Annotated[int, Field(gt=0, le=10**9)]


class TermsState(StrEnum):
    """Whether terms hold."""

    PAST = "past"
    CURRENT = "current"
    COMING = "coming"


class NewTerms(BaseModel):
    """What plays cost from a time on, and what artists get of it; what is left out stays.

    `prices` are milli-credits, one for each play until the track is owned; `artist_ppm` are
    millionths; the rest are micro-units of the currency.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"valid_from": "2027-01-01T00:00:00Z", "artist_ppm": 850_000}]
        },
    )

    valid_from: ToldInstant
    prices: list[Price] | None = Field(default=None, min_length=1, max_length=_MOST_PRICES)
    credit_value_micros: int | None = Field(default=None, gt=0, le=_MOST_MICROS)
    artist_ppm: int | None = Field(default=None, ge=0, le=_WHOLE_PPM)
    promo_cap_micros: int | None = Field(default=None, ge=0, le=_MOST_MICROS)


class TermsDocument(BaseModel):
    """Terms of plays: in force from `valid_from` on, until others are.

    `sum` is what a track costs in all, in milli-credits; `coop_ppm` is what artists do not get.
    """

    terms: int
    state: TermsState
    valid_from: datetime
    valid_until: datetime | None
    currency: str
    prices: list[int]
    sum: int
    scale: int = SCALE
    credit_value_micros: int
    artist_ppm: int
    coop_ppm: int
    promo_cap_micros: int | None


class TermsList(BaseModel):
    """All terms, those that come last first."""

    items: list[TermsDocument]


async def get_terms(request: web.Request) -> web.Response:
    """Answer all terms there ever were, and will be."""
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        found = await all_terms(session)
    items = terms_documents(found, now=tools.clock())
    return answered(request, TermsList(items=items), cache=NEVER_KEPT)


async def post_terms(request: web.Request) -> web.Response:
    """Let other terms be in force from a time on."""
    who, tools = await caller(request), request.app[TOOLS]
    require_fresh(who, now=tools.clock())
    wanted, now = _change(await told(request, NewTerms)), tools.clock()
    await at_most_once(request, who, partial(add_change, change=wanted, by=who, now=now))
    async with tools.database.read() as session:
        documents = terms_documents(await all_terms(session), now=now)
    body = next(one for one in documents if one.valid_from == wanted.valid_from)
    return answered(request, body, status=201, cache=NEVER_KEPT)


def _change(wanted: NewTerms) -> Change:
    prices = None if wanted.prices is None else tuple(wanted.prices)
    return Change(**{**wanted.model_dump(), "prices": prices})


def terms_documents(found: list[Terms], *, now: datetime) -> list[TermsDocument]:
    """Answer terms, the earliest of which come first, as documents, those that come last first."""
    current = in_force(found, now)
    ends = [*(one.valid_from for one in found[1:]), None]
    return [
        TermsDocument(
            terms=one.id,
            state=_state(one, current),
            valid_from=one.valid_from,
            valid_until=end,
            currency=one.currency,
            prices=list(one.prices),
            sum=sum(one.prices),
            credit_value_micros=one.credit_value_micros,
            artist_ppm=one.artist_ppm,
            coop_ppm=_WHOLE_PPM - one.artist_ppm,
            promo_cap_micros=one.promo_cap_micros,
        )
        for one, end in reversed(list(zip(found, ends, strict=True)))
    ]


def _state(one: Terms, current: Terms) -> TermsState:
    if one.id == current.id:
        return TermsState.CURRENT
    return TermsState.COMING if one.valid_from > current.valid_from else TermsState.PAST


def term_routes() -> list[Route]:
    """Answer every operation on the terms of plays."""
    return [
        Route(
            method="GET",
            path="/api/v1/terms",
            handler=get_terms,
            needs=Permission.BOOKS_READ,
            summary="For treasurers: price lists and the artists' part, past and to come.",
            query=Sparse,
            answers={200: TermsList},
        ),
        Route(
            method="POST",
            path="/api/v1/terms",
            handler=post_terms,
            needs=Permission.BOOKS_KEEP,
            summary="For treasurers: let other prices or parts hold from a time to come.",
            body=NewTerms,
            hears_key=True,
            answers={201: TermsDocument},
            problems={400: ("bad-terms",), 403: ("sign-in-again",), 409: ("bad-terms",)},
        ),
    ]
