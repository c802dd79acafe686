"""Who is signed in changes their name, their address or their password, or signs out elsewhere."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from base.errors import Refused
from catalog.callers import Caller, CredentialKind
from catalog.email_addresses import claim, email_of
from catalog.folding import parse_email
from catalog.links import cancel_links
from catalog.mails import MailKind
from catalog.models.people import Account
from catalog.models.sign_in import Purpose
from catalog.passwords import hash_of, write_hash
from catalog.sign_ins import end_sign_ins
from stream.identity.choosing import hashed
from stream.identity.counting import count_asking, may_mail
from stream.identity.entering import Entered, enter
from stream.identity.faults import Unfit, name_in
from stream.identity.fresh import require_fresh
from stream.identity.signing_in import prove
from stream.identity.writing_to import tell_owner, write_to
from stream.keys import TOOLS


async def change_name(request: web.Request, who: Caller, name: str) -> None:
    """Be called otherwise.

    Raises:
        Unfit: `name-unfit`, 422.

    """
    try:
        called = name_in(name)
    except Refused as refused:
        raise Unfit({"name": refused.sentence}, code=refused.code) from None
    async with request.app[TOOLS].database.begin() as session:
        (await session.get_one(Account, who.person_id)).name = called


async def change_email(request: web.Request, who: Caller, *, email: str, current: str) -> str:
    """Ask for another address to be used, which is once it was confirmed; answer it.

    Who had none, or has not shown theirs, has it at once, still to be confirmed.

    Raises:
        Unfit: a field is not acceptable, 422; `wrong-password`, 403.
        Refused: `sign-in-again`, 403; `too-many-tries`, 429.

    """
    try:
        wanted = parse_email(email)
    except Refused as refused:
        raise Unfit({"email": refused.sentence}, code=refused.code) from None
    require_fresh(who, now=request.app[TOOLS].clock())
    await _prove(request, who, current)
    await count_asking(request)
    is_mailed = await may_mail(request, wanted)
    tools, account_id = request.app[TOOLS], who.person_id
    async with tools.database.begin() as session:
        found = await email_of(session, account_id)
        is_first = found is None or found.verified_at is None
        await cancel_links(session, account_id, (Purpose.VERIFY, Purpose.CHANGE), now=tools.clock())
        if is_first:
            await claim(session, account_id, wanted, now=tools.clock())
        else:
            facts = {"address": wanted.address}
            await tell_owner(request, session, MailKind.CHANGE_ASKED, account_id, **facts)
        if is_mailed:
            kind = MailKind.CONFIRM if is_first else MailKind.CHANGE
            await write_to(request, session, kind, wanted.address, account_id=account_id)
    return wanted.address


async def change_password(
    request: web.Request, who: Caller, *, current: str, new: str
) -> Entered | None:
    """Choose another password: all sessions end, and who changed it begins another.

    Raises:
        Unfit: a field is not acceptable, 422; `wrong-password`, 403.
        Refused: `sign-in-again`, 403; `too-many-tries`, 429.

    """
    tools, account_id = request.app[TOOLS], who.person_id
    require_fresh(who, now=tools.clock())
    await _prove(request, who, current)
    async with tools.database.read() as session:
        found = await email_of(session, account_id)
        name = (await session.get_one(Account, account_id)).name
    known = [name, found.address if found else ""]
    kept = await hashed(request, new, known=known)
    async with tools.database.begin() as session:
        await write_hash(session, account_id, kept, now=tools.clock())
        await cancel_links(session, account_id, list(Purpose), now=tools.clock())
        await end_sign_ins(session, account_id, now=tools.clock())
        await tell_owner(request, session, MailKind.PASSWORD_CHANGED, account_id)
    held = who.credential
    if held is None or held.kind is not CredentialKind.SESSION:
        return None
    return await enter(request, account_id, factors=held.factors)


async def sign_out_elsewhere(request: web.Request, who: Caller) -> None:
    """End all sessions of an account but the one that asks."""
    held: UUID | None = who.credential.id if who.credential else None
    tools = request.app[TOOLS]
    async with tools.database.begin() as session:
        await end_sign_ins(session, who.person_id, now=tools.clock(), but=held)


async def _prove(request: web.Request, who: Caller, current: str) -> None:
    """Ask for the password of who has one; who has none yet, chooses their first."""
    async with request.app[TOOLS].database.read() as session:
        kept = await hash_of(session, who.person_id)
    if kept is not None:
        await prove(request, who.person_id, current)
