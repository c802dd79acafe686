"""One's own membership: applied for, paid, shown, and left."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from accounting.dues import Wanted, charge
from accounting.payments.providers import provider_named
from accounting.topups import Addresses
from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.charges import charge_of, charges_of
from catalog.member_shares import held_at
from catalog.member_terms import classes_at
from catalog.memberships import Application, apply, badges, leave, own_membership, steps_of
from catalog.models.memberships import Membership
from catalog.models.payments import Payment
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import told
from stream.api.membership_documents import (
    BadgeDocument,
    ClassList,
    EditMembership,
    MembershipDocument,
    NewCharge,
    NewMembership,
    charge_document,
    class_document,
    membership_document,
)
from stream.api.preconditions import require_match
from stream.idempotency import key_of
from stream.identity.callers import caller
from stream.keys import PROVIDERS, TOOLS


async def get_classes(request: web.Request) -> web.Response:
    """Answer the classes of members."""
    tools, providers = request.app[TOOLS], request.app[PROVIDERS]
    async with tools.database.read() as session:
        found = await classes_at(session, tools.clock())
    items = [class_document(one) for one in found.values()]
    body = ClassList(items=items, providers=sorted(providers))
    return answered(request, body)


async def get_membership(request: web.Request) -> web.Response:
    """Answer the caller's membership."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        return said(request, await described(session, await own_membership(session, who.id)))


async def post_membership(request: web.Request) -> web.Response:
    """Apply to be a member."""
    who, tools = await caller(request), request.app[TOOLS]
    asked = await told(request, NewMembership)
    application = Application(
        account_id=who.id,
        class_id=asked.class_id,
        name=asked.name,
        address=asked.address,
        words=asked.words,
    )
    async with tools.database.begin() as session:
        row = await apply(session, application, now=tools.clock())
        return said(request, await described(session, row), status=201)


async def patch_membership(request: web.Request) -> web.Response:
    """Say what everybody may see of it."""
    who, tools = await caller(request), request.app[TOOLS]
    asked = await told(request, EditMembership)
    async with tools.database.begin() as session:
        row = await own_membership(session, who.id, lock=True)
        await require_match(request, lambda: described(session, row))
        row.shown = asked.shown
        return said(request, await described(session, row))


async def delete_membership(request: web.Request) -> web.Response:
    """Take an application back, or resign."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        row = await own_membership(session, who.id, lock=True)
        await require_match(request, lambda: described(session, row))
        await leave(session, row, by=who.person_id, now=tools.clock())
        return said(request, await described(session, row))


async def post_charge(request: web.Request) -> web.Response:
    """Pay dues or shares, and answer where."""
    who, tools = await caller(request), request.app[TOOLS]
    key = key_of(request, who)
    asked = await told(request, NewCharge)
    payment = await order_charge(request, who, asked, key=key)
    async with tools.database.read() as session:
        body = charge_document(await charge_of(session, payment.id), payment)
    return said(request, body, status=201)


async def order_charge(request: web.Request, who: Caller, asked: NewCharge, *, key: str) -> Payment:
    """Order what a member pays, once under a key.

    Raises:
        Refused: as `charge` does; `provider-unknown`, 404.
        Unavailable: the provider cannot be reached.

    """
    tools = request.app[TOOLS]
    provider = provider_named(request.app[PROVIDERS], asked.provider)
    root = tools.settings.public_url.rstrip("/") or str(request.url.origin())
    return await charge(
        tools.database,
        provider,
        Wanted(account_id=who.id, request_key=key, has_dues=asked.dues, shares=asked.shares),
        addresses=Addresses(
            back=f"{root}/account/membership",
            webhook=f"{root}/api/v1/payments/{provider.name}/webhook",
        ),
        clock=tools.clock,
    )


async def get_badge(request: web.Request) -> web.Response:
    """Answer what a member lets everybody see."""
    try:
        account = UUID(request.match_info["account"])
    except ValueError:
        raise _not_shown() from None
    async with request.app[TOOLS].database.read() as session:
        found = (await badges(session, [account])).get(account)
    if found is None:
        raise _not_shown()
    body = BadgeDocument(class_id=found.class_id, since=found.since)
    return answered(request, body)


def _not_shown() -> Refused:
    return Refused("no-membership", "There is no membership to be seen.", status=404)


async def described(session: Session, row: Membership) -> MembershipDocument:
    """Answer all of a membership."""
    return membership_document(
        row,
        shares=await held_at(session, of=row.id),
        charges=await charges_of(session, row.id),
        steps=await steps_of(session, row.id),
    )


def said(request: web.Request, body: BaseModel, *, status: int = 200) -> web.Response:
    """Answer a document that nobody keeps."""
    return answered(request, body, status=status, cache=NEVER_KEPT)
