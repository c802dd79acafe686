"""What is said of single transfers and of payees: left, came back, held; what a bank tells."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from aiohttp import BodyPartReader, web

from accounting.camt import LARGEST_BYTES
from accounting.payout_holds import hold_payouts, holds, lift_hold
from accounting.payouts import MICROS_PER_CENT
from accounting.transfers import LARGEST_FEE, give_back, payout_of, settle, take_statement
from base.errors import Refused
from base.units import Micros
from catalog.models.payouts import Payout
from catalog.payout_states import PayoutState
from stream.api.payout_documents import ReturnPayout
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.identity.origins import require_same_origin
from stream.ids import id_in
from stream.keys import TOOLS
from stream.pages.formats import formats_of
from stream.pages.forms import form_of
from stream.pages.language import language_of, saying
from stream.pages.office.desk import Question, ask, ask_again, done, keyed_form, money_in, said_in
from stream.pages.office.payouts import HERE, show_payouts
from stream.pages.office.treasury_words import RETURNS

_REASON_LETTERS = 200


async def get_left_page(request: web.Request) -> web.Response:
    """Say what booking a transfer as paid comes to."""
    return await ask(request, _left(request, await _payout(request), {}))


async def post_left_page(request: web.Request) -> web.Response:
    """Book that a transfer has left the account."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    payout = await _payout(request)
    try:
        step = partial(settle, payout_ids=[payout.id], by=who.id, now=tools.clock())
        await keyed_form(request, who, form).once(tools, step)
    except Refused as refused:
        return await ask_again(request, _left(request, payout, form), refused)
    return done(f"{HERE}/{payout.run_id}", "left")


async def get_back_page(request: web.Request) -> web.Response:
    """Say what a transfer that came back comes to."""
    return await ask(request, _back(request, await _payout(request), {}))


async def post_back_page(request: web.Request) -> web.Response:
    """Say that a transfer came back: it is owed again once a second person says so."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    payout = await _payout(request)
    try:
        said = _returned(request, form)
        step = partial(
            give_back,
            payout_id=payout.id,
            reason=said.reason,
            fee=Micros(said.fee_cents * MICROS_PER_CENT),
            by=who.id,
            now=tools.clock(),
        )
        made = await keyed_form(request, who, form).once(tools, step)
    except Refused as refused:
        return await ask_again(request, _back(request, payout, form), refused)
    is_back = made.state == PayoutState.RETURNED
    return done(f"{HERE}/{payout.run_id}", "returned" if is_back else "return-said")


async def get_hold_page(request: web.Request) -> web.Response:
    """Say what holding a payee comes to."""
    return await ask(request, _holding(request, {}))


async def post_hold_page(request: web.Request) -> web.Response:
    """Let a payee not be paid."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    _ = saying(request)
    try:
        reason = form.get("reason", "").strip()
        if not 0 < len(reason) <= _REASON_LETTERS:
            raise Unfit({"reason": _("Say why, in a sentence: it stands with the hold.")})
        payee = form.get("payee", "").strip()
        step = partial(hold_payouts, payee=payee, reason=reason, by=who.id, now=tools.clock())
        await keyed_form(request, who, form).first(tools, step)
    except Refused as refused:
        return await ask_again(request, _holding(request, form), refused)
    return done(HERE, "held")


async def get_lift_page(request: web.Request) -> web.Response:
    """Say what lifting a hold comes to."""
    return await ask(request, await _lifting(request, {}))


async def post_lift_page(request: web.Request) -> web.Response:
    """Lift a hold."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        step = partial(lift_hold, hold_id=_hold_in(request), by=who.id, now=tools.clock())
        await keyed_form(request, who, form).once(tools, step)
    except Refused as refused:
        return await ask_again(request, await _lifting(request, form), refused)
    return done(HERE, "lifted")


async def post_statement_page(request: web.Request) -> web.Response:
    """Book what a bank's file tells of payouts, and show what was made of it."""
    who, tools = await caller(request), request.app[TOOLS]
    require_same_origin(request)
    try:
        content = await _file(request)
        results = await take_statement(tools.database, content, by=who.id, now=tools.clock())
    except Refused as refused:
        return await show_payouts(request, refused=refused)
    taken = {
        "booked": sum(not one.trouble for one in results),
        "troubles": [(one.news.reference, one.sentence) for one in results if one.trouble],
    }
    return await show_payouts(request, taken=taken)


async def _file(request: web.Request) -> bytes:
    content = bytearray()
    if request.content_type == "multipart/form-data":
        part = await (await request.multipart()).next()
        while isinstance(part, BodyPartReader) and len(content) <= LARGEST_BYTES:
            chunk = await part.read_chunk()
            if not chunk:
                break
            content += chunk
    if not content:
        raise Refused("bad-form", "Choose the file that the bank gave you.", status=422)
    return bytes(content)


async def _payout(request: web.Request) -> Payout:
    unknown = Refused("payout-unknown", "There is no such payout.", status=404)
    async with request.app[TOOLS].database.read() as session:
        return await payout_of(session, id_in(request.match_info["payout"], unknown))


def _hold_in(request: web.Request) -> UUID:
    unknown = Refused("hold-unknown", "There is no such hold.", status=404)
    return id_in(request.match_info["hold"], unknown)


def _returned(request: web.Request, form: Mapping[str, str]) -> ReturnPayout:
    _ = saying(request)
    wrong = Refused("bad-form", _("A fee is an amount as in 3.00."), status=422)
    fee = money_in(form.get("fee", "") or "0", wrong)
    if fee % MICROS_PER_CENT or fee > LARGEST_FEE:
        raise wrong
    if form.get("code", "") not in RETURNS:
        raise Refused("bad-form", _("Choose what the bank says."), status=422)
    return ReturnPayout(reason=form["code"], fee_cents=fee // MICROS_PER_CENT)


def _left(request: web.Request, payout: Payout, form: Mapping[str, str]) -> Question:
    _, say = saying(request), formats_of(language_of(request))
    return Question(
        title=_("Has this transfer left the account?"),
        button=_("Yes, book it"),
        back=f"{HERE}/{payout.run_id}",
        facts=[(_("Amount"), say["money"](payout.amount, payout.currency))],
        happens=[_("The transfer is booked as paid.")],
        said=said_in(request, form),
    )


def _back(request: web.Request, payout: Payout, form: Mapping[str, str]) -> Question:
    _, say = saying(request), formats_of(language_of(request))
    said = said_in(request, form, "code", "fee")
    reason = RETURNS.get(said.get("code", ""))
    facts = [(_("Amount"), say["money"](payout.amount, payout.currency))]
    if reason is not None:
        facts.append((_("What the bank says"), _(reason)))
    facts.append((_("The bank's fee"), said.get("fee", "") or "0"))
    second = payout.return_said_by is not None
    return Question(
        title=_("Did this transfer come back?"),
        button=_("Yes, it came back"),
        back=f"{HERE}/{payout.run_id}",
        facts=facts,
        happens=[
            _("Somebody said so before. If you say the same, it is owed to its payee again.")
            if second
            else _("It is written down. It is owed again once another treasurer says the same."),
            _("The bank's fee is the co-operative's."),
        ],
        said=said,
    )


def _holding(request: web.Request, form: Mapping[str, str]) -> Question:
    _ = saying(request)
    said = said_in(request, form, "payee", "reason")
    return Question(
        title=_("Hold these payouts?"),
        button=_("Hold them"),
        back=HERE,
        facts=[(_("Payee"), said.get("payee", ""))],
        happens=[
            _("They are in no run that is not sent yet, and are told that payouts are on hold."),
            _("What they are owed stays owed. Anybody of the desk can lift the hold."),
        ],
        said=said,
        reason=_("Why"),
        reason_hint=_("It stands with the hold, for those who look into it."),
    )


async def _lifting(request: web.Request, form: Mapping[str, str]) -> Question:
    _, hold_id = saying(request), _hold_in(request)
    async with request.app[TOOLS].database.read() as session:
        found = {one.id: one for one in await holds(session)}
    if hold_id not in found:
        raise Refused("hold-unknown", "There is no such hold.", status=404)
    return Question(
        title=_("Lift this hold?"),
        button=_("Lift it"),
        back=HERE,
        facts=[(_("Payee"), found[hold_id].payee), (_("Why they are held"), found[hold_id].reason)],
        happens=[_("They are paid by the next run again, if nothing else stands in the way.")],
        said=said_in(request, form),
    )
