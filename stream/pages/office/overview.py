"""The first page of the office: what needs somebody now, by what whoever asks may."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from aiohttp import web

from accounting.claims import open_claims
from accounting.payout_rows import runs
from base.tools import Tools
from catalog.artist_requests import open_requests
from catalog.callers import Caller
from catalog.capacity import DRAIN_WITHIN_S
from catalog.member_states import MemberState
from catalog.memberships import listed
from catalog.payout_states import RunState
from catalog.permissions import Permission
from catalog.releases import waiting_for_review
from catalog.version_reviews import waiting_versions
from stream.api.fleet import fleet_document
from stream.fleet import Seen, see
from stream.identity.callers import caller
from stream.keys import TOOLS
from stream.pages.catalogues import Catalogue, catalogue_of
from stream.pages.language import language_of
from stream.pages.office.attention import (
    Need,
    Waiting,
    of_books,
    of_machines,
    of_people,
    urgent_first,
)
from stream.pages.office.fleet import drain_of
from stream.pages.office.rooms import Wing, wings_for
from stream.pages.office.showing import office_page

#: More of what waits than so many is told as that.
_MOST = 50


async def get_overview_page(request: web.Request) -> web.Response:
    """Show it."""
    who, tools = await caller(request), request.app[TOOLS]
    seen = await see(tools)
    waiting = await _waiting(tools, who)
    say = catalogue_of(language_of(request))
    needs = urgent_first(_needs(who, seen, waiting, say))
    wings = wings_for(request, who)
    context = {
        "needs": [_with_a_page(one, wings) for one in needs],
        "figures": _figures(seen) if who.may(Permission.FLEET_READ) else None,
    }
    return await office_page(request, "office/overview.html", context)


def _needs(who: Caller, seen: Seen, waiting: Waiting, say: Catalogue) -> Iterator[Need]:
    if who.may(Permission.FLEET_READ):
        yield from of_machines(seen, say)
    if who.may(Permission.BOOKS_READ) and seen.fleet is not None:
        yield from of_books(seen.fleet, say)
    yield from of_people(waiting, say)


def _with_a_page(need: Need, wings: Sequence[Wing]) -> Need:
    """Leave the address out of what whoever asks cannot see."""
    paths = {room.path for wing in wings for room in wing.rooms}
    is_there = need.href is not None and need.href.partition("?")[0] in paths
    return need if is_there else replace(need, href=None)


async def _waiting(tools: Tools, who: Caller) -> Waiting:
    """Ask only for what whoever asks decides about."""
    found: dict[str, int] = {}
    async with tools.database.read() as session:
        if who.may(Permission.MODERATE):
            found["releases"] = len(await waiting_for_review(session, limit=_MOST + 1))
            reviews = tools.settings.reviews
            masters = await waiting_versions(session, reviews=reviews, after=None, limit=_MOST + 1)
            found["masters"] = len(masters)
            found["artists"] = len(await open_requests(session, limit=_MOST + 1))
        if who.may(Permission.PAYOUTS_KEEP):
            found["claims"] = len(await open_claims(session, limit=_MOST + 1))
            drafts = await runs(session, limit=_MOST)
            found["runs"] = sum(one.state == RunState.DRAFT for one in drafts)
        if who.may(Permission.MEMBERSHIP_KEEP):
            state, limit = MemberState.APPLIED, _MOST + 1
            people = await listed(session, state=state, class_id=None, after=None, limit=limit)
            found["applicants"] = len(people)
    return Waiting(most=_MOST, **found)


def _figures(seen: Seen) -> dict[str, Any] | None:
    if seen.fleet is None:
        return None
    told = fleet_document(seen.fleet, seen.evidence, within_s=DRAIN_WITHIN_S)
    return {
        "workers": len(told.workers),
        "waiting": sum(one.waiting for one in told.lanes.values()),
        "running": len(told.running),
        "drain_s": drain_of(told.lanes),
        "uploads": told.uploads_under_way,
    }
