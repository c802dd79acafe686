"""The pages of what one earns: what is owed now, by day, track and step, and what was paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from accounting.bank_accounts import bank_account
from accounting.payees import payees_of_account
from accounting.payouts import SENTENCES, Why
from accounting.statements import Section
from accounting.told import MEMBER, payees_for
from base.errors import Refused
from catalog.callers import Caller
from catalog.payout_states import PayoutState
from catalog.permissions import Permission
from stream.api.insight_documents import EarningsDocument
from stream.api.insights import earnings_of
from stream.api.payouts import details_of, entered, paid_to, payee_spoken_for
from stream.api.statements import statements_of
from stream.identity.callers import caller
from stream.identity.faults import Unfit
from stream.identity.fresh import is_fresh
from stream.keys import TOOLS
from stream.pages.forms import again_or_none, form_of, form_page, notice_of, see_other
from stream.pages.language import N_, saying
from stream.pages.studio.charts import Chart, chart_of, part_of
from stream.pages.studio.periods import period_of
from stream.pages.studio.places import places_of
from stream.pages.studio.sheets import Cell, csv_file

HERE = "/studio/earnings"
BANK = f"{HERE}/bank"
_CENT = 10_000
_LACKING = frozenset({Why.NO_DETAILS, Why.DOUBTFUL_DETAILS})
_STATES = {
    PayoutState.PLANNED: (N_("planned"), ""),
    PayoutState.BOOKED: (N_("on its way"), "warn"),
    PayoutState.SETTLED: (N_("paid"), "good"),
    PayoutState.RETURNED: (N_("came back"), "wrong"),
    PayoutState.CANCELLED: (N_("cancelled"), ""),
}
_SECTIONS = {
    Section.PLAYS: N_("Plays"),
    Section.PURCHASES: N_("Bought at once"),
    Section.REFUNDS: N_("Given back"),
    Section.SHARES: N_("Shares that you accepted"),
    Section.SURPLUS: N_("Your part of the surplus"),
    Section.ADVANCES: N_("Advances"),
    Section.OTHER: N_("Other"),
    Section.RECOUPMENT: N_("Advances paid back"),
    Section.HOLDBACK: N_("Held back for a time"),
    Section.PAYOUTS: N_("Paid out"),
}
_NO_STEP, _STEP = N_("No play"), N_("Step %(number)s of 9")
_NO_TRACK = N_("Of no track")
#: Of which field a refusal of the bank's is.
_FIELDS = {
    "holder-unfit": "holder",
    "iban-invalid": "iban",
    "iban-not-sepa": "iban",
    "bic-invalid": "bic",
    "bic-missing": "bic",
}
_NOTICES = {
    "bank": N_("Written down. What you are owed goes there after a few days of waiting."),
}
_HEAD = ("what", "of", "name", "currency", "number", "amount (millionths)")


async def get_earnings_page(request: web.Request) -> web.Response:
    """Show what is owed now, what was earned, and what was paid."""
    who, tools = await caller(request), request.app[TOOLS]
    period = period_of(request.query, now=tools.clock())
    async with tools.database.read() as session:
        found = await earnings_of(session, tools, who.id, period.days)
        payees = await payees_for(session, who.id)
        paid = await paid_to(session, payees)
        statements = await statements_of(session, payees)
    currency = _currency(found, request.query.get("currency", ""))
    say = saying(request)
    context: dict[str, Any] = {
        "place": HERE,
        "beside": places_of(who),
        "period": period,
        "found": found,
        "currency": currency,
        "currencies": [one.currency for one in found.totals],
        "now": _now(found),
        "totals": {one.currency: one for one in found.totals},
        "chart": _chart(found, currency),
        "days": [one for one in found.days if one.currency == currency],
        "steps": _bars(
            (say(_STEP, number=one.step) if one.step else say(_NO_STEP), one.amount)
            for one in found.steps
            if one.currency == currency
        ),
        "sections": _bars(
            (say(_SECTIONS[Section(one.section)]), one.amount)
            for one in found.sections
            if one.currency == currency
        ),
        "recordings": [
            (one.title or say(_NO_TRACK), one.number, one.amount)
            for one in found.recordings
            if one.currency == currency
        ],
        "statements": statements,
        "paid": [(one, *_STATES[PayoutState(one.state)]) for one in paid],
        "may_write": who.may(Permission.EARNINGS_WRITE),
        "notice": notice_of(request, _NOTICES),
    }
    return await form_page(request, "studio/earnings.html", context, refused=period.refused)


async def get_earnings_file(request: web.Request) -> web.Response:
    """Answer what was earned as a table, to the millionth."""
    who, tools = await caller(request), request.app[TOOLS]
    period = period_of(request.query, now=tools.clock())
    if period.refused is not None:
        raise period.refused
    async with tools.database.read() as session:
        found = await earnings_of(session, tools, who.id, period.days)
    return csv_file(f"earnings {period.days.since} {period.last}", _HEAD, _rows(found))


async def get_bank_page(request: web.Request) -> web.Response:
    """Show where payouts go."""
    return await _bank(request, await caller(request))


async def post_bank_page(request: web.Request) -> web.Response:
    """Enter where payouts go; those entered before stay known."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        account = bank_account(
            holder=form.get("holder", ""), iban=form.get("iban", ""), bic=form.get("bic", "")
        )
        await entered(tools, who, account, payee=form.get("payee", ""))
    except Refused as refused:
        here = f"{BANK}?{urlencode({'payee': form.get('payee', '')})}"
        if (again := again_or_none(refused, here)) is not None:
            return again
        field = _FIELDS.get(refused.code)
        shown = refused if field is None else Unfit({field: refused.sentence})
        return await _bank(request, who, refused=shown, said=form)
    return see_other(f"{HERE}?notice=bank")


async def _bank(
    request: web.Request,
    who: Caller,
    *,
    refused: Refused | None = None,
    said: Mapping[str, str] | None = None,
) -> web.Response:
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        payees = await payees_of_account(session, who.id)
        asked = request.query.get("payee", "") or (said or {}).get("payee", "")
        payee_id = await payee_spoken_for(session, who, asked)
        known = await details_of(session, tools, payee_id)
    context: dict[str, Any] = {
        "place": HERE,
        "beside": places_of(who),
        "payees": [(str(one.id), one.name) for one in payees],
        "payee": str(payee_id),
        "payee_name": next(one.name for one in payees if one.id == payee_id),
        "known": known.bank_details,
        "days": tools.settings.payout_details_days,
        "may_write": who.may(Permission.EARNINGS_WRITE),
        "is_fresh": is_fresh(who, now=tools.clock()),
        # What was typed as an IBAN is shown to nobody again, not even who typed it.
        "said": {"holder": (said or {}).get("holder", ""), "bic": (said or {}).get("bic", "")},
    }
    return await form_page(request, "studio/bank.html", context, refused=refused)


def cents(amount: int) -> int:
    """Answer an amount as far as whole cents go; what is less than one, as it is."""
    if -_CENT < amount < _CENT:
        return amount
    return (abs(amount) // _CENT * _CENT) * (1 if amount > 0 else -1)


def _now(found: EarningsDocument) -> Sequence[Mapping[str, Any]]:
    """Answer what is owed in each currency, and what is paid next, or why not."""
    standing = {(one.payee, one.currency): one for one in found.payouts}
    each = []
    for one in found.balances:
        next_one = standing.get((one.payee, one.currency))
        each.append(
            {
                "is_member": one.payee.startswith(MEMBER),
                "currency": one.currency,
                "payable": cents(one.payable),
                "suspense": cents(one.suspense),
                "reserve": cents(one.reserve),
                "next": cents(next_one.payable) if next_one else 0,
                "threshold": next_one.threshold if next_one else 0,
                "waits": [SENTENCES[Why(why.code)] for why in next_one.waits] if next_one else [],
                "lacks_bank": next_one is not None
                and any(why.code in _LACKING for why in next_one.waits),
            }
        )
    return each


def _currency(found: EarningsDocument, asked: str) -> str:
    known = [one.currency for one in found.totals]
    return asked if asked in known else (known or ["EUR"])[0]


def _chart(found: EarningsDocument, currency: str) -> Chart:
    sums = {one.day: one.amount for one in found.days if one.currency == currency}
    since, until = found.span.since, found.span.until
    days = [since.fromordinal(n) for n in range(since.toordinal(), until.toordinal())]
    return chart_of([(day, sums.get(day, 0)) for day in days])


def _bars(pairs: Iterable[tuple[str, int]]) -> Sequence[tuple[str, int, str]]:
    rows = list(pairs)
    most = max((amount for _, amount in rows), default=0)
    return [(words, amount, part_of(max(0, amount), most)) for words, amount in rows]


def _rows(found: EarningsDocument) -> Sequence[Sequence[Cell]]:
    return [
        *(("day", str(one.day), "", one.currency, None, one.amount) for one in found.days),
        *(("step", str(one.step), "", one.currency, one.number, one.amount) for one in found.steps),
        *(
            ("section", one.section, "", one.currency, one.number, one.amount)
            for one in found.sections
        ),
        *(
            ("recording", one.recording, one.title, one.currency, one.number, one.amount)
            for one in found.recordings
        ),
    ]
