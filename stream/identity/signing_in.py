"""Signing in by address and password; what is wrong is said without telling who has an account."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aiohttp import web

from base.errors import Refused
from catalog.email_addresses import Claimant, claimants_of, email_of
from catalog.folding import Email, parse_email
from catalog.passwords import hash_of, renew_hash
from stream.identity.counting import block_in, count_password
from stream.identity.entering import Entered, enter
from stream.identity.faults import Unfit
from stream.identity.keys import HASHING, TRIES
from stream.identity.known_devices import COOKIE, device_in
from stream.identity.password_rules import LONGEST, normalised
from stream.identity.second_step import SecondStep, second_step
from stream.identity.throttle import Counter, sign_in_counters
from stream.keys import SECRETS, TOOLS

#: By what somebody showed who they are.
PASSWORD = frozenset({"password"})


async def sign_in(request: web.Request, *, email: str, password: str) -> Entered | SecondStep:
    """Sign somebody in, or learn what they have to show besides.

    Raises:
        Unfit: a field cannot be right, 422.
        Refused: `wrong-password`, 403; `too-many-tries`, 429.

    """
    try:
        wanted = parse_email(email)
    except Refused as refused:
        raise Unfit({"email": refused.sentence}, code=refused.code) from None
    async with request.app[TOOLS].database.read() as session:
        claimants = await claimants_of(session, wanted)
    counters = _counters(request, wanted, [one.account_id for one in claimants])
    await count_password(request, counters)
    found = await _whose(request, claimants, password)
    if found is None:
        raise Refused(
            "wrong-password",
            "This address and this password do not belong together. Look for a slip of the keys, "
            "or choose a new password: “Forgot your password?”. If you have no account yet, join.",
            status=403,
        )
    await request.app[TRIES].take_back(counters)
    step = await second_step(request, found.account_id)
    return step or await enter(request, found.account_id, factors=PASSWORD)


async def prove(request: web.Request, account_id: UUID, password: str) -> None:
    """See that a password is that of an account.

    Raises:
        Unfit: `wrong-password`, 403.
        Refused: `too-many-tries`, 429.

    """
    async with request.app[TOOLS].database.read() as session:
        kept = await hash_of(session, account_id)
        found = await email_of(session, account_id)
    email = Email(address="", folded=found.folded if found else str(account_id))
    counters = _counters(request, email, [account_id])
    await count_password(request, counters)
    if not await _is_right(request, account_id, kept, password):
        raise Unfit(
            {
                "current": "This is not the password of this account. Look for a slip of the keys; "
                "if you do not know it any more, choose a new one by “Forgot your password?”."
            },
            code="wrong-password",
            status=403,
        )
    await request.app[TRIES].take_back(counters)


def _counters(request: web.Request, email: Email, accounts: Sequence[UUID]) -> Sequence[Counter]:
    cookie, secrets = request.cookies.get(COOKIE, ""), request.app[SECRETS]
    devices = (device_in(cookie, one, secrets) for one in accounts)
    device = next((one for one in devices if one is not None), None)
    return sign_in_counters(folded=email.folded, block=block_in(request), device=device)


async def _whose(
    request: web.Request, claimants: Sequence[Claimant], password: str
) -> Claimant | None:
    """Answer whose password it is; where nobody has the address, it takes as long to say so."""
    for one in claimants:
        if await _is_right(request, one.account_id, one.hash, password):
            return one
    if not claimants:
        await request.app[HASHING].verify(None, password)
    return None


async def _is_right(
    request: web.Request, account_id: UUID, kept: str | None, password: str
) -> bool:
    hashing, said = request.app[HASHING], normalised(password[: LONGEST + 1])
    verdict = await hashing.verify(kept, said)
    if verdict.is_old and kept is not None:
        new = await hashing.hash(said)
        async with request.app[TOOLS].database.begin() as session:
            await renew_hash(session, account_id, old=kept, new=new)
    return verdict.is_right
