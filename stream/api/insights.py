"""How an artist is heard, and what they earn: for who looks after their music, and who is paid."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from aiohttp import web

from accounting.closing import due_month
from accounting.days import Days
from accounting.earnings import NO_RECORDING, Earned, balances_now, earned
from accounting.insights import heard_in, releases_in, territories_in, tracks_in
from accounting.ledger import Account, AccountKind
from accounting.terms import terms_at
from accounting.told import payees_for, titles_of
from base.database import Session
from base.errors import Refused
from base.tools import Tools
from catalog.permissions import Permission
from catalog.rollup_marks import counted_until
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import asking
from stream.api.insight_documents import (
    BalanceDocument,
    DaysQuery,
    EarnedDay,
    EarnedRecording,
    EarnedSection,
    EarnedStep,
    EarningsDocument,
    InsightsDocument,
    earned_sums,
    heard_days,
    heard_of,
    heard_sums,
    span_document,
    territory_documents,
    way_documents,
)
from stream.api.openapi import Route
from stream.api.payouts import standings_of
from stream.identity.callers import caller
from stream.keys import TOOLS

_USUAL_DAYS, _MOST_DAYS, _MOST = 28, 366, 100


async def get_insights(request: web.Request) -> web.Response:
    """Answer how the caller's music is heard."""
    who, tools = await caller(request), request.app[TOOLS]
    days = days_asked(asking(request, DaysQuery), now=tools.clock())
    async with tools.database.read() as session:
        body = await insights_of(session, who.id, days, now=tools.clock())
    return answered(request, body, cache=NEVER_KEPT)


async def get_earnings(request: web.Request) -> web.Response:
    """Answer what the caller earns."""
    who, tools = await caller(request), request.app[TOOLS]
    days = days_asked(asking(request, DaysQuery), now=tools.clock())
    async with tools.database.read() as session:
        body = await earnings_of(session, tools, who.id, days)
    return answered(request, body, cache=NEVER_KEPT)


def days_asked(asked: DaysQuery, *, now: datetime) -> Days:
    """Answer the days that are asked for; today is the last of them unless told.

    Raises:
        Refused: `bad-days`, 422: there are none, or too many.

    """
    until = asked.until or _from(asked.since) or now.date() + timedelta(days=1)
    days = Days(since=asked.since or until - timedelta(days=_USUAL_DAYS), until=until)
    if not 0 < (days.until - days.since).days <= _MOST_DAYS:
        raise Refused("bad-days", f"Ask for 1 to {_MOST_DAYS} days.", status=422)
    return days


def _from(since: date | None) -> date | None:
    return None if since is None else since + timedelta(days=_USUAL_DAYS)


async def insights_of(
    session: Session, account_id: UUID, days: Days, *, now: datetime
) -> InsightsDocument:
    """Answer how an account's music is heard."""
    heard = await heard_in(session, account_id, days)
    before = await heard_in(session, account_id, days.before())
    terms = await terms_at(session, now)
    return InsightsDocument(
        span=span_document(days),
        before=span_document(days.before()),
        counted_at=await counted_until(session),
        total=heard_sums(heard.total),
        total_before=heard_sums(before.total),
        days=heard_days(heard),
        ways=way_documents(heard.total, steps=terms.steps),
        territories=territory_documents(await territories_in(session, account_id, days)),
        tracks=[heard_of(one) for one in await tracks_in(session, account_id, days, most=_MOST)],
        releases=[
            heard_of(one) for one in await releases_in(session, account_id, days, most=_MOST)
        ],
    )


async def earnings_of(
    session: Session, tools: Tools, account_id: UUID, days: Days
) -> EarningsDocument:
    """Answer what an account and whom it speaks for earn, and are owed."""
    payees = await payees_for(session, account_id)
    mine = [Account(AccountKind.PAYABLE, one) for one in payees]
    by_day = await earned(session, mine, days, by="day")
    before = await earned(session, mine, days.before(), by="currency")
    steps = await earned(session, mine, days, by="step")
    due = await due_month(session, tools.settings.books_zone)
    return EarningsDocument(
        span=span_document(days),
        before=span_document(days.before()),
        totals=earned_sums(by_day, before),
        days=[EarnedDay(day=one.of, currency=one.currency, amount=one.amount) for one in by_day],
        steps=sorted(
            (EarnedStep(step=one.of, **_sums(one)) for one in steps),
            key=lambda one: (one.step, one.currency),
        ),
        sections=[
            EarnedSection(section=one.of, **_sums(one))
            for one in await earned(session, mine, days, by="section")
        ],
        recordings=await _recordings(session, mine, days),
        balances=await _balances(session, payees),
        payouts=await standings_of(session, tools, payees),
        next_month=None if due is None else due.name,
    )


async def _recordings(
    session: Session, accounts: list[Account], days: Days
) -> list[EarnedRecording]:
    found = await earned(session, accounts, days, by="recording_id", most=_MOST)
    titles = await titles_of(session, {one.of for one in found} - {NO_RECORDING})
    return [
        EarnedRecording(
            recording=None if one.of == NO_RECORDING else str(one.of),
            title=titles.get(one.of),
            **_sums(one),
        )
        for one in found
    ]


async def _balances(session: Session, payees: list[str]) -> list[BalanceDocument]:
    kinds = (AccountKind.PAYABLE, AccountKind.SUSPENSE, AccountKind.RESERVE)
    found = await balances_now(session, [Account(kind, one) for kind in kinds for one in payees])
    currencies = sorted({currency for sums in found.values() for currency in sums})
    each = [
        BalanceDocument(
            payee=payee,
            currency=currency,
            **{str(kind): found[Account(kind, payee)].get(currency, 0) for kind in kinds},
        )
        for payee in payees
        for currency in currencies
    ]
    return [one for one in each if one.payable or one.suspense or one.reserve]


def _sums(one: Earned) -> dict[str, Any]:
    return {"currency": one.currency, "number": one.number, "amount": one.amount}


def insight_routes() -> list[Route]:
    """Answer every operation that tells artists how they do."""
    return [
        Route(
            method="GET",
            path="/api/v1/insights",
            handler=get_insights,
            needs=Permission.MUSIC_READ,
            summary="How your music is heard: by day, step, territory, track and release.",
            query=DaysQuery,
            answers={200: InsightsDocument},
            problems={422: ("bad-days",)},
        ),
        Route(
            method="GET",
            path="/api/v1/insights/earnings",
            handler=get_earnings,
            needs=Permission.EARNINGS_READ,
            summary="What you earn: by day, step and recording; what is owed and paid next.",
            query=DaysQuery,
            answers={200: EarningsDocument},
            problems={422: ("bad-days",)},
        ),
    ]
