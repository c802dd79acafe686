"""Accounts, for operators: who there is, and what may be done with one of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, Field

from accounting.freezing import freezes_of
from base.database import Session
from base.errors import Refused
from base.tools import Tools
from catalog.account_list import (
    AccountState,
    Asked,
    Deed,
    Has,
    Listed,
    account_told,
    deeds_on,
    listed,
)
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.closing import left_of
from catalog.factors import factors_of
from catalog.members import members_of
from catalog.permissions import Permission
from catalog.roles import AccountKind, Capacity, Role
from catalog.sign_ins import end_sign_ins, sign_ins_of
from stream.api.answers import NEVER_KEPT, answered, no_content
from stream.api.asking import Sparse, asking
from stream.api.openapi import Route
from stream.api.paging import Keyset, Paged
from stream.identity.callers import caller
from stream.identity.fresh import require_fresh
from stream.ids import id_in
from stream.keys import TOOLS

PLACE = Keyset("accounts", tuple[AwareDatetime, UUID])
_TEXT = r"^[^\x00-\x1f\x7f-\x9f]*$"


class AccountsQuery(Paged):
    """Which accounts; of all of them the newest first."""

    q: str | None = Field(
        default=None,
        min_length=2,
        max_length=254,
        pattern=_TEXT,
        description="How the name begins, or the whole mail address, or the id.",
    )
    role: Role | None = None
    kind: AccountKind | None = None
    state: AccountState | None = None


class ActsForDocument(BaseModel):
    """An account that is acted for, or a person who acts, and as what."""

    account: str
    name: str
    capacity: Capacity


class AccountRow(BaseModel):
    """An account; `closes_at` is when it will be forgotten, where its owner asked for that.

    `closed_at` is since when nobody acts for an artist or a label that was closed; while its music
    is being withdrawn its state is `closing`, and `closed` after that.
    """

    account: str
    name: str
    kind: AccountKind
    state: AccountState
    roles: list[Role]
    email: str | None
    email_verified: bool
    country: str | None
    created_at: datetime
    last_seen_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    acts_for: list[ActsForDocument]


class AccountRows(BaseModel):
    """Accounts, the newest first."""

    items: list[AccountRow]
    next: str | None


class FreezeReason(BaseModel):
    """Why nothing is spent from its wallet."""

    freeze: str
    reason: str
    by: str
    frozen_at: datetime


class FactorsKept(BaseModel):
    """Which second factors it has."""

    app: bool
    passkeys: int
    recovery_codes: int


class AccountDetail(AccountRow):
    """An account, who acts for it, and what an operator may do with it.

    `is_reviewed` is whether its releases are looked at before they come out; null: as the house
    does in general. `left_to_withdraw` is how much of its music is still out while it is closed.
    """

    is_reviewed: bool | None
    left_to_withdraw: int
    members: list[ActsForDocument]
    sign_ins: int
    factors: FactorsKept
    freezes: list[FreezeReason]
    may: list[Deed]


async def get_accounts(request: web.Request) -> web.Response:
    """Answer accounts."""
    asked = asking(request, AccountsQuery)
    which = Asked(q=asked.q, role=asked.role, kind=asked.kind, state=asked.state)
    async with request.app[TOOLS].database.read() as session:
        found = await listed(session, which, after=PLACE.after(asked.cursor), limit=asked.limit + 1)
    page = PLACE.page(found, limit=asked.limit, place=lambda one: (one.created_at, one.id))
    body = AccountRows(items=[_row(one) for one in page.items], next=page.next)
    return answered(request, body, cache=NEVER_KEPT)


async def get_account_of(request: web.Request) -> web.Response:
    """Answer an account, and what an operator may do with it."""
    tools, account_id = request.app[TOOLS], _account_in(request)
    async with tools.database.read() as session:
        body = await account_detail(session, account_id, now=tools.clock())
    return answered(request, body, cache=NEVER_KEPT)


async def delete_sign_ins_of(request: web.Request) -> web.Response:
    """Let nobody be known as somebody any more: where who signed in is not who should."""
    who, tools, account_id = await caller(request), request.app[TOOLS], _account_in(request)
    await signed_out(tools, who, account_id)
    return no_content()


async def signed_out(tools: Tools, who: Caller, account_id: UUID) -> None:
    """End all by which somebody is known, in the name of an operator.

    Raises:
        Refused: `account-unknown`, 404; `sign-in-again`, 403.

    """
    require_fresh(who, now=tools.clock())
    async with tools.database.begin() as session:
        await account_told(session, account_id)
        await end_sign_ins(session, account_id, now=tools.clock())
        await note_act(session, who, Act.SIGN_INS_ENDED, account_id, now=tools.clock())


async def account_detail(session: Session, account_id: UUID, *, now: datetime) -> AccountDetail:
    """Answer what operators see of an account.

    Raises:
        Refused: `account-unknown`, 404.

    """
    found = await account_told(session, account_id)
    factors = await factors_of(session, account_id)
    freezes = await freezes_of(session, account_id)
    sign_ins = len(await sign_ins_of(session, account_id, now=now))
    has = Has(factors=factors.has_any, freezes=bool(freezes), sign_ins=bool(found.last_seen_at))
    return AccountDetail(
        **_row(found).model_dump(),
        is_reviewed=found.is_reviewed,
        left_to_withdraw=await left_of(session, account_id) if found.closed_at else 0,
        members=[
            ActsForDocument(account=str(one.person_id), name=one.name, capacity=one.capacity)
            for one in await members_of(session, account_id)
        ],
        sign_ins=sign_ins,
        factors=FactorsKept(
            app=factors.has_app, passkeys=factors.passkeys, recovery_codes=factors.codes_left
        ),
        freezes=[
            FreezeReason(freeze=str(one.id), reason=one.reason, by=one.by, frozen_at=one.frozen_at)
            for one in freezes
        ],
        may=deeds_on(found, has),
    )


def _row(one: Listed) -> AccountRow:
    return AccountRow(
        account=str(one.id),
        name=one.name,
        kind=one.kind,
        state=one.state,
        roles=list(one.roles),
        email=one.email,
        email_verified=one.is_verified,
        country=one.country,
        created_at=one.created_at,
        last_seen_at=one.last_seen_at,
        closes_at=one.closes_at,
        closed_at=one.closed_at,
        acts_for=[
            ActsForDocument(account=str(of.account_id), name=of.name, capacity=of.capacity)
            for of in one.acts_for
        ],
    )


def _account_in(request: web.Request) -> UUID:
    unknown = Refused("account-unknown", "There is no such account.", status=404)
    return id_in(request.match_info["account"], unknown)


def account_routes() -> list[Route]:
    """Answer every operation on accounts of others."""
    one, unknown = "/api/v1/accounts/{account}", {404: ("account-unknown",)}
    return [
        Route(
            method="GET",
            path="/api/v1/accounts",
            handler=get_accounts,
            needs=Permission.ACCOUNTS_KEEP,
            summary="For operators: accounts, by name, address, role, kind or state.",
            query=AccountsQuery,
            answers={200: AccountRows},
            problems={422: ("bad-cursor",)},
        ),
        Route(
            method="GET",
            path=one,
            handler=get_account_of,
            needs=Permission.ACCOUNTS_KEEP,
            summary="For operators: an account, and what may be done with it.",
            query=Sparse,
            answers={200: AccountDetail},
            problems=unknown,
        ),
        Route(
            method="DELETE",
            path=f"{one}/sign-ins",
            handler=delete_sign_ins_of,
            needs=Permission.ACCOUNTS_KEEP,
            summary="For operators: sign somebody out everywhere, and end their tokens.",
            answers={204: None},
            problems={403: ("sign-in-again",), **unknown},
        ),
    ]
