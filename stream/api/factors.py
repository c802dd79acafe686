"""A second factor over HTTP: what one has, an app, codes on paper, and help for who lost all."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from base.errors import Refused
from catalog.factors import factors_of
from catalog.roles import SecondFactor
from stream.api.answers import NEVER_KEPT, answered, no_content
from stream.api.asking import told
from stream.api.factor_documents import (
    ConfirmApp,
    FactorsDocument,
    FinishSignIn,
    NewAppDocument,
    RecoveryCodes,
    SecondStepDocument,
)
from stream.identity.callers import caller
from stream.identity.entering import Entered
from stream.identity.factors import begin_app, confirm_app, remove_app, renew_codes, take_lost
from stream.identity.fresh import require_fresh
from stream.identity.second_step import SecondStep, finish_by_code, resumed_step
from stream.identity.signing_in import PASSWORD
from stream.identity.standing import has_shown_enough, is_wanted
from stream.ids import id_in
from stream.keys import TOOLS


async def get_factors(request: web.Request) -> web.Response:
    """Answer what the caller can show."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        found = await factors_of(session, who.person_id)
    body = FactorsDocument(
        has_app=found.has_app,
        passkeys=found.passkeys,
        recovery_codes_left=found.codes_left,
        is_wanted=is_wanted(who.roles | who.withheld, SecondFactor(tools.settings.second_factor)),
        is_shown=has_shown_enough(who.credential),
    )
    return answered(request, body, cache=NEVER_KEPT)


async def post_code_app(request: web.Request) -> web.Response:
    """Begin to set up an app."""
    made = await begin_app(request, await caller(request))
    body = NewAppDocument(secret=made.secret, uri=made.uri, begun=made.begun)
    return answered(request, body, cache=NEVER_KEPT)


async def put_code_app(request: web.Request) -> web.Response:
    """Take the first code of an app."""
    who, said = await caller(request), await told(request, ConfirmApp)
    return _codes(request, await confirm_app(request, who, begun=said.begun, code=said.code))


async def delete_code_app(request: web.Request) -> web.Response:
    """Ask for codes of an app no more."""
    await remove_app(request, await caller(request))
    return no_content()


async def post_recovery_codes(request: web.Request) -> web.Response:
    """Make other codes for paper."""
    return _codes(request, await renew_codes(request, await caller(request)))


async def post_second_step(request: web.Request) -> web.Response:
    """Finish a sign-in by a code."""
    said = await told(request, FinishSignIn)
    step = await resumed_step(request, said.begun)
    entered = await finish_by_code(request, step, said.code, before=PASSWORD)
    return entered.onto(web.Response(status=204))


async def delete_factors_of(request: web.Request) -> web.Response:
    """Help who lost all that they could show."""
    who, tools = await caller(request), request.app[TOOLS]
    require_fresh(who, now=tools.clock())
    unknown = Refused("account-unknown", "There is no such account.", status=404)
    await take_lost(request, who, id_in(request.match_info["account"], unknown))
    return no_content()


def signed_in(request: web.Request, found: Entered | SecondStep) -> web.Response:
    """Answer who is in by a cookie, and who is not yet what they have to show."""
    if isinstance(found, Entered):
        return found.onto(web.Response(status=204))
    body = SecondStepDocument(
        begun=found.begun,
        has_app=found.factors.has_app,
        has_passkey=found.factors.passkeys > 0,
    )
    return answered(request, body, status=202, cache=NEVER_KEPT)


def _codes(request: web.Request, codes: Sequence[str]) -> web.Response:
    return answered(request, RecoveryCodes(codes=list(codes)), cache=NEVER_KEPT)
