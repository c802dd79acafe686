"""The pages of members: who applied and who is one, what each paid and holds; and the roll."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.member_states import MemberEvent, MemberState
from catalog.memberships import Said, decide, exclude, listed, membership_called
from stream.api.membership import described
from stream.api.membership_documents import MembershipDocument, row_document
from stream.api.membership_keeping import PLACE, require_other
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.keys import TOOLS
from stream.pages.forms import form_of, notice_of
from stream.pages.language import N_, saying
from stream.pages.office.desk import Question, ask, ask_again, done, keyed_form, said_in
from stream.pages.office.showing import office_page

HERE = "/office/members"
_ON_PAGE = 50
STATES: Mapping[MemberState, tuple[str, str]] = {
    MemberState.APPLIED: (N_("applied"), "warn"),
    MemberState.MEMBER: (N_("member"), "good"),
    MemberState.LAPSED: (N_("dues ran out"), "warn"),
    MemberState.REFUSED: (N_("refused"), ""),
    MemberState.WITHDRAWN: (N_("took it back"), ""),
    MemberState.RESIGNED: (N_("resigned"), ""),
    MemberState.EXCLUDED: (N_("excluded"), "wrong"),
}
_EVENTS: Mapping[MemberEvent, str] = {
    MemberEvent.ADMIT: N_("Admitted"),
    MemberEvent.REFUSE: N_("Refused"),
    MemberEvent.WITHDRAW: N_("Took the application back"),
    MemberEvent.LAPSE: N_("Dues ran out"),
    MemberEvent.RENEW: N_("Dues paid"),
    MemberEvent.RESIGN: N_("Resigned"),
    MemberEvent.EXCLUDE: N_("Excluded"),
}
_NOTICES = {
    "admit": N_("They are admitted, have a number, and pay now."),
    "refuse": N_("They are refused, and are told why."),
    "exclude": N_("They are excluded, and are told why."),
}


async def get_members_page(request: web.Request) -> web.Response:
    """Show memberships, the newest applications first; those of a state if asked so."""
    said = request.query.get("state", "")
    state = MemberState(said) if said in set(MemberState) else None
    after = PLACE.after(request.query.get("cursor"))
    async with request.app[TOOLS].database.read() as session:
        found = await listed(session, state=state, class_id=None, after=after, limit=_ON_PAGE + 1)
    page = PLACE.page(found, limit=_ON_PAGE, place=lambda one: (one.applied_at, one.id))
    context = {
        "members": [row_document(one) for one in page.items],
        "next": page.next,
        "path": f"{HERE}?{urlencode({'state': state})}" if state else HERE,
        "state": state or "",
        "states": STATES,
        "notice": notice_of(request, _NOTICES),
    }
    return await office_page(request, "office/members.html", context)


async def get_member_page(request: web.Request) -> web.Response:
    """Show a membership, with its shares, what was paid, and what happened to it."""
    member = await _member(request)
    context: dict[str, Any] = {
        "member": member,
        "state": STATES[member.state],
        "events": [(_EVENTS[one.event], one) for one in member.steps],
        "shares": sum(one.count for one in member.shares),
        "may_decide": member.state == MemberState.APPLIED,
        "may_exclude": member.state in {MemberState.MEMBER, MemberState.LAPSED},
        "notice": notice_of(request, _NOTICES),
    }
    return await office_page(request, "office/member.html", context)


async def get_decide_page(request: web.Request) -> web.Response:
    """Say what admitting, refusing or excluding somebody comes to."""
    return await ask(request, _deciding(request, await _member(request), {}))


async def post_decide_page(request: web.Request) -> web.Response:
    """Admit an applicant or refuse them; exclude a member."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    deed, member, _ = request.match_info["deed"], await _member(request), saying(request)
    try:
        reason = form.get("reason", "").strip()[:500] or None
        if deed != "admit" and reason is None:
            raise Unfit({"reason": _("Say why: they are told.")})
        word = Said(by=who.person_id, reason=reason)

        async def work(session: Session) -> None:
            row = await membership_called(session, str(member.id), lock=True)
            if deed == "exclude":
                await exclude(session, row, word, now=tools.clock())
            else:
                require_other(row.account_id, who.person_id)
                admits = deed == "admit"
                await decide(session, row, word, admits=admits, now=tools.clock())

        await keyed_form(request, who, form).first(tools, work)
    except Refused as refused:
        return await ask_again(request, _deciding(request, member, form), refused)
    return done(f"{HERE}/{member.id}", deed)


async def _member(request: web.Request) -> MembershipDocument:
    async with request.app[TOOLS].database.read() as session:
        return await described(
            session, await membership_called(session, request.match_info["member"])
        )


def _deciding(
    request: web.Request, member: MembershipDocument, form: Mapping[str, str]
) -> Question:
    _, deed = saying(request), request.match_info["deed"]
    titles = {
        "admit": (_("Admit %(name)s?", name=member.name), _("Admit them")),
        "refuse": (_("Refuse %(name)s?", name=member.name), _("Refuse them")),
        "exclude": (_("Exclude %(name)s?", name=member.name), _("Exclude them")),
    }
    happens = {
        "admit": [
            _("They get a number that is theirs for good, and are asked to pay dues and shares."),
            _("They stand in the roll for votes from now on."),
        ],
        "refuse": [_("They are told so, with your reason, and may apply again.")],
        "exclude": [
            _("They are no member any more and have no vote; they are told so, with your reason."),
            _("Their shares stay theirs until they are redeemed."),
        ],
    }
    title, button = titles[deed]
    return Question(
        title=title,
        button=button,
        back=f"{HERE}/{member.id}",
        facts=[(_("Class"), member.class_id)],
        happens=happens[deed],
        said=said_in(request, form, "reason"),
        reason="" if deed == "admit" else _("Why"),
        is_final=deed != "admit",
    )
