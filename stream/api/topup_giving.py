"""What keepers of the books give: money back, and credits for nothing."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from accounting.grants import Grant, give
from accounting.payments.providers import provider_named
from accounting.topup_refunds import Asked, refund
from base.database import Session
from base.errors import Refused
from catalog.models.people import KEEPERS, Account
from catalog.payments import payment_called
from stream.api.topup_documents import (
    GrantDocument,
    NewGrant,
    RefundDocument,
    WhyRefund,
    refund_document,
)
from stream.idempotency import key_of
from stream.identity import caller
from stream.keys import PROVIDERS, TOOLS

_NEVER_KEPT = {"Cache-Control": "no-store"}


async def post_refund(request: web.Request) -> web.Response:
    """Send back what is unspent of a top-up."""
    who, tools = await caller(request, *KEEPERS), request.app[TOOLS]
    key = key_of(request, who)
    why = WhyRefund.model_validate_json(await request.read())
    async with tools.database.read() as session:
        payment = await payment_called(session, request.match_info["topup"])
    asked = Asked(payment_id=payment.id, request_key=key, by=who.id, reason=why.reason)
    provider = provider_named(request.app[PROVIDERS], payment.provider)
    made = await refund(tools.database, provider, asked, clock=tools.clock)
    body: RefundDocument = refund_document(made, payment)
    return web.json_response(text=body.model_dump_json(), headers=_NEVER_KEPT)


async def post_grant(request: web.Request) -> web.Response:
    """Give credits."""
    who, tools = await caller(request, *KEEPERS), request.app[TOOLS]
    key = key_of(request, who)
    asked = NewGrant.model_validate_json(await request.read())
    grant = Grant(
        listener_id=asked.account,
        key=key,
        credits=asked.credits,
        reason=asked.reason,
        by=who.id,
        expires_at=asked.expires_at,
    )

    async def work(session: Session) -> int:
        await _require_account(session, asked.account)
        return (await give(session, grant, now=tools.clock())).id

    number = await tools.database.run(work)
    body = GrantDocument(account=str(asked.account), credits=asked.credits, transaction=number)
    return web.json_response(text=body.model_dump_json(), status=201, headers=_NEVER_KEPT)


async def _require_account(session: Session, account: UUID) -> None:
    if await session.get(Account, account) is None:
        raise Refused("account-unknown", "There is no such account.", status=404)
