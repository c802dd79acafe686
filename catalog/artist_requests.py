"""Becoming an artist: asked for by a person, and let in by the rule of the house or a moderator.

Whoever is called as an artist who is here already waits for a moderator, whatever the rule says:
nobody comes out under the name of another unseen. So does whoever was once decided about, or had a
role taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import or_, select

from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.artists import accounts_called, find_artists
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.credit_roles import Named
from catalog.keysets import behind
from catalog.models.artists import ArtistRequest
from catalog.models.audit import NotedAct
from catalog.models.base import table_of
from catalog.offices import grant
from catalog.people import caller_with, lock_account
from catalog.roles import Role
from catalog.states import CLAIM_MOVES, ClaimEvent, ClaimState, next_state

#: What makes an account one that has music.
MAKERS = (Role.ARTIST, Role.LABEL)
Place = tuple[datetime, UUID]
_REQUESTS = table_of(ArtistRequest).c
_ORDER = ArtistRequest.made_at, ArtistRequest.id


async def ask_to_join(
    session: Session, who: Caller, name: str, *, is_open: bool, now: datetime
) -> ArtistRequest:
    """Ask to be an artist of a name; where that is open to all, they are one at once.

    Another name, while it waits, is asked for anew: what a moderator looks at never changes.

    Raises:
        Refused: `name-unfit`, 422; `artist-already`, 409.

    """
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise Refused("name-unfit", "Write the name with letters that can be seen.", status=422)
    await lock_account(session, who.id)
    if (await caller_with(session, who.id)).has(*MAKERS):
        raise Refused("artist-already", "You are an artist here already.", status=409)
    row = await request_of(session, who.id)
    if row is not None and row.state == ClaimState.OPEN and row.name == name:
        return row
    if row is not None and row.state == ClaimState.OPEN:
        await session.delete(row)
    is_new = not await _was_looked_at(session, who.id)
    row = ArtistRequest(
        id=uuid4(), account_id=who.id, state=ClaimState.OPEN, name=name, made_at=now
    )
    session.add(row)
    await session.flush()
    if is_open and is_new and not set(await accounts_called(session, name)) - {who.id}:
        row.state, row.decided_at = ClaimState.APPROVED, now
        await _let_in(session, row, who, now=now)
    return row


async def _was_looked_at(session: Session, account_id: UUID) -> bool:
    """Answer whether somebody decided about this account before: then somebody does again."""
    decided = select(ArtistRequest.id).where(
        ArtistRequest.account_id == account_id, ArtistRequest.state != ClaimState.OPEN
    )
    revoked = select(NotedAct.id).where(
        NotedAct.act == Act.ROLE_REVOKED, NotedAct.subject == str(account_id)
    )
    found = await session.scalar(select(or_(decided.exists(), revoked.exists())))
    return bool(found)


async def request_of(session: Session, account_id: UUID) -> ArtistRequest | None:
    """Answer what somebody asked for last, if they ever did."""
    query = select(ArtistRequest).where(ArtistRequest.account_id == account_id)
    query = query.order_by(*(one.desc() for one in _ORDER)).limit(1)
    found: ArtistRequest | None = await session.scalar(query)
    return found


async def open_requests(
    session: Session, *, after: Place | None = None, limit: int
) -> list[ArtistRequest]:
    """Answer who waits to be let in, the longest first, from behind a place on."""
    query = select(ArtistRequest).where(
        _REQUESTS.state == ClaimState.OPEN, behind(_ORDER, after, descending=False)
    )
    return list(await session.scalars(query.order_by(*_ORDER).limit(limit)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a moderator says, and why, where it is no."""

    event: ClaimEvent
    reason: str = ""


async def decide_request(
    session: Session, request_id: UUID, said: Verdict, by: Caller, *, now: datetime
) -> tuple[ArtistRequest, bool]:
    """Let somebody in, or say why not; answer whether it was not decided so already.

    Raises:
        Refused: `request-unknown`, 404; `own-request`, 403; `request-decided`, `account-closed`,
            409.

    """
    row = await session.get(ArtistRequest, request_id)
    if row is None:
        raise unknown_request()
    # The account before the row, as who asks does; meanwhile they may have asked for another name.
    await lock_account(session, row.account_id)
    row = await session.get(ArtistRequest, request_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise unknown_request()
    if row.account_id in {by.id, by.person_id}:
        raise Refused("own-request", "Somebody else decides about what you ask for.", status=403)
    if row.state == CLAIM_MOVES[ClaimState.OPEN, said.event]:
        return row, False
    if row.state != ClaimState.OPEN:
        raise Refused("request-decided", f"This was {row.state} already.", status=409)
    row.state = next_state(CLAIM_MOVES, ClaimState(row.state), said.event)
    row.decided_by, row.decided_at, row.reason = by.person_id, now, said.reason or None
    facts = {"decision": said.event, "account": str(row.account_id)}
    await note_act(session, by, Act.ARTIST_DECIDED, row.id, now=now, facts=facts)
    if said.event is ClaimEvent.APPROVE:
        await _let_in(session, row, by, now=now)
    return row, True


async def _let_in(session: Session, row: ArtistRequest, by: Caller, *, now: datetime) -> None:
    """Make somebody an artist, with a page of the name that they asked for."""
    await grant(session, row.account_id, Role.ARTIST, by=by, now=now)
    await find_artists(session, [Named(name=row.name)], owner_id=row.account_id, now=now)


def unknown_request() -> Refused:
    """Say that there is none."""
    return Refused("request-unknown", "Nobody asks for that.", status=404)
