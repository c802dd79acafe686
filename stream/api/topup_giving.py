"""What keepers of the books give: money back, and credits for nothing."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from accounting.grants import MICROS_PER_CREDIT, Grant, give
from accounting.payments.providers import provider_named
from accounting.topup_refunds import Asked, refund
from accounting.transferring_back import Transferred, to_transfer, transfer
from base.database import Session
from base.errors import Refused
from catalog.models.people import Account
from catalog.payments import payment_called, unknown_refund
from stream.api.asking import told
from stream.api.topup_documents import (
    GrantDocument,
    NewGrant,
    RefundDocument,
    RefundList,
    RefundTransferred,
    WhyRefund,
    refund_document,
)
from stream.idempotency import keyed
from stream.identity.callers import caller
from stream.keys import PROVIDERS, TOOLS

_NEVER_KEPT = {"Cache-Control": "no-store"}


async def post_refund(request: web.Request) -> web.Response:
    """Send back what is unspent of a top-up."""
    who, tools = await caller(request), request.app[TOOLS]
    keys = await keyed(request, who)
    why = await told(request, WhyRefund)
    async with tools.database.read() as session:
        payment = await payment_called(session, request.match_info["topup"])
    await keys.noted(tools)
    asked = Asked(payment_id=payment.id, request_key=keys.key, by=who.id, reason=why.reason)
    provider = provider_named(request.app[PROVIDERS], payment.provider)
    made = await refund(tools.database, provider, asked, clock=tools.clock)
    body: RefundDocument = refund_document(made, payment)
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def get_refunds(request: web.Request) -> web.Response:
    """Answer what is to be transferred back."""
    tools = request.app[TOOLS]
    async with tools.database.read() as session:
        found = await to_transfer(session, now=tools.clock())
    body = RefundList(refunds=[refund_document(*one) for one in found])
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def post_transferred(request: web.Request) -> web.Response:
    """Say that a refund was transferred."""
    who, tools = await caller(request), request.app[TOOLS]
    keys = await keyed(request, who)
    sent = await told(request, RefundTransferred)
    said = Transferred(refund_id=_refund_id(request), reference=sent.bank_reference, by=who.id)
    done = await keys.once(tools, lambda session: transfer(session, said, now=tools.clock()))
    body = refund_document(*done)
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


def _refund_id(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["refund"])
    except ValueError:
        raise unknown_refund() from None


async def post_grant(request: web.Request) -> web.Response:
    """Give credits."""
    who, tools = await caller(request), request.app[TOOLS]
    keys = await keyed(request, who)
    asked = await told(request, NewGrant)
    grant = Grant(
        listener_id=asked.account,
        key=keys.key,
        credits=asked.credits,
        reason=asked.reason,
        by=who.id,
        expires_at=asked.expires_at,
    )

    async def work(session: Session) -> int:
        await _require_account(session, asked.account)
        most = tools.settings.grant_credits * MICROS_PER_CREDIT
        return (await give(session, grant, now=tools.clock(), most=most)).id

    number = await keys.once(tools, work)
    body = GrantDocument(account=str(asked.account), credits=asked.credits, transaction=number)
    return web.json_response(text=body.model_dump_json(), status=201, headers=_NEVER_KEPT)


async def _require_account(session: Session, account: UUID) -> None:
    if await session.get(Account, account) is None:
        raise Refused("account-unknown", "There is no such account.", status=404)
