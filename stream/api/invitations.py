"""Invitations to act for an artist or a label: sent by its owners, answered by who has the link."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from catalog.callers import Caller
from catalog.folding import parse_email
from catalog.invitations import (
    LIFETIME,
    Invited,
    accept,
    decline,
    invitation_by,
    invitations_of,
    invite,
    unknown_invitation,
    withdraw,
)
from catalog.mails import MailKind, NewMail, post
from catalog.roles import Capacity
from stream.api.acting_documents import (
    InvitationDocument,
    InvitationList,
    InvitationMade,
    NewInvitation,
)
from stream.api.asking import told
from stream.idempotency import Keyed, has_key, keyed
from stream.identity.callers import caller
from stream.identity.counting import count_mail
from stream.identity.fresh import require_fresh
from stream.identity.throttle import AskedBy
from stream.ids import id_in
from stream.invitation_links import secret_for
from stream.keys import ORIGIN, REQUEST_ID, SECRETS, TOOLS

_NEVER_KEPT = {"Cache-Control": "no-store"}
_MOST_SHOWN = 200


async def post_invitation(request: web.Request) -> web.Response:
    """Invite somebody to act for the account; by mail, if an address is told."""
    who, tools = await caller(request), request.app[TOOLS]
    wanted = await told(request, NewInvitation)
    asked = await keyed(request, who) if has_key(request) else None
    found, link = await send_invitation(request, who, wanted, asked)
    now = tools.clock()
    body = InvitationMade(link=link, **invitation_document(found, now).model_dump())
    return web.json_response(text=body.model_dump_json(), status=201, headers=_NEVER_KEPT)


async def send_invitation(
    request: web.Request, who: Caller, wanted: NewInvitation, asked: Keyed | None
) -> tuple[Invited, str]:
    """Invite somebody, and write to them if an address is told; answer the link as well.

    Asked again under a key, it is the same invitation, and no other mail is written.

    Raises:
        Refused: `invitations-too-many`, 409; `email-unfit`, 422; `mails-enough`, 429;
            `sign-in-again`, 403: an owner is invited, who has to be by somebody just signed in.

    """
    tools = request.app[TOOLS]
    now, origin = tools.clock(), request.app[ORIGIN]
    if wanted.capacity is Capacity.OWNER:
        require_fresh(who, now=now)
    to = None if wanted.email is None else parse_email(wanted.email)
    email = to.address if to else None
    secret = secret_for(asked, request.app[SECRETS][0])
    link = f"{origin}/invitations/{secret}"
    async with tools.database.begin() as session:
        if asked is not None and not await asked.note(session, tools):
            return await invitation_by(session, secret), link
        await invite(session, who, wanted.capacity, email=email, secret=secret, now=now)
        if to is not None:
            await count_mail(request, to, AskedBy.INVITER)
        found = await invitation_by(session, secret)
        if email is not None:
            mail = NewMail(
                kind=MailKind.INVITATION,
                to=email,
                facts={
                    "origin": origin,
                    "inviter": found.inviter,
                    "account": found.account,
                    "capacity": wanted.capacity,
                    "link": link,
                    "days": str(LIFETIME.days),
                },
                request_id=request[REQUEST_ID],
            )
            await post(session, mail, now=now)
    return found, link


async def get_invitations(request: web.Request) -> web.Response:
    """Answer the account's last invitations."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.read() as session:
        found = await invitations_of(session, who.id, limit=_MOST_SHOWN)
    body = InvitationList(items=[invitation_document(one, tools.clock()) for one in found])
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def delete_invitation(request: web.Request) -> web.Response:
    """Withdraw an invitation."""
    who, tools = await caller(request), request.app[TOOLS]
    invitation_id = id_in(request.match_info["invitation"], unknown_invitation())
    async with tools.database.begin() as session:
        await withdraw(session, who, invitation_id, now=tools.clock())
    return web.Response(status=204)


async def get_invitation(request: web.Request) -> web.Response:
    """Answer what one is invited to, to who has the secret of the link."""
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        found = await invitation_by(session, request.match_info["secret"])
    return _answered(found, tools.clock())


async def put_acceptance(request: web.Request) -> web.Response:
    """Act for the account from now on."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        secret = request.match_info["secret"]
        found = await accept(session, secret, who, now=tools.clock())
    return _answered(found, tools.clock())


async def put_refusal(request: web.Request) -> web.Response:
    """Say that one will not."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        secret = request.match_info["secret"]
        found = await decline(session, secret, who, now=tools.clock())
    return _answered(found, tools.clock())


def _answered(found: Invited, now: datetime) -> web.Response:
    body = invitation_document(found, now)
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


def invitation_document(found: Invited, now: datetime) -> InvitationDocument:
    """Tell an invitation, and what became of it."""
    row = found.row
    return InvitationDocument(
        id=str(row.id),
        account=str(row.account_id),
        account_name=found.account,
        invited_by=found.inviter,
        capacity=Capacity(row.capacity),
        email=row.email,
        state=found.state(now),
        invited_at=row.invited_at,
        expires_at=row.expires_at,
    )
