"""The page of what checks of the store found, and what to do about each finding."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from base.errors import Refused
from catalog.jobs import is_under_way
from catalog.kinds import Kind
from catalog.models.checks import StoreCheck
from catalog.permissions import Permission
from catalog.store_checks import check_of, checks_before, latest_check
from stream.api.store import begin_check
from stream.identity.callers import caller
from stream.ids import id_in
from stream.keys import REQUEST_ID, TOOLS
from stream.pages.forms import form_of, notice_of, see_other
from stream.pages.language import N_
from stream.pages.office.showing import office_page

HERE = "/office/findings"
_MOST_CHECKS = 14
_NOTICES = {
    "begun": N_("A check begins as soon as a worker takes it. It mends nothing; look here again."),
}


async def get_findings_page(request: web.Request) -> web.Response:
    """Show what the latest check found, or another."""
    return await _show(request, notice=notice_of(request, _NOTICES))


async def post_findings_page(request: web.Request) -> web.Response:
    """Let the store be checked now."""
    await form_of(request)
    try:
        await begin_check(request.app[TOOLS], request[REQUEST_ID])
    except Refused as refused:
        return await _show(request, refused=refused)
    return see_other(f"{HERE}?notice=begun")


async def _show(
    request: web.Request, *, notice: str | None = None, refused: Refused | None = None
) -> web.Response:
    who, said = await caller(request), request.query.get("check", "")
    unknown = Refused("check-unknown", "There is no such check, or no more.", status=404)
    async with request.app[TOOLS].database.read() as session:
        if said:
            found: StoreCheck | None = await check_of(session, id_in(said, unknown))
        else:
            found = await latest_check(session)
        checks = await checks_before(session, None, limit=_MOST_CHECKS)
        under_way = await is_under_way(session, Kind.FSCK)
    context: dict[str, Any] = {
        "check": found,
        "found": sum(found.codes.values()) if found else 0,
        "checks": [{"told": one, "found": sum(one.codes.values())} for one in checks],
        "is_under_way": under_way,
        "may_run": who.may(Permission.FLEET_RUN),
        "notice": notice,
    }
    return await office_page(request, "office/findings.html", context, refused=refused)
