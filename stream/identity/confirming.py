"""An address is confirmed: by the link that was mailed there, or by the code, on whatever device.

A link alone is not enough where nobody is signed in: whoever joined with a stranger's address would
else be confirmed by the stranger, who then had an account whose password somebody else knows.
"""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from base.database import Session
from base.errors import Refused
from catalog.email_addresses import confirm, email_of
from catalog.folding import parse_email
from catalog.links import cancel_links, link_by_code, link_of
from catalog.mails import MailKind
from catalog.models.people import Account
from catalog.models.sign_in import AccountLink, Purpose
from stream.identity.counting import count_asking, count_mail
from stream.identity.signing_in import prove
from stream.identity.throttle import AskedBy
from stream.identity.writing_to import write_to
from stream.keys import TOOLS

_CONFIRMS = (Purpose.VERIFY, Purpose.CHANGE)


async def link_to_confirm(request: web.Request, token: str) -> AccountLink:
    """Answer a link that would confirm an address, and change nothing.

    Raises:
        Refused: `link-unknown`, 404; `link-used`, `link-expired`, 410.

    """
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        return await link_of(session, token, *_CONFIRMS, now=tools.clock())


async def confirm_by_link(
    request: web.Request, token: str, *, signed_in: UUID | None, password: str
) -> None:
    """Confirm the address of a link, for who is signed in, or knows the password.

    Raises:
        Unfit: `wrong-password`, 403.
        Refused: as `link_to_confirm`; `email-taken`, 409; `too-many-tries`, 429.

    """
    link = await link_to_confirm(request, token)
    if signed_in != link.account_id:
        await prove(request, link.account_id, password)
    tools = request.app[TOOLS]
    async with tools.database.begin() as session:
        found = await link_of(session, token, *_CONFIRMS, now=tools.clock(), lock=True)
        await _confirmed(request, session, found)


async def confirm_by_code(request: web.Request, account_id: UUID, code: str) -> None:
    """Confirm the address that a code was mailed to.

    Raises:
        Refused: `code-wrong`, 422; `email-taken`, 409.

    """
    tools = request.app[TOOLS]
    async with tools.database.begin() as session:
        found = await link_by_code(session, account_id, code, *_CONFIRMS, now=tools.clock())
        if isinstance(found, AccountLink):
            await _confirmed(request, session, found)
    if isinstance(found, str):
        raise Refused("code-wrong", found, status=422)


async def send_again(request: web.Request, account_id: UUID) -> str | None:
    """Have the mail sent once more that asks to confirm an address; answer where to.

    Raises:
        Refused: `too-many-tries`, `mails-enough`, 429.

    """
    await count_asking(request)
    async with request.app[TOOLS].database.begin() as session:
        found = await email_of(session, account_id)
        if found is None or found.verified_at is not None:
            return None
        await count_mail(request, parse_email(found.address), AskedBy.SIGNED_IN)
        kind = MailKind.CONFIRM
        await write_to(request, session, kind, found.address, account_id=account_id)
    return found.address


async def _confirmed(request: web.Request, session: Session, link: AccountLink) -> None:
    now = request.app[TOOLS].clock()
    before = await email_of(session, link.account_id)
    old = before.address if before is not None and before.verified_at is not None else None
    await confirm(session, link.account_id, parse_email(link.address or ""), now=now)
    # What was mailed to another address before, opens nothing any more.
    await cancel_links(session, link.account_id, (*_CONFIRMS, Purpose.RESET), now=now)
    if link.purpose == Purpose.CHANGE and old is not None:
        account = await session.get_one(Account, link.account_id)
        facts = {"name": account.name, "address": link.address or ""}
        kind = MailKind.CHANGED
        await write_to(request, session, kind, old, account_id=link.account_id, **facts)
