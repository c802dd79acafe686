"""Mails that a request makes necessary."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from base.database import Session
from catalog.email_addresses import email_of
from catalog.mails import MailKind, NewMail, post
from catalog.models.people import Account
from stream.keys import ORIGIN, REQUEST_ID, TOOLS


async def write_to(
    request: web.Request,
    session: Session,
    kind: MailKind,
    address: str,
    /,
    *,
    account_id: UUID | None = None,
    **facts: str,
) -> None:
    """Have a mail sent to an address."""
    mail = NewMail(
        kind=kind,
        to=address,
        account_id=account_id,
        facts={"origin": request.app[ORIGIN], **facts},
        request_id=request[REQUEST_ID],
    )
    await post(session, mail, now=request.app[TOOLS].clock())


async def tell_owner(
    request: web.Request, session: Session, kind: MailKind, account_id: UUID, /, **facts: str
) -> None:
    """Have a mail sent to whoever has an account, if they have shown where it reaches them."""
    found = await email_of(session, account_id)
    if found is not None and found.verified_at is not None:
        account = await session.get_one(Account, account_id)
        named = {"name": account.name, **facts}
        await write_to(request, session, kind, found.address, account_id=account_id, **named)
