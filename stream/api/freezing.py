"""Wallets that keepers of the books freeze and free, each with a reason that stays."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from accounting.freezing import (
    Freeze,
    freeze,
    freeze_named,
    freezes_of,
    last_freeze,
    unfreeze,
)
from accounting.holds import Who
from base.database import Session
from base.errors import Refused
from catalog.callers import Caller
from catalog.models.people import Account
from catalog.permissions import Permission
from stream.api.asking import told
from stream.api.openapi import Route
from stream.idempotency import at_most_once
from stream.identity.callers import caller
from stream.keys import TOOLS

_PROBLEMS = (400, 401, 403, 404, 422)
_Reason = Annotated[str, Field(min_length=3, max_length=200)]


class Reason(BaseModel):
    """Why a wallet is frozen, or free again."""

    model_config = ConfigDict(extra="forbid")

    reason: _Reason


class FreezeDocument(BaseModel):
    """A reason for which nothing is spent from a wallet, and who says so, until it is lifted."""

    id: str
    account: str
    reason: str
    by: str
    frozen_at: datetime
    lifted_at: datetime | None


class FreezeList(BaseModel):
    """All reasons that hold, the oldest first."""

    freezes: list[FreezeDocument]


async def get_freezes(request: web.Request) -> web.Response:
    """Answer why a wallet is frozen."""
    async with request.app[TOOLS].database.read() as session:
        found = await freezes_of(session, _account_of(request))
    body = FreezeList(freezes=[_document(one) for one in found])
    return web.json_response(text=body.model_dump_json())


async def post_freeze(request: web.Request) -> web.Response:
    """Freeze a wallet; for the same reason again, nothing changes."""
    who, tools = await caller(request), request.app[TOOLS]
    why = await told(request, Reason)
    account = _account_of(request)

    async def work(session: Session) -> Freeze:
        if await session.get(Account, account) is None:
            raise _unknown_account()
        return await freeze(session, account, _who(who, why), now=tools.clock())

    made = await at_most_once(request, who, work)
    if made is None:
        async with tools.database.read() as session:
            made = await last_freeze(session, account, _who(who, why))
    return web.json_response(text=_document(made).model_dump_json(), status=201)


async def post_lifting(request: web.Request) -> web.Response:
    """Take a reason away; without any other the wallet is free, and what waited is settled."""
    who, tools = await caller(request), request.app[TOOLS]
    why = await told(request, Reason)
    try:
        freeze_id = UUID(request.match_info["freeze"])
    except ValueError:
        raise Refused("freeze-unknown", "There is no such freeze.", status=404) from None
    step = partial(unfreeze, freeze_id=freeze_id, who=_who(who, why), now=tools.clock())
    await at_most_once(request, who, step)
    async with tools.database.read() as session:
        body = _document(await freeze_named(session, freeze_id))
    return web.json_response(text=body.model_dump_json())


def freezing_routes() -> list[Route]:
    """Answer every operation on wallets that are frozen."""
    path = "/api/v1/wallets/{account}/freezes"
    return [
        Route(
            method="GET",
            path=path,
            handler=get_freezes,
            needs=Permission.BOOKS_READ,
            summary="Why a wallet is frozen, for treasurers.",
            answers={200: FreezeList},
        ),
        Route(
            method="POST",
            path=path,
            handler=post_freeze,
            needs=Permission.WALLETS_KEEP,
            summary="Freeze a wallet, for treasurers.",
            body=Reason,
            hears_key=True,
            answers={201: FreezeDocument},
            problems=_PROBLEMS,
        ),
        Route(
            method="POST",
            path="/api/v1/freezes/{freeze}/lifting",
            handler=post_lifting,
            needs=Permission.WALLETS_KEEP,
            summary="Take a reason away for which a wallet is frozen, for treasurers.",
            body=Reason,
            hears_key=True,
            answers={200: FreezeDocument},
            problems=_PROBLEMS,
        ),
    ]


def _who(who: Caller, why: Reason) -> Who:
    return Who(name=who.name, why=why.reason, id=who.id)


def _account_of(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["account"])
    except ValueError:
        raise _unknown_account() from None


def _unknown_account() -> Refused:
    return Refused("account-unknown", "There is no such account.", status=404)


def _document(one: Freeze) -> FreezeDocument:
    return FreezeDocument(
        id=str(one.id),
        account=str(one.listener_id),
        reason=one.reason,
        by=one.by,
        frozen_at=one.frozen_at,
        lifted_at=one.lifted_at,
    )
