"""The second step of signing in: whoever knew the password shows one thing more."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from base.database import Session
from base.sealing import unseal
from catalog.factors import Factors, authenticator_of, factors_of, use_code
from catalog.mails import MailKind
from stream.identity.authenticator import is_like_one, step_of
from stream.identity.begun import Begun, begin, resume
from stream.identity.counting import block_in, count_code
from stream.identity.entering import Entered, enter
from stream.identity.faults import Unfit
from stream.identity.keys import TRIES
from stream.identity.known_devices import COOKIE, device_in
from stream.identity.paper import digest_of
from stream.identity.standing import APP, PAPER
from stream.identity.throttle import code_counters
from stream.identity.writing_to import tell_owner
from stream.keys import SECRETS, TOOLS

#: What the secrets that apps count from are sealed for.
APPS = b"refrain: authenticators"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStep:
    """A sign-in that waits for something more than the password: `begun` is said with it."""

    account_id: UUID
    factors: Factors
    begun: str


async def second_step(request: web.Request, account_id: UUID) -> SecondStep | None:
    """Answer what somebody has to do who knew the password; None where it was enough."""
    async with request.app[TOOLS].database.read() as session:
        factors = await factors_of(session, account_id)
    if not factors.has_any:
        return None
    begun = begin(request, Begun.SIGN_IN, account=str(account_id))
    return SecondStep(account_id=account_id, factors=factors, begun=begun)


async def resumed_step(request: web.Request, begun: str) -> SecondStep:
    """Answer a sign-in that waits.

    Raises:
        Refused: `begun-too-long-ago`, 410.

    """
    account_id = UUID(resume(request, Begun.SIGN_IN, begun)["account"])
    async with request.app[TOOLS].database.read() as session:
        factors = await factors_of(session, account_id)
    return SecondStep(account_id=account_id, factors=factors, begun=begun)


async def finish_by_code(
    request: web.Request, step: SecondStep, code: str, *, before: frozenset[str]
) -> Entered:
    """Sign somebody in by a code of their app, or one on paper; `before` is what they showed.

    Raises:
        Unfit: `wrong-code`, 403.
        Refused: `too-many-tries`, 429.

    """
    counters = code_counters(
        account=str(step.account_id), block=block_in(request), device=_device(request, step)
    )
    await count_code(request, counters)
    async with request.app[TOOLS].database.begin() as session:
        factor = await _shown(request, session, step.account_id, code)
    if factor is None:
        raise Unfit({"code": _wrong(step.factors)}, code="wrong-code", status=403)
    await request.app[TRIES].take_back(counters)
    return await enter(request, step.account_id, factors=before | {factor})


async def _shown(request: web.Request, session: Session, account_id: UUID, code: str) -> str | None:
    now = request.app[TOOLS].clock()
    if not is_like_one(code):
        if not await use_code(session, account_id, digest_of(account_id, code), now=now):
            return None
        left = (await factors_of(session, account_id)).codes_left
        what = f"Somebody signed in with one of your recovery codes. {left} are left."
        await tell_owner(request, session, MailKind.FACTORS, account_id, what=what)
        return PAPER
    kept = await authenticator_of(session, account_id)
    opened = None if kept is None else unseal(kept.sealed, request.app[SECRETS], purpose=APPS)
    if kept is None or opened is None:
        return None
    step = step_of(opened["secret"], code, now=now, after=kept.last_step)
    if step is None:
        return None
    kept.last_step, kept.last_used_at = step, now
    return APP


def _device(request: web.Request, step: SecondStep) -> str | None:
    return device_in(request.cookies.get(COOKIE, ""), step.account_id, request.app[SECRETS])


def _wrong(factors: Factors) -> str:
    if factors.has_app:
        return (
            "This code is wrong, or was used already. Wait for the next one of your app and type "
            "it in; is the clock of your phone right? Without the phone, take a recovery code."
        )
    return "This is none of your recovery codes, or was used already. Take the next on your list."
