"""The page of tokens for programs: made as narrow as one likes, shown once, and ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web

from base.errors import Refused
from catalog.access_tokens import AccessToken, Wanted, end_token, make_token, tokens_of
from catalog.callers import Caller
from catalog.permissions import OFFICE_SCOPES, RULES, SCOPES, Scope, roles_may
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.identity.office_tokens import require_shown_for_token
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.forms import again_or_none, form_of, form_page, label_in, notice_of, see_other
from stream.pages.language import N_

HERE = "/account/tokens"
_NOTICES = {"ended": N_("That token is ended: nobody is known by it any more.")}
#: For how many days a token is good, and how that reads; the first is chosen unless told.
_LASTS = (
    ("90", N_("90 days")),
    ("7", N_("7 days")),
    ("30", N_("30 days")),
    ("365", N_("a year")),
    ("", N_("until you end it")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A token that was just made: its secret is shown this once."""

    label: str
    secret: str


async def get_tokens_page(request: web.Request) -> web.Response:
    """Show one's tokens, and the form for another."""
    notice = notice_of(request, _NOTICES)
    return await _show(request, await caller(request), notice=notice)


async def post_tokens_page(request: web.Request) -> web.Response:
    """Make a token, and show its secret."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    ticked = [str(one) for one in (await request.post()).getall("scope", [])]
    try:
        wanted = _wanted(form, ticked)
        require_shown_for_token(request, who, wanted.scopes)
        now = tools.clock()
        lasts = form.get("days", "")
        expires_at = now + timedelta(days=int(lasts)) if lasts else None
        async with tools.database.begin() as session:
            asked = Wanted(label=wanted.label, scopes=wanted.scopes, expires_at=expires_at)
            issued = await make_token(session, who, asked, by=who, now=now)
    except Refused as refused:
        return again_or_none(refused, HERE) or await _show(
            request, who, refused=refused, said=form, ticked=ticked
        )
    return await _show(request, who, made=Made(label=wanted.label, secret=issued.secret))


async def post_end_page(request: web.Request) -> web.Response:
    """End a token."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    unknown = Refused(
        "token-unknown", "You have no such token: it was ended before, or ran out.", status=404
    )
    try:
        token_id = id_in(form.get("token", ""), unknown)
        async with tools.database.begin() as session:
            await end_token(session, who, token_id, by=who, now=tools.clock())
    except Refused as refused:
        return await _show(request, who, refused=refused)
    return see_other(f"{HERE}?notice=ended")


def _wanted(form: Mapping[str, str], ticked: Sequence[str]) -> Wanted:
    """Read what a token shall be for; how long it lasts is counted by the caller."""
    faults = {}
    label = label_in(form)
    if label is None:
        faults["label"] = "Say in a few words what the token is for, so that you know it again."
    is_limited = form.get("limits", "some") != "none"
    if is_limited and not ticked:
        faults["scope"] = "Tick what the program may do; with nothing ticked it could do nothing."
    if not set(ticked) <= set(Scope) or form.get("days", "") not in dict(_LASTS):
        faults["scope"] = "This form is an old one: load the page again, and fill it in anew."
    if label is None or faults:
        raise Unfit(faults)
    scopes = frozenset(map(Scope, ticked)) if is_limited else None
    return Wanted(label=label, scopes=scopes, expires_at=None)


async def _show(  # noqa: PLR0913 - what was made, or what was wrong
    request: web.Request,
    who: Caller,
    *,
    notice: str | None = None,
    made: Made | None = None,
    refused: Refused | None = None,
    said: Mapping[str, str] | None = None,
    ticked: Sequence[str] = (),
) -> web.Response:
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        found = await tokens_of(session, who.person_id)
    context: dict[str, Any] = {
        "tokens": [_token(one) for one in found],
        "made": made,
        "scopes": [_scope(one, ticked) for one in _offered(who)],
        "lasts": _LASTS,
        "said": {"label": "", "days": _LASTS[0][0], "limits": "some", **(said or {})},
        "notice": notice,
    }
    return await form_page(request, "people/tokens.html", context, refused=refused)


def _offered(who: Caller) -> list[Scope]:
    """Answer what a token of somebody could be let do: what their roles let them, or may."""
    roles = who.roles | who.withheld
    allowed = {rule.scope for one, rule in RULES.items() if roles_may(roles, one)}
    return [one for one in Scope if one not in OFFICE_SCOPES or one in allowed]


def _scope(one: Scope, ticked: Sequence[str]) -> dict[str, Any]:
    return {"name": str(one), "words": SCOPES[one], "is_ticked": one in ticked}


def _token(one: AccessToken) -> dict[str, Any]:
    scopes = None if one.scopes is None else [SCOPES[each] for each in Scope if each in one.scopes]
    return {
        "id": str(one.id),
        "label": one.label,
        "scopes": scopes,
        "made": one.created_at,
        "ends": one.expires_at,
        "used": one.last_used_at,
    }
