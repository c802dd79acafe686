"""The page of prices: what nine plays cost and who gets how much, now, before and to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from aiohttp import web

from accounting.pricing import Change, Terms, changed, in_force, require_possible
from accounting.terms import add_change, all_terms
from base.database import Session
from base.errors import Refused
from catalog.permissions import Permission
from stream.api.terms import TermsDocument, terms_documents
from stream.identity.callers import caller
from stream.identity.fresh import require_fresh
from stream.keys import TOOLS
from stream.pages.formats import formats_of
from stream.pages.forms import form_of, notice_of
from stream.pages.language import N_, language_of, saying
from stream.pages.office.desk import Question, ask, ask_again, done, keyed_form, said_in
from stream.pages.office.showing import office_page

HERE = "/office/prices"
_FIELDS = ("day", "prices", "artist", "value")
_NOTICES = {"set": N_("It is written down, and holds from that day on.")}
_STATES = {
    "past": (N_("past"), ""),
    "current": (N_("in force"), "good"),
    "coming": (N_("to come"), "accent"),
}
_PPM_PER_CENT, _MICROS = 10_000, Decimal(1_000_000)
_HIGHEST = 10**9


async def get_prices_page(request: web.Request) -> web.Response:
    """Show all terms there were, are and will be."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        found = terms_documents(await all_terms(session), now=tools.clock())
    shown = [_terms(one) for one in found]
    current = next(one for one in shown if one["state"] == "current")
    context = {
        "current": current,
        "coming": [one for one in shown if one["state"] == "coming"],
        "past": [one for one in shown if one["state"] == "past"],
        "states": _STATES,
        "may_keep": who.may(Permission.BOOKS_KEEP),
        "notice": notice_of(request, _NOTICES),
    }
    return await office_page(request, "office/prices.html", context)


async def get_new_page(request: web.Request) -> web.Response:
    """Say what new terms come to; who has to sign in again does so before."""
    who = await caller(request)
    question, refused = await _changing(request, {})
    try:
        require_fresh(who, now=request.app[TOOLS].clock())
    except Refused as error:
        refused = error
    if refused is not None:
        return await ask_again(request, question, refused)
    return await ask(request, question)


async def post_new_page(request: web.Request) -> web.Response:
    """Let other terms be in force from a day on."""
    who, form, tools = await caller(request), await form_of(request), request.app[TOOLS]
    try:
        require_fresh(who, now=tools.clock())
        wanted, now = _change(request, form), tools.clock()

        async def work(session: Session) -> None:
            await add_change(session, wanted, by=who, now=now)

        await keyed_form(request, who, form).first(tools, work)
    except Refused as refused:
        return await ask_again(request, (await _changing(request, form))[0], refused)
    return done(HERE, "set")


def _change(request: web.Request, form: Mapping[str, str]) -> Change:
    """Read what shall be otherwise; what is left empty stays as it is.

    Raises:
        Refused: `bad-form`, 422.

    """
    _ = saying(request)
    said = said_in(request, form, *_FIELDS)
    try:
        day = datetime.fromisoformat(said.get("day", "")).date()
        prices = [int(one) for one in said.get("prices", "").replace(",", " ").split()]
        artist = Decimal(said["artist"].replace(",", ".")) if said.get("artist") else None
        value = Decimal(said["value"].replace(",", ".")) if said.get("value") else None
        _require_numbers([one for one in (artist, value, *map(Decimal, prices)) if one is not None])
    except (ValueError, ArithmeticError):
        raise Refused(
            "bad-form",
            _("Name a day, and write prices as whole milli-credits with blanks between them."),
            status=422,
        ) from None
    return Change(
        valid_from=datetime.combine(day, time(), UTC),
        prices=tuple(prices) or None,
        artist_ppm=None if artist is None else int(artist * _PPM_PER_CENT),
        credit_value_micros=None if value is None else int(value * _MICROS),
    )


def _require_numbers(told: Sequence[Decimal]) -> None:
    if any(not one.is_finite() or abs(one) > _HIGHEST for one in told):
        raise ValueError(told)


async def _changing(
    request: web.Request, form: Mapping[str, str]
) -> tuple[Question, Refused | None]:
    _, say, tools = saying(request), formats_of(language_of(request)), request.app[TOOLS]
    facts: list[tuple[str, str]] = []
    refused: Refused | None = None
    try:
        wanted = _change(request, form)
        async with tools.database.read() as session:
            before = in_force(await all_terms(session), wanted.valid_from)
        after = changed(before, wanted)
        require_possible(after)
        facts = [
            (_("From"), say["day"](wanted.valid_from)),
            *_compared(request, before, after),
        ]
    except Refused as error:
        refused = error
    question = Question(
        title=_("Set these prices?"),
        button=_("Set them"),
        back=HERE,
        facts=facts,
        happens=[
            _("Plays that begin from that day on cost this. What was played keeps its prices."),
            _("Who is on the way to owning a track pays the rest of the way by the new list."),
            _("Terms are never edited: others can be set for a later day."),
        ],
        said=said_in(request, form, *_FIELDS),
        is_final=True,
    )
    return question, refused


def _compared(request: web.Request, before: Terms, after: Terms) -> list[tuple[str, str]]:
    _, say = saying(request), formats_of(language_of(request))

    def pair(was: str, will_be: str) -> str:
        return will_be if was == will_be else f"{was} → {will_be}"

    def steps(terms: Terms) -> str:
        return " · ".join(say["credits"](price) for price in terms.prices)

    def worth(terms: Terms) -> str:
        return say["money"](terms.value_of(sum(terms.prices) * 1000), terms.currency)

    return [
        (_("Plays, in credits"), pair(steps(before), steps(after))),
        (_("A track in all"), pair(worth(before), worth(after))),
        (
            _("Artists get"),
            pair(say["percent"](before.artist_ppm), say["percent"](after.artist_ppm)),
        ),
    ]


def _terms(one: TermsDocument) -> dict[str, Any]:
    highest = max(one.prices)
    micros = one.credit_value_micros

    def worth(millicredits: int) -> int:
        return millicredits * micros // 1000

    return {
        **one.model_dump(),
        "steps": [
            {
                "number": number,
                "millicredits": price,
                "worth": worth(price),
                "artist": worth(price) * one.artist_ppm // 1_000_000,
                "height": max(2, round(60 * price / highest)),
            }
            for number, price in enumerate(one.prices, start=1)
        ],
        "worth": worth(one.sum),
        "artist": worth(one.sum) * one.artist_ppm // 1_000_000,
    }
