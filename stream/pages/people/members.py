"""The page of who acts for an artist or a label: seen by members, and said by owners."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from accounting.sheets import Subject, newest_agreed
from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.invitations import Invited, invitations_of, unknown_invitation, withdraw
from catalog.members import Membership, members_of, remove_member
from catalog.models.rights import SheetKind
from catalog.permissions import Permission
from catalog.roles import Capacity, InvitationState
from stream.api.acting import changed_member
from stream.api.acting_documents import NewInvitation
from stream.api.invitations import send_invitation
from stream.api.sheet_views import described
from stream.api.split_documents import ShareFacts
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.account.invitation import CAPACITIES
from stream.pages.forms import again_or_none, form_of, form_page, notice_of, see_other
from stream.pages.language import N_
from stream.pages.mine.keys import form_key
from stream.pages.people.acting import CAN

HERE = "/account/members"
_MOST_SHOWN = 50
_NOTICES = {
    "changed": N_("That is changed."),
    "removed": N_("They act for it no longer."),
    "withdrawn": N_("That invitation is withdrawn: nobody can answer it any more."),
    "invited": N_("The invitation is on its way."),
}


async def get_members_page(request: web.Request) -> web.Response:
    """Show who acts for the account that is acted for."""
    notice = notice_of(request, _NOTICES)
    return await _show(request, await caller(request), notice=notice)


async def post_member_page(request: web.Request) -> web.Response:
    """Let a member act as something else, or no longer."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    unknown = Refused("member-unknown", "They do not act for it any more.", status=404)
    removes = form.get("do") == "remove"
    try:
        person_id = id_in(form.get("person", ""), unknown)
        capacity = _capacity(form.get("capacity", Capacity.VIEWER))
        async with tools.database.begin() as session:
            if removes:
                await remove_member(session, who, who.id, person_id, now=tools.clock())
            else:
                await changed_member(session, who, person_id, capacity, now=tools.clock())
    except Refused as refused:
        return again_or_none(refused, HERE) or await _show(request, who, refused=refused)
    if person_id == who.person_id:
        return see_other("/account/acting?notice=left" if removes else HERE)
    return see_other(f"{HERE}?notice={'removed' if removes else 'changed'}")


async def post_invite_page(request: web.Request) -> web.Response:
    """Invite somebody by mail, or by a link to hand on, which is shown this once."""
    who, form = await caller(request), await form_of(request)
    email = form.get("email", "").strip()
    try:
        wanted = NewInvitation(
            capacity=_capacity(form.get("capacity", "")), email=email[:254] or None
        )
        asked = form_key(request, who, form)
        _, link = await send_invitation(request, who, wanted, asked)
    except Refused as refused:
        shown = Unfit({"email": refused.sentence}) if refused.code == "email-unfit" else refused
        return again_or_none(refused, HERE) or await _show(request, who, refused=shown, said=form)
    if email:
        return see_other(f"{HERE}?notice=invited")
    return await _show(request, who, link=link)


async def post_withdraw_page(request: web.Request) -> web.Response:
    """Withdraw an invitation."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        invitation_id = id_in(form.get("invitation", ""), unknown_invitation())
        async with tools.database.begin() as session:
            await withdraw(session, who, invitation_id, now=tools.clock())
    except Refused as refused:
        return await _show(request, who, refused=refused)
    return see_other(f"{HERE}?notice=withdrawn")


def _capacity(said: str) -> Capacity:
    try:
        return Capacity(said)
    except ValueError:
        raise Refused(
            "bad-form", "Choose whether they are a viewer, an editor or an owner.", status=422
        ) from None


async def _show(  # noqa: PLR0913 - what was done, or what was wrong
    request: web.Request,
    who: Caller,
    *,
    notice: str | None = None,
    link: str | None = None,
    refused: Refused | None = None,
    said: Mapping[str, str] | None = None,
) -> web.Response:
    tools = request.app[TOOLS]
    now = tools.clock()
    async with tools.database.read() as session:
        members = await members_of(session, who.id)
        invited = await invitations_of(session, who.id, limit=_MOST_SHOWN)
        shares = await _shares(session, who, now=now)
    waiting = [one for one in invited if one.state(now) is InvitationState.WAITING]
    context: dict[str, Any] = {
        "name": who.name,
        "members": [_member(one, who.person_id) for one in members],
        "waiting": [_invitation(one) for one in waiting],
        "shares": shares,
        "may_keep": who.may(Permission.MEMBERS_KEEP),
        "capacities": CAPACITIES,
        "can": CAN,
        "link": link,
        "key": uuid4().hex,
        "said": {"email": "", **(said or {})},
        "notice": notice,
    }
    return await form_page(request, "people/members.html", context, refused=refused)


async def _shares(session: Session, who: Caller, *, now: datetime) -> list[ShareFacts]:
    """Answer who gets how much of all music of the account, where that is agreed on."""
    if not who.may(Permission.SHARES_READ):
        return []
    subject = Subject(kind=SheetKind.SPLIT, owner_id=who.id, recording_id=None)
    sheet = await newest_agreed(session, subject, now=now)
    found = [] if sheet is None else await described(session, [sheet], who)
    return [share for one in found for share in one.shares if share.ppm]


def _member(one: Membership, person_id: UUID) -> dict[str, Any]:
    return {
        "id": str(one.person_id),
        "name": one.name,
        "capacity": one.capacity,
        "since": one.since,
        "is_you": one.person_id == person_id,
    }


def _invitation(one: Invited) -> dict[str, Any]:
    return {
        "id": str(one.row.id),
        "email": one.row.email,
        "capacity": Capacity(one.row.capacity),
        "by": one.inviter,
        "ends": one.row.expires_at,
    }
