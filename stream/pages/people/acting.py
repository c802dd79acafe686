"""The page of artists and labels that one acts for: chosen, made, and left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from base.errors import Refused
from catalog.callers import Caller, CredentialKind
from catalog.closing import closed_by
from catalog.members import (
    Membership,
    accounts_of,
    acted_for,
    choose,
    make_account,
    remove_member,
    unknown_membership,
)
from catalog.permissions import Permission
from catalog.roles import AccountKind, Capacity
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.account.invitation import CAPACITIES
from stream.pages.forms import form_of, form_page, notice_of, onward, see_other
from stream.pages.language import N_

HERE = "/account/acting"
_LONGEST_NAME = 200
_NOTICES = {
    "for": N_("You act for it from now on, on all pages, until you choose otherwise."),
    "self": N_("You act for yourself again."),
    "made": N_("It is made, and you are its owner."),
    "left": N_("You act for it no longer."),
    "handed-over": N_("It is handed over, and you act for it no longer."),
}
#: What a member may.
CAN = {
    Capacity.VIEWER: N_("A viewer sees its music, its reports and its earnings."),
    Capacity.EDITOR: N_(
        "An editor uploads, changes and publishes its music, and sees its earnings."
    ),
    Capacity.OWNER: N_(
        "An owner does all there is to do, and says where its earnings go and who acts for it."
    ),
}
_KINDS = {
    AccountKind.ARTIST: N_("artist"),
    AccountKind.LABEL: N_("label"),
    AccountKind.PERSON: N_("person"),
}


async def get_acting_page(request: web.Request) -> web.Response:
    """Show for whom one may act, and for whom one does."""
    notice = notice_of(request, _NOTICES)
    return await _show(request, await caller(request), notice=notice)


async def post_acting_page(request: web.Request) -> web.Response:
    """Act for an account from now on, or for oneself, and go on from there."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    wanted = form.get("account", "")
    try:
        account_id = id_in(wanted, unknown_membership()) if wanted else None
        async with tools.database.begin() as session:
            await choose(session, who, account_id)
    except Refused as refused:
        return await _show(request, who, refused=refused)
    notice = "for" if account_id else "self"
    following = form.get("next", "")
    return see_other(onward(following) if following else f"{HERE}?notice={notice}")


async def post_new_page(request: web.Request) -> web.Response:
    """Make an artist or a label, owned by who asks."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        name, kind = _new(form)
        async with tools.database.begin() as session:
            await make_account(session, who, name=name, kind=kind, now=tools.clock())
    except Refused as refused:
        return await _show(request, who, refused=refused, said=form)
    return see_other(f"{HERE}?notice=made")


async def post_leave_page(request: web.Request) -> web.Response:
    """Act for an account no longer."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        account_id = id_in(form.get("account", ""), unknown_membership())
        async with tools.database.begin() as session:
            await remove_member(session, who, account_id, who.person_id, now=tools.clock())
    except Refused as refused:
        return await _show(request, who, refused=refused)
    return see_other(f"{HERE}?notice=left")


def _new(form: Mapping[str, str]) -> tuple[str, AccountKind]:
    name, kinds = " ".join(form.get("name", "").split()), (AccountKind.ARTIST, AccountKind.LABEL)
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Unfit({"name": "Tell the name under which the music comes out."})
    kind = form.get("kind", AccountKind.ARTIST)
    if kind not in kinds:
        raise Unfit({"name": "Choose whether it is an artist or a label."})
    return name, AccountKind(kind)


async def _show(
    request: web.Request,
    who: Caller,
    *,
    notice: str | None = None,
    refused: Refused | None = None,
    said: Mapping[str, str] | None = None,
) -> web.Response:
    held = who.credential
    async with request.app[TOOLS].database.read() as session:
        found = await accounts_of(session, who.person_id)
        chosen = None if held is None else await acted_for(session, held.id)
        closed = await closed_by(session, who.person_id)
    context: dict[str, Any] = {
        "accounts": [_account(one, chosen) for one in found],
        "closed": closed,
        "chosen": chosen.name if chosen else None,
        "may_choose": held is not None and held.kind is CredentialKind.SESSION,
        "may_make": who.may(Permission.ARTISTS_MAKE),
        "kinds": _KINDS,
        "capacities": CAPACITIES,
        "can": CAN,
        "said": said or {},
        "notice": notice,
    }
    return await form_page(request, "people/acting.html", context, refused=refused)


def _account(one: Membership, chosen: Membership | None) -> dict[str, Any]:
    return {
        "id": str(one.account_id),
        "name": one.name,
        "kind": one.kind,
        "capacity": one.capacity,
        "since": one.since,
        "may_end": one.capacity is Capacity.OWNER and one.kind is not AccountKind.PERSON,
        "is_chosen": chosen is not None and chosen.account_id == one.account_id,
    }
