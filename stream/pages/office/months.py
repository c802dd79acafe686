"""The pages of months: which are closed, what stands in the way of the next, and what each told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import web

from accounting.closing import Closed, closed_months, due_month, outlook
from accounting.coop import Total, income, liabilities
from accounting.months import Month, month_named
from accounting.obstacles import Obstacle, obstacles, standing_of
from accounting.payees import payees_named
from accounting.payouts import payee_id_of
from accounting.roots import roots_between
from accounting.statements import Section
from accounting.told import Kept, statements_in
from base.database import Session
from base.errors import Refused
from catalog.permissions import Permission
from stream.api.paging import Keyset
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.pages.forms import notice_of
from stream.pages.language import N_
from stream.pages.office.showing import office_page
from stream.pages.office.treasury_words import KINDS, OBSTACLES, SECTIONS

HERE = "/office/months"
STATEMENTS = Keyset("statements-of-month", tuple[int, str])
_ON_PAGE = 50
NOTICES = {
    "closed": N_(
        "The month is closed. Its statements are told, and nothing of it changes any more."
    ),
    "restated": N_("It is told anew: the new versions stand beside the first, with your reason."),
}


async def get_months_page(request: web.Request) -> web.Response:
    """Show the month that is closed next, what stands in the way, and those that are closed."""
    who, tools = await caller(request), request.app[TOOLS]
    now, zone = tools.clock(), tools.settings.books_zone
    async with tools.database.read() as session:
        done, due = await closed_months(session), await due_month(session, zone)
        found = [] if due is None else await in_the_way(session, due, now=now)
        names = await names_of(session, (one.closed_by for one in done))
    context = {
        "due": None if due is None else due_facts(due, now=now),
        "obstacles": found,
        "closed": [closed_facts(one, names) for one in done],
        "may_keep": who.may(Permission.BOOKS_KEEP),
        "notice": notice_of(request, NOTICES),
    }
    return await office_page(request, "office/months.html", context)


async def get_month_page(request: web.Request) -> web.Response:
    """Show what a month came to, or would if it were closed now."""
    who, tools = await caller(request), request.app[TOOLS]
    month = month_in(request)
    async with tools.database.read() as session:
        done = {one.month.name: one for one in await closed_months(session)}.get(month.name)
        if done is None:
            context = await _open(session, month, now=tools.clock())
        else:
            context = await _closed(session, done, request.query.get("cursor"))
    context |= {
        "month": due_facts(month, now=tools.clock()),
        "may_keep": who.may(Permission.BOOKS_KEEP),
        "notice": notice_of(request, NOTICES),
    }
    template = "office/month_open.html" if done is None else "office/month_closed.html"
    return await office_page(request, template, context)


def month_in(request: web.Request) -> Month:
    """Answer the month of the path.

    Raises:
        Refused: `bad-period`, 404: what is no month is no page.

    """
    try:
        return month_named(request.match_info["month"], request.app[TOOLS].settings.books_zone)
    except Refused as refused:
        raise Refused(refused.code, refused.sentence, status=404) from None


async def in_the_way(session: Session, due: Month, *, now: datetime) -> list[dict[str, Any]]:
    """Answer what should be looked at before a month is closed, and where."""
    return [_obstacle(one) for one in obstacles(await standing_of(session, due, now=now), now=now)]


async def names_of(session: Session, people: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """Answer what people are called."""
    found = await payees_named(session, {one for one in people if one is not None})
    return {one: payee.name for one, payee in found.items()}


def due_facts(month: Month, *, now: datetime) -> dict[str, Any]:
    """Answer what a page says of a month: its name, and its days where the books are kept."""
    there = ZoneInfo(month.zone)
    return {
        "name": month.name,
        "day": date(month.year, month.number, 1),
        "ends": month.ends_at.astimezone(there),
        "zone": month.zone,
        "is_over": month.ends_at <= now,
    }


def closed_facts(one: Closed, names: Mapping[UUID, str]) -> dict[str, Any]:
    """Answer what a page says of a month that is closed."""
    return {
        "name": one.month.name,
        "day": date(one.month.year, one.month.number, 1),
        "at": one.closed_at,
        "by": names.get(one.closed_by) if one.closed_by else None,
        "statements": one.statements,
        "digest": one.digest.hex(),
    }


async def _open(session: Session, month: Month, *, now: datetime) -> dict[str, Any]:
    seen = await outlook(session, month.name, zone=month.zone, now=now)
    return {
        "payees": seen.payees,
        "sums": [
            {
                "words": SECTIONS[Section(section)],
                "currency": currency,
                "number": number,
                "amount": amount,
            }
            for (section, currency), (number, amount) in seen.sums.items()
        ],
        "obstacles": await in_the_way(session, month, now=now),
    }


async def _closed(session: Session, done: Closed, cursor: str | None) -> dict[str, Any]:
    month = done.month
    after, limit = STATEMENTS.after(cursor), _ON_PAGE + 1
    found = await statements_in(session, month.name, after=after, limit=limit)
    page = STATEMENTS.page(
        found, limit=_ON_PAGE, place=lambda one: (one.account_id, one.summary.currency)
    )
    ids = {payee_id_of(one.payee) for one in page.items}
    names = await names_of(session, {done.closed_by, *ids})
    first, last = month.starts_at.date(), month.ends_at.date()
    return {
        "closed": closed_facts(done, names),
        "income": [_total(one) for one in await income(session, month.starts_at, month.ends_at)],
        "owed": [_total(one) for one in await liabilities(session, before=month.ends_at)],
        "statements": [_statement(one, names) for one in page.items],
        "next": page.next,
        "roots": await roots_between(session, first, last),
    }


def _obstacle(one: Obstacle) -> dict[str, Any]:
    words, where = OBSTACLES[one.code]
    return {"words": words, "where": where, "number": one.number, "is_bar": one.is_bar}


def _total(one: Total) -> dict[str, Any]:
    return {"words": KINDS[one.kind], "currency": one.currency, "amount": one.amount}


def _statement(one: Kept, names: Mapping[UUID, str]) -> dict[str, Any]:
    payee_id, told = payee_id_of(one.payee), one.summary
    known = names.get(payee_id) if payee_id else None
    query = f"payee={one.payee}&currency={told.currency}&version={told.version}"
    return {
        "payee": one.payee,
        "name": known or one.payee,
        "is_member": one.payee.startswith("member:"),
        "currency": told.currency,
        "opening": told.opening,
        "closing": told.closing,
        "version": told.version,
        "change": told.restated - told.closing,
        "query": query,
    }
