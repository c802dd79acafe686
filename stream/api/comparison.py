"""What a month pays in three ways, for members: as a document, and as a picture.

Members see all amounts, and the names of whom they are; whose the others are, only who keeps the
books is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from accounting.comparison import Comparison
from accounting.comparison_picture import picture_of
from accounting.months import month_named
from accounting.payout_ways import comparison_of, names_of
from catalog.callers import Caller
from catalog.permissions import Permission
from stream.api.asking import MonthName, Sparse, asking
from stream.identity.callers import caller
from stream.keys import TOOLS

_PRIVATE = {"Cache-Control": "private, max-age=60"}


class CompareQuery(Sparse):
    """Which month of the books, as `2026-11`."""

    month: MonthName
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")


class ComparisonRow(BaseModel):
    """A payee, and what it gets in each way, in micro-units; `is_yours`, if you are it."""

    name: str
    is_yours: bool
    listeners: int
    plays: int
    stream_to_own: int
    pro_rata: int
    user_centric: int


class ComparisonDocument(BaseModel):
    """The same plays under three ways of payout: each divides `micros`, to the micro-unit."""

    month: str
    currency: str
    scale: int
    micros: int
    plays: int
    listeners: int
    rows: list[ComparisonRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What somebody is shown."""

    asked: CompareQuery
    member: Caller
    found: Comparison
    names: Mapping[UUID, str]


async def get_comparison(request: web.Request) -> web.Response:
    """Answer what a month pays in three ways."""
    seen = await _seen(request)
    facts = seen.found.as_json(seen.names)
    rows = [
        ComparisonRow(**{**row, "is_yours": row["payee"] == str(seen.member.id)})
        for row in facts.pop("rows")
    ]
    told = {"month": seen.asked.month, "currency": seen.asked.currency, **facts}
    body = ComparisonDocument(**told, rows=rows)
    return web.json_response(text=body.model_dump_json(), headers=_PRIVATE)


async def get_comparison_picture(request: web.Request) -> web.Response:
    """Answer the same, drawn."""
    seen = await _seen(request)
    title = f"What {seen.asked.month} pays"
    drawn = picture_of(seen.found, seen.names, title=title, currency=seen.asked.currency)
    policy = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return web.Response(text=drawn, content_type="image/svg+xml", headers=_PRIVATE | policy)


async def _seen(request: web.Request) -> _Seen:
    member, tools = await caller(request), request.app[TOOLS]
    asked = asking(request, CompareQuery)
    month = month_named(asked.month, tools.settings.books_zone)
    async with tools.database.read() as session:
        found = await comparison_of(session, month, currency=asked.currency)
        names = await names_of(session, [row.payee_id for row in found.rows])
    if not member.may(Permission.BOOKS_READ):
        names = _hidden(found, names, but=member.id)
    return _Seen(asked=asked, member=member, found=found, names=names)


def _hidden(found: Comparison, names: Mapping[UUID, str], *, but: UUID) -> dict[UUID, str]:
    """Name payees by their places, but for one."""
    places = {row.payee_id: f"Payee {place}" for place, row in enumerate(found.rows, start=1)}
    return places | {payee: names[payee] for payee in places if payee == but}
