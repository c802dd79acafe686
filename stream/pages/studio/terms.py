"""Where a release may be had and for what: deals as people read and write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from aiohttp import web

from accounting.deal_rows import NewDeal, unknown_deal
from accounting.deals import DealModel, Subject
from base.errors import Refused
from stream.api.deals import end_own_deal, own_deal
from stream.api.releases import release_id_in
from stream.idempotency import bound
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.forms import form_of, see_other
from stream.pages.studio.coming_out import address_of, show_release
from stream.pages.studio.countries import countries

_CODE = re.compile(r"[A-Z]{2}")
_WHEN = "Choose a day and a time."


async def post_terms_page(request: web.Request) -> web.Response:
    """Say where a release of the caller's may be had, or let what was said end."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    release_id = release_id_in(request)
    try:
        async with tools.database.begin() as session:
            if form.get("do") == "end":
                deal = id_in(form.get("deal", ""), unknown_deal())
                await end_own_deal(session, who, deal, now=tools.clock())
            else:
                key = bound(
                    form.get("key", ""), caller_id=str(who.id), operation=f"POST {request.path}"
                )
                await own_deal(session, who, _deal(form, release_id, key=key), now=tools.clock())
    except Refused as refused:
        return await show_release(request, who, refused=refused, said=form)
    return see_other(f"{address_of(release_id)}?notice=terms#of-terms")


def _deal(form: Mapping[str, str], release_id: UUID, *, key: str) -> NewDeal:
    faults: dict[str, str] = {}
    listed, excluded = _codes(form, "territories", faults), _codes(form, "excluded", faults)
    starts_at, ends_at = _instant(form, "starts_at", faults), _instant(form, "ends_at", faults)
    try:
        model = DealModel(form.get("model", ""))
    except ValueError:
        faults["model"], model = "Choose what holds there.", DealModel.PAID
    if faults:
        raise Unfit(faults)
    return NewDeal(
        subject=Subject.RELEASE,
        subject_id=release_id,
        model=model,
        territories=listed or None,
        excluded=excluded,
        starts_at=starts_at,
        ends_at=ends_at,
        key=key,
    )


def _codes(form: Mapping[str, str], name: str, faults: dict[str, str]) -> list[str]:
    codes = form.get(name, "").upper().replace(",", " ").split()
    known = countries("en")
    wrong = [one for one in codes if not _CODE.fullmatch(one) or one not in known]
    if wrong:
        faults[name] = f"{wrong[0][:10]} is no country: write two letters each, such as DE ES."
    return sorted(set(codes))


def _instant(form: Mapping[str, str], name: str, faults: dict[str, str]) -> datetime | None:
    said = form.get(name, "")
    if not said:
        return None
    try:
        return datetime.fromisoformat(said).replace(tzinfo=UTC)
    except ValueError:
        faults[name] = _WHEN
        return None
