"""The page of the record: who did what in an office, for treasurers and operators."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web

from base.errors import Refused
from catalog.acts import Act, Noted
from catalog.audit import Asked, acts_before, names_of
from stream.api.offices import PLACES
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.office.showing import office_page

HERE = "/office/audit"
_ON_PAGE = 50
_ASKED = ("act", "person", "subject", "outcome")


async def get_audit_page(request: web.Request) -> web.Response:
    """Show acts, the newest first, as far as they are asked for."""
    said = {name: request.query.get(name, "").strip()[:120] for name in _ASKED}
    refused: Refused | None = None
    found: list[Noted] = []
    names: Mapping[UUID, str] = {}
    following = None
    try:
        asked = _asked(said)
        [before] = PLACES.after(request.query.get("cursor")) or (None,)
        async with request.app[TOOLS].database.read() as session:
            acts = await acts_before(session, asked, before=before, limit=_ON_PAGE + 1)
            part = PLACES.page(acts, limit=_ON_PAGE, place=lambda act: (act.id,))
            found, following = list(part.items), part.next
            names = await names_of(session, found)
    except Refused as error:
        refused = error
    query = {name: value for name, value in said.items() if value}
    context: dict[str, Any] = {
        "acts": [_act(one, names) for one in found],
        "kinds": [str(one) for one in Act],
        "asked": said,
        "path": f"{HERE}?{urlencode(query)}" if query else HERE,
        "next": following,
    }
    return await office_page(request, "office/audit.html", context, refused=refused)


def _asked(said: Mapping[str, str]) -> Asked:
    kind, person = said["act"], said["person"]
    if kind and kind not in set(Act):
        raise Refused("bad-form", "There is no such act: choose one of the list.", status=422)
    unfit = Refused("bad-form", "A person is asked for by the number of the account.", status=422)
    return Asked(
        act=Act(kind) if kind else None,
        person_id=id_in(person, unfit) if person else None,
        subject=said["subject"] or None,
        outcome=said["outcome"] or None,
    )


def _act(one: Noted, names: Mapping[UUID, str]) -> dict[str, Any]:
    is_other = one.account_id != one.person_id and one.account_id is not None
    return {
        "at": one.at,
        "act": one.act,
        "person": str(one.person_id) if one.person_id else None,
        "name": names.get(one.person_id) if one.person_id else None,
        "whose": names.get(one.account_id) if is_other and one.account_id else None,
        "subject": one.subject,
        "facts": json.dumps(dict(one.facts), ensure_ascii=False) if one.facts else None,
        "network": one.network,
        "outcome": one.outcome,
    }
