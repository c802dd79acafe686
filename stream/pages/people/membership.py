"""The page of one's own membership of the co-operative: joined, paid, shown, and left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from aiohttp import web
from pydantic import ValidationError

from base.database import Session
from base.errors import Refused, Unavailable
from catalog.callers import Caller
from catalog.member_states import ADMITTED, GOES_ON, MemberState
from catalog.member_terms import classes_at
from catalog.membership import Admission, Shown, Terms
from catalog.memberships import Application, apply, leave, membership_of, own_membership
from stream.api.membership import described, order_charge
from stream.api.membership_documents import MembershipDocument, NewCharge
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.keys import PROVIDERS, TOOLS
from stream.pages.forms import form_of, form_page, notice_of, see_other
from stream.pages.language import N_
from stream.pages.mine.keys import form_key
from stream.pages.people.membership_words import (
    class_words,
    membership_words,
    provider_words,
    shown_words,
)

HERE = "/account/membership"
_LONGEST_NAME, _LONGEST_ADDRESS, _LONGEST_WORDS = 200, 500, 2_000
_NOTICES = {
    "applied": N_("Your application is written down."),
    "ordered": N_("Pay as it is told below; it counts when the money is there."),
    "shown": N_("That is what others see from now on."),
    "left": N_("You are no member any more."),
    "withdrawn": N_("Your application is taken back."),
}


async def get_membership_page(request: web.Request) -> web.Response:
    """Show one's membership, or how one becomes a member."""
    notice = notice_of(request, _NOTICES)
    return await _show(request, await caller(request), notice=notice)


async def get_certificate_page(request: web.Request) -> web.Response:
    """Show what stands of who asks in the register, to be printed."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        row = await own_membership(session, who.id)
        found = await described(session, row)
        terms = (await classes_at(session, request.app[TOOLS].clock())).get(row.class_id)
    context = {"membership": membership_words(found, terms)}
    return await form_page(request, "people/certificate.html", context)


async def post_apply_page(request: web.Request) -> web.Response:
    """Apply to be a member."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        application = _application(who, form)
        async with tools.database.begin() as session:
            await apply(session, application, now=tools.clock())
    except Refused as refused:
        return await _show(request, who, refused=refused, said=form)
    return see_other(f"{HERE}?notice=applied")


async def post_pay_page(request: web.Request) -> web.Response:
    """Order what is paid: dues, shares, or both."""
    who, form = await caller(request), await form_of(request)
    try:
        asked = _charge(form)
        await order_charge(request, who, asked, key=form_key(request, who, form).key)
    except (Refused, Unavailable) as error:
        return await _show(request, who, refused=_shown(error), said=form)
    return see_other(f"{HERE}?notice=ordered#of-payments")


async def post_shown_page(request: web.Request) -> web.Response:
    """Say what everybody may see of it."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        shown = Shown(form.get("shown", ""))
    except ValueError:
        return await _show(request, who, refused=Unfit({"shown": "Choose what others may see."}))
    async with tools.database.begin() as session:
        (await own_membership(session, who.id, lock=True)).shown = shown
    return see_other(f"{HERE}?notice=shown")


async def post_leave_page(request: web.Request) -> web.Response:
    """Take an application back, or resign, where it was ticked that it is meant."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        if form.get("sure") != "yes":
            raise Unfit({"sure": "Tick that you mean it: your vote ends at once."})
        async with tools.database.begin() as session:
            row = await own_membership(session, who.id, lock=True)
            notice = "withdrawn" if row.state == MemberState.APPLIED else "left"
            await leave(session, row, by=who.person_id, now=tools.clock())
    except Refused as refused:
        return await _show(request, who, refused=refused)
    return see_other(f"{HERE}?notice={notice}")


def _application(who: Caller, form: Mapping[str, str]) -> Application:
    name, address = " ".join(form.get("name", "").split()), form.get("address", "").strip()
    words, faults = form.get("words", "").strip(), {}
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        faults["name"] = "Tell the name that shall stand in the register: your legal one."
    if not form.get("class"):
        faults["class"] = "Choose as what you want to be a member."
    if len(address) > _LONGEST_ADDRESS or "\x00" in address:
        faults["address"] = f"An address has at most {_LONGEST_ADDRESS} characters."
    if len(words) > _LONGEST_WORDS or "\x00" in words:
        faults["words"] = f"Say it in {_LONGEST_WORDS} characters at most."
    if faults:
        raise Unfit(faults)
    return Application(
        account_id=who.id,
        class_id=form["class"],
        name=name,
        address=address or None,
        words=words or None,
    )


def _charge(form: Mapping[str, str]) -> NewCharge:
    try:
        return NewCharge(
            dues=form.get("dues") == "yes",
            shares=int(form.get("shares") or "0"),
            provider=form.get("provider", ""),
        )
    except (ValueError, ValidationError):
        raise Unfit({"shares": "Tell how many shares you want, as a number; 0 for none."}) from None


def _shown(error: Refused | Unavailable) -> Refused:
    if isinstance(error, Refused):
        return error
    nothing = "Nothing was paid; please try again in a minute."
    return Refused(error.code, f"{error.sentence} {nothing}", status=error.status)


async def _show(
    request: web.Request,
    who: Caller,
    *,
    notice: str | None = None,
    refused: Refused | None = None,
    said: Mapping[str, str] | None = None,
) -> web.Response:
    tools, providers = request.app[TOOLS], request.app[PROVIDERS]
    async with tools.database.read() as session:
        terms = await classes_at(session, tools.clock())
        found = await _own(session, who)
    goes_on = found is not None and found.state in GOES_ON
    own = terms.get(found.class_id) if found else None
    context: dict[str, Any] = {
        "membership": membership_words(found, own) if found else None,
        "goes_on": goes_on,
        "classes": [class_words(one) for one in terms.values() if one.is_open],
        "pays": _pays(found, own) if goes_on else None,
        "providers": [(one, provider_words(one)) for one in sorted(providers)],
        "choices": shown_words(),
        "key": uuid4().hex,
        "said": {"class": "", "address": "", "words": "", "name": who.name, **(said or {})},
        "notice": notice,
    }
    return await form_page(request, "people/membership.html", context, refused=refused)


async def _own(session: Session, who: Caller) -> MembershipDocument | None:
    row = await membership_of(session, who.id)
    return None if row is None else await described(session, row)


def _pays(found: MembershipDocument | None, terms: Terms | None) -> dict[str, Any] | None:
    """Answer what may be paid now: an applicant pays where payment admits, and then all at once."""
    if found is None or terms is None:
        return None
    is_first = found.state is MemberState.APPLIED
    if is_first and terms.admission is not Admission.PAID:
        return None
    if not is_first and found.state not in ADMITTED:
        return None
    return {**class_words(terms), "is_first": is_first, "least": terms.shares if is_first else 0}
