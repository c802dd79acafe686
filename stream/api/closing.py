"""Artists and labels that end or get another owner, and what stands in the way of forgetting."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from accounting.owing import standings
from accounting.payees import payees_of_account
from accounting.payout_rules import policy_of
from accounting.payouts import Standing
from base.database import Session
from base.tools import Tools
from catalog.account_list import AccountState
from catalog.callers import Caller
from catalog.closing import Closing, closing_told
from catalog.leaving import Alone, Obstacle, obstacles
from catalog.members import hand_over, unknown_membership
from catalog.permissions import Permission
from ingest.closing_accounts import Wish, close_account
from stream.api.answers import NEVER_KEPT, answered, no_content
from stream.api.asking import told
from stream.api.closing_documents import (
    AloneDocument,
    CloseAccount,
    ClosingDocument,
    HandOver,
    HeirDocument,
    ObstacleDocument,
    ObstacleList,
    Owed,
)
from stream.api.openapi import Route
from stream.api.openapi_parameters import ID
from stream.identity.callers import caller
from stream.identity.fresh import require_fresh, require_just_signed_in
from stream.ids import id_in
from stream.keys import REQUEST_ID, TOOLS

_MINE = f"/api/v1/memberships/{{account:{ID}}}"


async def get_obstacles(request: web.Request) -> web.Response:
    """Answer what stands in the way of forgetting the caller."""
    who = await caller(request)
    async with request.app[TOOLS].database.read() as session:
        found = await obstacles(session, who.id)
    return answered(
        request, ObstacleList(items=[_obstacle(one) for one in found]), cache=NEVER_KEPT
    )


async def put_hand_over(request: web.Request) -> web.Response:
    """Let another member own an account of the caller's."""
    who, tools = await caller(request), request.app[TOOLS]
    heir = (await told(request, HandOver)).person
    await handed_over(tools, who, _account_in(request), heir)
    return no_content()


async def handed_over(tools: Tools, who: Caller, account_id: UUID, heir: UUID) -> None:
    """Let another member own an account, as somebody says who has just signed in.

    Raises:
        Refused: `sign-in-again`, 403; and as `hand_over`.

    """
    require_fresh(who, now=tools.clock())
    async with tools.database.begin() as session:
        await hand_over(session, who, account_id, heir, now=tools.clock())


async def get_closing(request: web.Request) -> web.Response:
    """Answer what closing an account of the caller's would come to, or how far it is."""
    who, tools = await caller(request), request.app[TOOLS]
    async with tools.database.begin() as session:
        found = await closing_told(session, _account_in(request), who.person_id)
        return answered(request, await closing_document(session, tools, found), cache=NEVER_KEPT)


async def post_closing(request: web.Request) -> web.Response:
    """Close an account of the caller's."""
    who, tools = await caller(request), request.app[TOOLS]
    reason = (await told(request, CloseAccount)).reason
    body = await close(request, who, _account_in(request), reason, tools=tools)
    return answered(request, body, cache=NEVER_KEPT)


async def close(
    request: web.Request, who: Caller, account_id: UUID, reason: str, *, tools: Tools
) -> ClosingDocument:
    """Close an account for somebody who has just signed in; once, however often they ask.

    Raises:
        Refused: `sign-in-again`, 403; and as `close_account`.

    """
    now = tools.clock()
    require_just_signed_in(who, now=now)
    wish = Wish(reason=reason, request_id=request[REQUEST_ID])

    async def work(session: Session) -> ClosingDocument:
        found = await closing_told(session, account_id, who.person_id)
        if found.asked_at is None:
            await close_account(session, who, account_id, wish, now=now)
            found = await closing_told(session, account_id, who.person_id)
        return await closing_document(session, tools, found)

    return await tools.database.run(work)


async def closing_document(session: Session, tools: Tools, found: Closing) -> ClosingDocument:
    """Tell what closing an account comes to, and what is owed to it."""
    owed = [one for one in await _standings(session, tools, found.account_id) if one.payable > 0]
    return ClosingDocument(
        state=_state(found),
        left=found.left,
        asked_at=found.asked_at,
        done_at=found.done_at,
        account=found.account_id,
        name=found.name,
        releases=found.releases,
        tracks=found.tracks,
        drafts=found.drafts,
        members=found.members,
        owed=[
            Owed(
                currency=one.currency,
                amount=one.payable,
                has_bank_details=one.details is not None,
            )
            for one in owed
        ],
    )


def _state(found: Closing) -> AccountState:
    if found.asked_at is None:
        return AccountState.ACTIVE
    return AccountState.CLOSING if found.done_at is None else AccountState.CLOSED


async def _standings(session: Session, tools: Tools, account_id: UUID) -> list[Standing]:
    now = tools.clock()
    payees = [str(one.id) for one in await payees_of_account(session, account_id)]
    wanted = [*payees, f"member:{account_id}"]
    policy = policy_of(tools.settings)
    return await standings(session, policy, until=now, now=now, payees=wanted)


def _obstacle(one: Obstacle) -> ObstacleDocument:
    accounts = [alone_document(each) for each in one.accounts]
    return ObstacleDocument(code=one.code, says=one.sentence, accounts=accounts)


def alone_document(one: Alone) -> AloneDocument:
    """Tell an account that somebody alone owns."""
    return AloneDocument(
        account=one.account.account_id,
        name=one.account.name,
        kind=one.account.kind,
        members=[
            HeirDocument(person=each.person_id, name=each.name, capacity=each.capacity)
            for each in one.others
        ],
    )


def _account_in(request: web.Request) -> UUID:
    return id_in(request.match_info["account"], unknown_membership())


def closing_routes() -> list[Route]:
    """Answer every operation on accounts that end."""
    return [
        Route(
            method="GET",
            path="/api/v1/account/erasure/obstacles",
            handler=get_obstacles,
            needs=Permission.ACCOUNT_CLOSE,
            summary="What has to be done before you can be forgotten.",
            answers={200: ObstacleList},
            problems=(401, 403),
        ),
        Route(
            method="PUT",
            path=f"{_MINE}/owner",
            handler=put_hand_over,
            needs=Permission.MEMBERSHIPS,
            summary="Hand an artist or a label over to another member, and leave it.",
            body=HandOver,
            answers={204: "text/plain"},
            problems=(401, 403, 404, 422),
        ),
        Route(
            method="GET",
            path=f"{_MINE}/closure",
            handler=get_closing,
            needs=Permission.ACCOUNT_CLOSE,
            summary="What closing an artist or a label comes to; once asked for, how far it is.",
            answers={200: ClosingDocument},
            problems=(401, 403, 404, 409),
        ),
        Route(
            method="POST",
            path=f"{_MINE}/closure",
            handler=post_closing,
            needs=Permission.ACCOUNT_CLOSE,
            summary="Close an artist or a label for good; its music is withdrawn piece by piece.",
            body=CloseAccount,
            answers={200: ClosingDocument},
            problems=(401, 403, 404, 409, 422),
        ),
    ]
