"""A new password for who forgot theirs, or has none yet: by a link that only they were sent."""

from __future__ import annotations

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.email_addresses import claim, confirm, email_of
from catalog.folding import Email, parse_email
from catalog.links import cancel_links, link_of
from catalog.mails import MailKind
from catalog.models.people import Account
from catalog.models.sign_in import AccountLink, Purpose
from catalog.passwords import write_hash
from catalog.sign_ins import end_sign_ins
from catalog.taking_over import close_ways_in
from stream.identity.choosing import hashed
from stream.identity.counting import count_asking, count_mail
from stream.identity.faults import Unfit
from stream.identity.throttle import AskedBy
from stream.identity.writing_to import tell_owner, write_to
from stream.keys import TOOLS

_OPENS = (Purpose.RESET, Purpose.SET_UP)


async def ask_for_link(request: web.Request, email: str) -> Email:
    """Have a mail sent that helps whoever has an address, whether they have an account or not.

    Raises:
        Unfit: `email-unfit`, 422.
        Refused: `too-many-tries`, `mails-enough`, 429.

    """
    wanted = _email_in(email)
    await count_asking(request)
    await count_mail(request, wanted, AskedBy.FORGETFUL)
    async with request.app[TOOLS].database.begin() as session:
        await write_to(request, session, MailKind.FORGOT, wanted.address)
    return wanted


async def link_to_reset(request: web.Request, token: str) -> AccountLink:
    """Answer a link by which a password is chosen, and change nothing.

    Raises:
        Refused: `link-unknown`, 404; `link-used`, `link-expired`, 410.

    """
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        return await link_of(session, token, *_OPENS, now=tools.clock())


async def reset(request: web.Request, token: str, *, password: str, email: str = "") -> None:
    """Choose a password by a link; who has no address yet says one. Sessions and tokens end.

    Raises:
        Unfit: a field is not acceptable, 422.
        Refused: as `link_to_reset`; `email-taken`, 409.

    """
    link, tools = await link_to_reset(request, token), request.app[TOOLS]
    new = _email_in(email) if link.purpose == Purpose.SET_UP else None
    async with tools.database.read() as session:
        name = (await session.get_one(Account, link.account_id)).name
    known = [name, new.address if new else link.address or ""]
    kept = await hashed(request, password, known=known)
    async with tools.database.begin() as session:
        found = await link_of(session, token, *_OPENS, now=tools.clock(), lock=True)
        await write_hash(session, found.account_id, kept, now=tools.clock())
        await cancel_links(session, found.account_id, list(Purpose), now=tools.clock())
        await end_sign_ins(session, found.account_id, now=tools.clock())
        await _addressed(request, session, found, new)


async def _addressed(
    request: web.Request, session: Session, link: AccountLink, new: Email | None
) -> None:
    """Who followed a mailed link has shown the address; one that was said is asked to confirm."""
    now = request.app[TOOLS].clock()
    if new is not None:
        await claim(session, link.account_id, new, now=now)
        kind = MailKind.CONFIRM
        await write_to(request, session, kind, new.address, account_id=link.account_id)
        return
    current = await email_of(session, link.account_id)
    if current is not None and current.address == link.address:
        if current.verified_at is None:
            await close_ways_in(session, link.account_id, now=now)
        await confirm(session, link.account_id, parse_email(link.address), now=now)
    await tell_owner(request, session, MailKind.PASSWORD_CHANGED, link.account_id)


def _email_in(text: str) -> Email:
    try:
        return parse_email(text)
    except Refused as refused:
        raise Unfit({"email": refused.sentence}, code=refused.code) from None
