"""Claims: made by anybody, decided by a treasurer or an operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime

from accounting.claims import Claimed, approve, claim, claims_of, deny, open_claims, unclaimed_of
from accounting.payees import payees_named
from base.database import Session
from base.errors import Refused
from catalog.models.rights import Claim
from catalog.music import track_of
from catalog.permissions import Permission
from catalog.states import ClaimState
from stream.api.amounts import Amount
from stream.api.answers import NEVER_KEPT, answered
from stream.api.asking import asking, told
from stream.api.paging import Keyset, Paged
from stream.api.payees import payee_id_of
from stream.api.split_documents import (
    ClaimDocument,
    ClaimList,
    Decision,
    NewClaim,
)
from stream.api.tracks import track_id_of
from stream.idempotency import at_most_once, keyed
from stream.identity.callers import caller
from stream.keys import TOOLS

_OWN = Keyset("claims", tuple[AwareDatetime, UUID])
CLAIMS = Keyset("open-claims", tuple[AwareDatetime, UUID])


async def post_claim(request: web.Request) -> web.Response:
    """Claim a payee, or what a track earned for nobody who is known."""
    who, tools = await caller(request), request.app[TOOLS]
    body = await told(request, NewClaim)
    asked = await keyed(request, who)

    async def work(session: Session) -> Claim:
        track = await track_of(session, track_id_of(body.track)) if body.track else None
        said = Claimed(
            payee_id=payee_id_of(body.payee),
            recording_id=track.track.recording_id if track else None,
            words=body.words,
            key=asked.key,
        )
        return await claim(session, said, who, now=tools.clock())

    made = await asked.once(tools, work)
    return await _answered(request, made, status=201)


async def get_claims(request: web.Request) -> web.Response:
    """Answer the caller's claims; to who decides about them all that are open."""
    who = await caller(request)
    asked, decides = asking(request, Paged), who.may(Permission.PAYOUTS_KEEP)
    places = CLAIMS if decides else _OWN
    after, limit = places.after(asked.cursor), asked.limit + 1
    async with request.app[TOOLS].database.read() as session:
        if decides:
            found = await open_claims(session, after=after, limit=limit)
        else:
            found = await claims_of(session, who.id, after=after, limit=limit)
        page = places.page(found, limit=asked.limit, place=lambda one: (one.made_at, one.id))
        claims = await claim_documents(session, page.items)
    return answered(request, ClaimList(claims=claims, next=page.next), cache=NEVER_KEPT)


async def put_decision(request: web.Request) -> web.Response:
    """Decide about somebody else's claim, once; the same again changes nothing."""
    who, tools = await caller(request), request.app[TOOLS]
    body = await told(request, Decision)
    decide = approve if body.decision == "approve" else partial(deny, reason=body.reason)
    claim_id = _claim_id(request)
    act = partial(decide, claim_id=claim_id, by=who, now=tools.clock())
    await at_most_once(request, who, act)
    async with tools.database.read() as session:
        decided = await session.get_one(Claim, claim_id)
    return await _answered(request, decided)


def _claim_id(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["claim"])
    except ValueError:
        raise unknown_claim() from None


def unknown_claim() -> Refused:
    """Say that there is none."""
    return Refused("claim-unknown", "There is no such claim.", status=404)


async def _answered(request: web.Request, row: Claim, *, status: int = 200) -> web.Response:
    async with request.app[TOOLS].database.read() as session:
        [body] = await claim_documents(session, [row])
    return answered(request, body, status=status, cache=NEVER_KEPT)


async def claim_documents(session: Session, rows: Sequence[Claim]) -> list[ClaimDocument]:
    """Answer claims, each with what was earned for nobody that it is about."""
    names = await payees_named(session, {one.payee_id for one in rows})
    asked = {one.recording_id for one in rows if one.state == ClaimState.OPEN and one.recording_id}
    unclaimed = await unclaimed_of(session, asked)
    return [
        ClaimDocument(
            id=str(row.id),
            state=ClaimState(row.state),
            payee=str(row.payee_id),
            payee_name=names[row.payee_id].name,
            recording=str(row.recording_id) if row.recording_id else None,
            words=row.words,
            made_at=row.made_at,
            decided_at=row.decided_at,
            reason=row.reason,
            unclaimed=_amounts(unclaimed, row),
        )
        for row in rows
    ]


def _amounts(unclaimed: Mapping[UUID, Mapping[str, int]], row: Claim) -> list[Amount]:
    if row.state != ClaimState.OPEN or row.recording_id is None:
        return []
    found = unclaimed.get(row.recording_id, {})
    return [Amount(amount=amount, currency=currency) for currency, amount in sorted(found.items())]
