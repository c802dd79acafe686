"""Months of the books, for treasurers: look ahead, close, tell anew; what is earned and owed."""

from __future__ import annotations

from datetime import datetime

import structlog
from aiohttp import web
from pydantic import BaseModel

from accounting import coop
from accounting.closing import Closed, Outlook, close, closed_months, due_month, outlook
from accounting.month_end import settle_month
from accounting.months import month_named, month_of
from accounting.obstacles import SENTENCES, Code, obstacles, standing_of
from accounting.restating import Restating, restate, told_anew
from accounting.statements import Statement
from base.database import Session
from catalog.permissions import Permission
from stream.api.asking import MonthName, asking, told
from stream.api.month_documents import (
    AccountTotal,
    DeferredCredit,
    DeferredList,
    InstantQuery,
    MonthClosed,
    MonthOutlook,
    MonthQuery,
    Restated,
    RestatedList,
    SectionSum,
    Totals,
    WhyRestated,
)
from stream.api.openapi import Route
from stream.idempotency import at_most_once, has_key, keyed
from stream.identity.callers import caller
from stream.keys import TOOLS

log = structlog.get_logger()

_NEVER_KEPT = {"Cache-Control": "no-store"}


class ObstacleDocument(BaseModel):
    """What to look at before the next month is closed; where it is a bar, closing is refused."""

    code: Code
    number: int
    is_bar: bool
    sentence: str


class MonthList(BaseModel):
    """The months that are closed, the latest first, and which is next; none before any booking.

    `may_close_at` is when the next one is over, `obstacles` what to look at before.
    """

    closed: list[MonthClosed]
    due: str | None
    may_close_at: datetime | None
    obstacles: list[ObstacleDocument]


async def get_months(request: web.Request) -> web.Response:
    """Answer what is closed, and what is next."""
    await caller(request)
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        body = await month_list(session, zone=tools.settings.books_zone, now=tools.clock())
    return _said(body)


async def get_month(request: web.Request) -> web.Response:
    """Answer what closing a month would tell, and change nothing."""
    await caller(request)
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        seen = await outlook(
            session, request.match_info["month"], zone=tools.settings.books_zone, now=tools.clock()
        )
    return _said(_outlook(seen))


async def close_month(request: web.Request) -> web.Response:
    """Close a month, or finish closing it; one that is closed is answered."""
    who = await caller(request)
    tools = request.app[TOOLS]
    if has_key(request):  # closing takes several steps, and what was done is not again
        await (await keyed(request, who)).noted(tools)
    done = await close(
        tools.database,
        request.match_info["month"],
        zone=tools.settings.books_zone,
        clock=tools.clock,
        settle=settle_month,
        by=who.id,
    )
    log.info("month closed", month=done.month.name, by=str(who.id), digest=done.digest.hex())
    return _said(_closed(done))


async def restate_month(request: web.Request) -> web.Response:
    """Tell statements of a month anew, where later bookings changed what it came to."""
    who = await caller(request)
    said, tools = await told(request, WhyRestated), request.app[TOOLS]
    name = request.match_info["month"]
    asked = Restating(period=name, why=said.why, payee_id=said.payee)
    now = tools.clock()
    made = await at_most_once(
        request, who, lambda session: restate(session, asked, now=now, by=who.id)
    )
    if made is None:
        async with tools.database.read() as session:
            made = await told_anew(session, asked, by=who.id)
    log.info("month restated", month=name, by=str(who.id), statements=len(made))
    return _said(RestatedList(statements=[_restated(one) for one in made]), status=201)


async def get_income(request: web.Request) -> web.Response:
    """Answer what the co-operative earned and spent in a month."""
    await caller(request)
    asked, tools = asking(request, MonthQuery), request.app[TOOLS]
    zone = tools.settings.books_zone
    month = month_of(tools.clock(), zone) if asked.month is None else month_named(asked.month, zone)
    async with tools.database.read() as session:
        found = await coop.income(session, month.starts_at, month.ends_at)
    return _said(_totals(found))


async def get_liabilities(request: web.Request) -> web.Response:
    """Answer what is owed to anybody."""
    await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await coop.liabilities(session, before=_before(request))
    return _said(_totals(found))


async def get_deferred(request: web.Request) -> web.Response:
    """Answer credit that was paid for and not spent."""
    await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await coop.deferred(session, before=_before(request))
    each = [
        DeferredCredit(
            days=one.days,
            currency=one.currency,
            lots=one.lots,
            credits=one.credits,
            amount=one.amount,
        )
        for one in found
    ]
    return _said(DeferredList(deferred=each))


async def month_list(session: Session, *, zone: str, now: datetime) -> MonthList:
    """Answer what is closed, what is next, and what to look at before."""
    done = await closed_months(session)
    due = await due_month(session, zone)
    standing = None if due is None else await standing_of(session, due, now=now)
    found = [] if standing is None else obstacles(standing, now=now)
    return MonthList(
        closed=[_closed(one) for one in done],
        due=None if due is None else due.name,
        may_close_at=None if due is None else due.ends_at,
        obstacles=[
            ObstacleDocument(
                code=one.code,
                number=one.number,
                is_bar=one.is_bar,
                sentence=SENTENCES[one.code],
            )
            for one in found
        ],
    )


def _before(request: web.Request) -> datetime:
    asked = asking(request, InstantQuery)
    return asked.before or request.app[TOOLS].clock()


def _outlook(seen: Outlook) -> MonthOutlook:
    sums = [
        SectionSum(reason=reason, currency=currency, number=number, amount=amount)
        for (reason, currency), (number, amount) in seen.sums.items()
    ]
    return MonthOutlook(
        month=seen.month.name,
        starts_at=seen.month.starts_at,
        ends_at=seen.month.ends_at,
        over=seen.is_over,
        payees=seen.payees,
        sums=sums,
    )


def _closed(done: Closed) -> MonthClosed:
    return MonthClosed(
        month=done.month.name,
        closed_at=done.closed_at,
        closed_by=None if done.closed_by is None else str(done.closed_by),
        statements=done.statements,
        digest=done.digest.hex(),
    )


def _restated(one: Statement) -> Restated:
    return Restated(
        payee=one.payee_id,
        currency=one.currency,
        version=one.version,
        change=one.restated - one.closing,
    )


def _totals(found: list[coop.Total]) -> Totals:
    each = [
        AccountTotal(
            account=one.kind, currency=one.currency, amount=one.amount, credits=one.credits
        )
        for one in found
    ]
    return Totals(totals=each)


def _said(document: BaseModel, *, status: int = 200) -> web.Response:
    said = document.model_dump(mode="json")
    return web.json_response(said, status=status, headers=_NEVER_KEPT)


def month_routes() -> list[Route]:
    """Answer every operation on months and what they came to, for treasurers."""
    return [*_of_months(), *_of_reports()]


def _of_months() -> list[Route]:
    month, places = "/api/v1/books/months/{month}", {"month": MonthName}
    return [
        Route(
            method="GET",
            path="/api/v1/books/months",
            handler=get_months,
            needs=Permission.BOOKS_READ,
            summary="For treasurers: the months that are closed, and which is next.",
            answers={200: MonthList},
            problems=(401, 403),
        ),
        Route(
            method="GET",
            path=month,
            places=places,
            handler=get_month,
            needs=Permission.BOOKS_READ,
            summary="For treasurers: what closing a month would tell; nothing is changed.",
            answers={200: MonthOutlook},
            problems=(400, 401, 403, 409),
        ),
        Route(
            method="POST",
            path=f"{month}/close",
            places=places,
            handler=close_month,
            needs=Permission.BOOKS_KEEP,
            summary="For treasurers: close a month; saying it again says nothing new.",
            hears_key=True,
            answers={200: MonthClosed},
            problems=(400, 401, 403, 409),
        ),
        Route(
            method="POST",
            path=f"{month}/restate",
            places=places,
            handler=restate_month,
            needs=Permission.BOOKS_KEEP,
            summary="For treasurers: tell statements anew, where something changed, and why.",
            body=WhyRestated,
            hears_key=True,
            answers={201: RestatedList},
            problems=(401, 403, 409, 422),
        ),
    ]


def _of_reports() -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/v1/books/income",
            handler=get_income,
            needs=Permission.BOOKS_READ,
            summary="For treasurers: what was earned and spent in a month.",
            query=MonthQuery,
            answers={200: Totals},
            problems=(400, 401, 403, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/books/liabilities",
            handler=get_liabilities,
            needs=Permission.BOOKS_READ,
            summary="For treasurers: what is owed, as of an instant.",
            query=InstantQuery,
            answers={200: Totals},
            problems=(401, 403, 422),
        ),
        Route(
            method="GET",
            path="/api/v1/books/deferred",
            handler=get_deferred,
            needs=Permission.BOOKS_READ,
            summary="For treasurers: unspent credit by its age, as of an instant.",
            query=InstantQuery,
            answers={200: DeferredList},
            problems=(401, 403, 422),
        ),
    ]
