"""What somebody shows besides a password is set up and removed, by who just signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from aiohttp import web

from base.database import Session
from base.errors import Refused
from base.sealing import seal
from catalog.callers import Caller
from catalog.email_addresses import email_of
from catalog.factors import (
    Factors,
    add_factor,
    factors_of,
    keep_authenticator,
    remove_authenticator,
    take_factors,
    write_codes,
)
from catalog.mails import MailKind
from catalog.people import lock_account
from catalog.roles import SecondFactor
from stream.identity.authenticator import new_secret, step_of, uri_of
from stream.identity.begun import Begun, begin, resume
from stream.identity.faults import Unfit
from stream.identity.fresh import require_just_signed_in, sign_in_again
from stream.identity.paper import digest_of, new_codes
from stream.identity.second_step import APPS
from stream.identity.standing import APP, SECOND, is_wanted
from stream.identity.writing_to import tell_owner
from stream.keys import SECRETS, TOOLS


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApp:
    """What an app is told, by its camera (`uri`) or by hand; `begun` is said with its code."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    begun: str


async def begin_app(request: web.Request, who: Caller) -> NewApp:
    """Answer what an app is to count from; it is asked for once it has shown a code.

    Raises:
        Refused: `sign-in-again`, 403; `app-known`, 409.

    """
    async with request.app[TOOLS].database.read() as session:
        factors = await require_may_change(request, session, who)
        found = await email_of(session, who.person_id)
    if factors.has_app:
        raise Refused(
            "app-known",
            "You have an app already. To move to another phone, remove it and set it up again.",
            status=409,
        )
    secret = new_secret()
    uri = uri_of(secret, called=found.address if found else who.name)
    begun = begin(request, Begun.APP, account=str(who.person_id), secret=secret)
    return NewApp(secret=secret, uri=uri, begun=begun)


def resumed_app(request: web.Request, who: Caller, begun: str) -> str:
    """Answer what an app of somebody's counts from, which they have begun to set up.

    Raises:
        Refused: `begun-too-long-ago`, 410.

    """
    said = resume(request, Begun.APP, begun)
    if said["account"] != str(who.person_id):
        raise Refused("begun-too-long-ago", "Somebody else began this: begin again.", status=410)
    secret: str = said["secret"]
    return secret


async def confirm_app(request: web.Request, who: Caller, *, begun: str, code: str) -> Sequence[str]:
    """Ask for the codes of an app from now on; answer codes for paper, where it is the first.

    Raises:
        Unfit: `wrong-code`, 403.
        Refused: `begun-too-long-ago`, 410; `sign-in-again`, 403.

    """
    secret, now = resumed_app(request, who, begun), request.app[TOOLS].clock()
    step = step_of(secret, code, now=now)
    if step is None:
        raise Unfit(
            {
                "code": "This is not the code that your app should show now. Wait for its next "
                "one; and see that the clock of your phone is right."
            },
            code="wrong-code",
            status=403,
        )
    sealed = seal({"secret": secret}, request.app[SECRETS][0], purpose=APPS)
    async with request.app[TOOLS].database.begin() as session:
        factors = await require_may_change(request, session, who)
        await keep_authenticator(session, who.person_id, sealed, step=step, now=now)
        what = "From now on, a code of your authenticator app is asked for as well."
        return await gained(request, session, who, factors=factors, factor=APP, what=what)


async def gained(  # noqa: PLR0913 - what was there, what came, and what is told of it
    request: web.Request,
    session: Session,
    who: Caller,
    *,
    factors: Factors,
    factor: str,
    what: str,
) -> Sequence[str]:
    """Count a factor as shown, that somebody set up; with the first there are codes for paper."""
    if who.credential is not None:
        await add_factor(session, who.credential.id, factor)
    await tell_owner(request, session, MailKind.FACTORS, who.person_id, what=what)
    if factors.codes_left:
        return ()
    return await _codes(request, session, who.person_id)


async def remove_app(request: web.Request, who: Caller) -> None:
    """Ask for no codes of an app any more.

    Raises:
        Refused: `sign-in-again`, 403; `last-factor`, 409.

    """
    async with request.app[TOOLS].database.begin() as session:
        factors = await require_may_change(request, session, who)
        require_not_last(request, who, left=factors.passkeys)
        await remove_authenticator(session, who.person_id)
        what = "Your authenticator app was removed: its codes are asked for no more."
        await tell_owner(request, session, MailKind.FACTORS, who.person_id, what=what)


async def renew_codes(request: web.Request, who: Caller) -> Sequence[str]:
    """Answer other codes for paper; those from before are good no more.

    Raises:
        Refused: `sign-in-again`, 403; `nothing-to-recover`, 409.

    """
    async with request.app[TOOLS].database.begin() as session:
        if not (await require_may_change(request, session, who)).has_any:
            raise Refused(
                "nothing-to-recover",
                "Codes stand in for an app or a passkey: set up one of those first.",
                status=409,
            )
        what = "You have other recovery codes; those from before are good no more."
        await tell_owner(request, session, MailKind.FACTORS, who.person_id, what=what)
        return await _codes(request, session, who.person_id)


async def take_lost(request: web.Request, by: Caller, account_id: UUID) -> None:
    """Help who lost all that they could show: they sign in by their password, and set up anew.

    Raises:
        Refused: `account-unknown`, 404; `not-oneself`, 409.

    """
    tools = request.app[TOOLS]
    async with tools.database.begin() as session:
        await take_factors(session, account_id, by=by, now=tools.clock())
        what = (
            "An operator removed your authenticator app, passkeys and recovery codes, as you "
            "asked. Your password alone is asked for until you set them up again."
        )
        await tell_owner(request, session, MailKind.FACTORS, account_id, what=what)


async def require_may_change(request: web.Request, session: Session, who: Caller) -> Factors:
    """See that somebody just showed all that they can; answer what that is.

    Raises:
        Refused: `sign-in-again`, 403.

    """
    require_just_signed_in(who, now=request.app[TOOLS].clock())
    await lock_account(session, who.person_id)
    factors = await factors_of(session, who.person_id)
    shown = who.credential.factors if who.credential else frozenset()
    if factors.has_any and SECOND.isdisjoint(shown):
        raise sign_in_again()
    return factors


def require_not_last(request: web.Request, who: Caller, *, left: int) -> None:
    """See that who is asked for a second factor keeps one.

    Raises:
        Refused: `last-factor`, 409.

    """
    rule = SecondFactor(request.app[TOOLS].settings.second_factor)
    if left == 0 and is_wanted(who.roles | who.withheld, rule):
        raise Refused(
            "last-factor",
            "Of you this house wants more than a password: set up another way before you remove "
            "the last one.",
            status=409,
        )


async def _codes(request: web.Request, session: Session, account_id: UUID) -> Sequence[str]:
    codes = new_codes()
    digests = [digest_of(account_id, one) for one in codes]
    await write_codes(session, account_id, digests, now=request.app[TOOLS].clock())
    return codes
