"""Members, for who keeps the roll: who is one, what they paid, and the register of shares."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, Field

from accounting.dues import Found, record
from accounting.payments.amounts import Money
from accounting.share_moves import Move, redeem, transfer
from base.database import Session
from base.errors import Refused
from catalog.charges import charge_of
from catalog.member_shares import entries_after
from catalog.member_states import MemberState
from catalog.memberships import Said, decide, exclude, listed, membership_called
from catalog.roll import roll_at
from catalog.roll_form import Roll
from stream.api.answers import NEVER_KEPT
from stream.api.asking import Instant, Sparse, asking, told
from stream.api.membership import described, said
from stream.api.membership_documents import (
    Decision,
    DuesFound,
    EntryList,
    MemberList,
    RollDocument,
    ShareRedemption,
    ShareTransfer,
    WhyExcluded,
    charge_document,
    entry_document,
    row_document,
)
from stream.api.paging import Keyset, Paged
from stream.idempotency import at_most_once, keyed
from stream.identity.callers import caller
from stream.keys import TOOLS

PLACE = Keyset("memberships", tuple[AwareDatetime, UUID])
LINE = Keyset("share-register", tuple[int])


class MembersAsked(Paged):
    """Which memberships are asked for."""

    state: MemberState | None = None
    class_id: str | None = Field(
        default=None, alias="class", min_length=1, max_length=20, pattern="^[a-z0-9-]+$"
    )


class AsOf(Sparse):
    """As of when; now unless told."""

    at: Instant | None = None


class LinesAsked(Paged):
    """Which lines of the register are asked for: what was entered by a time."""

    at: Instant | None = None


async def get_members(request: web.Request) -> web.Response:
    """Answer memberships, the newest applications first."""
    asked = asking(request, MembersAsked)
    async with request.app[TOOLS].database.read() as session:
        found = await listed(
            session,
            state=asked.state,
            class_id=asked.class_id,
            after=PLACE.after(asked.cursor),
            limit=asked.limit + 1,
        )
    page = PLACE.page(found, limit=asked.limit, place=lambda one: (one.applied_at, one.id))
    items = [row_document(one) for one in page.items]
    return said(request, MemberList(items=items, next=page.next))


async def get_member(request: web.Request) -> web.Response:
    """Answer a membership, by its id or its number."""
    async with request.app[TOOLS].database.read() as session:
        row = await membership_called(session, request.match_info["member"])
        return said(request, await described(session, row))


async def post_decision(request: web.Request) -> web.Response:
    """Admit an applicant, or refuse them."""
    who, tools = await caller(request), request.app[TOOLS]
    asked = await told(request, Decision)

    async def work(session: Session) -> None:
        row = await membership_called(session, request.match_info["member"], lock=True)
        require_other(row.account_id, who.person_id)
        word = Said(by=who.person_id, reason=asked.reason)
        await decide(session, row, word, admits=asked.admits, now=tools.clock())

    await at_most_once(request, who, work)
    return await get_member(request)


async def post_exclusion(request: web.Request) -> web.Response:
    """Exclude a member."""
    who, tools = await caller(request), request.app[TOOLS]
    asked = await told(request, WhyExcluded)

    async def work(session: Session) -> None:
        row = await membership_called(session, request.match_info["member"], lock=True)
        word = Said(by=who.person_id, reason=asked.reason)
        await exclude(session, row, word, now=tools.clock())

    await at_most_once(request, who, work)
    return await get_member(request)


def require_other(account_id: UUID, person_id: UUID) -> None:
    """See that nobody admits themselves.

    Raises:
        Refused: `own-account`, 403.

    """
    if account_id == person_id:
        raise Refused("own-account", "Nobody admits themselves: ask another operator.", status=403)


async def post_member_payment(request: web.Request) -> web.Response:
    """Take money that arrived at the bank for what a member owes."""
    who, tools = await caller(request), request.app[TOOLS]
    keys = await keyed(request, who)
    body = await told(request, DuesFound)
    now = tools.clock()
    if body.arrived_at is not None and body.arrived_at > now:
        raise Refused("not-yet", "What arrives later cannot be confirmed now.", status=422)
    found = Found(
        member=request.match_info["member"],
        has_dues=body.dues,
        shares=body.shares,
        amount=Money(micros=body.amount, currency=body.currency),
        reference=body.bank_reference,
        by=who.person_id,
        at=body.arrived_at or now,
    )
    payment = await keys.once(tools, lambda session: record(session, found, key=keys.key, now=now))
    async with tools.database.read() as session:
        return said(
            request, charge_document(await charge_of(session, payment.id), payment), status=201
        )


async def get_register(request: web.Request) -> web.Response:
    """Answer the register of shares, as of a time."""
    asked, tools = asking(request, LinesAsked), request.app[TOOLS]
    async with tools.database.read() as session:
        found = await entries_after(
            session,
            asked.at or tools.clock(),
            after=LINE.after(asked.cursor),
            limit=asked.limit + 1,
        )
    page = LINE.page(found, limit=asked.limit, place=lambda one: (one.id,))
    items = [entry_document(one) for one in page.items]
    return said(request, EntryList(items=items, next=page.next))


async def post_transfer(request: web.Request) -> web.Response:
    """Enter that shares are another member's now."""
    who, tools = await caller(request), request.app[TOOLS]
    keys = await keyed(request, who)
    body = await told(request, ShareTransfer)
    move = Move(
        key=keys.key, member=body.member, count=body.count, by=who.person_id, reason=body.reason
    )
    made = await keys.once(
        tools, lambda session: transfer(session, move, to=body.to, now=tools.clock())
    )
    return said(request, EntryList(items=[entry_document(one) for one in made]), status=201)


async def post_redemption(request: web.Request) -> web.Response:
    """Book that shares were paid back."""
    who, tools = await caller(request), request.app[TOOLS]
    keys = await keyed(request, who)
    body = await told(request, ShareRedemption)
    move = Move(
        key=keys.key, member=body.member, count=body.count, by=who.person_id, reason=body.reason
    )
    made = await keys.once(
        tools,
        lambda session: redeem(session, move, reference=body.bank_reference, now=tools.clock()),
    )
    return said(request, EntryList(items=[entry_document(one) for one in made]), status=201)


async def get_roll(request: web.Request) -> web.Response:
    """Answer the roll for votes, as of a time."""
    return said(request, RollDocument.model_validate_json((await _roll(request)).as_json))


async def get_roll_table(request: web.Request) -> web.Response:
    """Answer the roll as a table, with its digest in the header."""
    roll = await _roll(request)
    headers = {
        "Cache-Control": NEVER_KEPT,
        "Content-Disposition": f'attachment; filename="roll-{roll.at:%Y-%m-%d}.csv"',
        "Refrain-Digest": roll.digest,
    }
    return web.Response(text=roll.as_csv, content_type="text/csv", headers=headers)


async def _roll(request: web.Request) -> Roll:
    asked, tools = asking(request, AsOf), request.app[TOOLS]
    async with tools.database.read() as session:
        return await roll_at(session, asked.at or tools.clock())
