"""The page of claims: who says that a payee, or what was earned for nobody, is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from aiohttp import web

from accounting.claims import approve, deny, open_claims
from base.errors import Refused
from catalog.models.rights import Claim
from stream.api.claims import CLAIMS, claim_documents, unknown_claim
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.forms import form_of, notice_of
from stream.pages.language import N_, saying
from stream.pages.office.desk import Question, ask, ask_again, done, keyed_form, said_in
from stream.pages.office.months import names_of
from stream.pages.office.showing import office_page

HERE = "/office/claims"
_ON_PAGE = 50
_NOTICES = {
    "approve": N_("It is theirs now: what waited for it is owed to them."),
    "deny": N_("It is denied, and they are told why."),
}


async def get_claims_page(request: web.Request) -> web.Response:
    """Show the claims that are open, the oldest first."""
    after = CLAIMS.after(request.query.get("cursor"))
    async with request.app[TOOLS].database.read() as session:
        found = await open_claims(session, after=after, limit=_ON_PAGE + 1)
        page = CLAIMS.page(found, limit=_ON_PAGE, place=lambda one: (one.made_at, one.id))
        claims = await claim_documents(session, page.items)
        names = await names_of(session, {one.claimed_by for one in page.items})
    by = {str(one.id): names.get(one.claimed_by) for one in page.items}
    context = {
        "claims": claims,
        "by": by,
        "next": page.next,
        "notice": notice_of(request, _NOTICES),
    }
    return await office_page(request, "office/claims.html", context)


async def get_decide_page(request: web.Request) -> web.Response:
    """Say what deciding comes to."""
    return await ask(request, await _deciding(request, {}))


async def post_decide_page(request: web.Request) -> web.Response:
    """Give what is claimed to who claims it, or say why not."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    deed, _ = request.match_info["deed"], saying(request)
    try:
        reason = form.get("reason", "").strip()[:500]
        if deed == "deny" and not reason:
            raise Unfit({"reason": _("Say why it is not theirs: they read it.")})
        decide = approve if deed == "approve" else partial(deny, reason=reason)
        act = partial(decide, claim_id=_claim_in(request), by=who, now=tools.clock())
        await keyed_form(request, who, form).first(tools, act)
    except Refused as refused:
        return await ask_again(request, await _deciding(request, form), refused)
    return done(HERE, deed)


def _claim_in(request: web.Request) -> UUID:
    return id_in(request.match_info["claim"], unknown_claim())


async def _deciding(request: web.Request, form: Mapping[str, str]) -> Question:
    _, approves = saying(request), request.match_info["deed"] == "approve"
    async with request.app[TOOLS].database.read() as session:
        row = await session.get(Claim, _claim_in(request))
        if row is None:
            raise unknown_claim()
        [told] = await claim_documents(session, [row])
        names = await names_of(session, {row.claimed_by})
    return Question(
        title=_("Approve this claim?") if approves else _("Deny this claim?"),
        button=_("Approve it") if approves else _("Deny it"),
        back=HERE,
        facts=[(_("By"), names.get(row.claimed_by, "")), (_("Payee"), told.payee_name)],
        happens=[
            _("They speak for this payee from now on, and what waits for it is owed to them."),
            _("This cannot be taken back."),
        ]
        if approves
        else [_("Nothing changes hands. They are told, and may claim again.")],
        said=said_in(request, form, "reason"),
        reason="" if approves else _("Why it is not theirs"),
        is_final=True,
    )
