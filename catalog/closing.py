"""The account of an artist or a label ends: what that comes to, and what of it goes.

The music is withdrawn before, see `ingest.closing_accounts`. What was bought stays with who bought
it, and so do the names on it; the books stay as they are, and what is owed stays owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select

from base.database import Session
from base.errors import Refused
from catalog.acts import Act
from catalog.audit import note_act
from catalog.callers import Caller
from catalog.erasing import forget_told, let_go
from catalog.members import require_owner, unknown_membership
from catalog.models.events import Webhook
from catalog.models.music import Track
from catalog.models.people import Account, Member, Token
from catalog.models.publishing import TrackVersion
from catalog.models.releases import Release
from catalog.music import AUDIBLE
from catalog.roles import AccountKind
from catalog.states import HIDDEN, ReleaseState, TrackState


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What closing an account comes to: what is heard no more, what goes, and who leaves."""

    account_id: UUID
    name: str
    releases: int
    tracks: int
    drafts: int
    members: int


async def closing_of(session: Session, account_id: UUID, person_id: UUID) -> Closing:
    """Answer what closing an account would come to, to one who owns it; and lock it.

    Raises:
        Refused: `membership-unknown`, 404; `not-owner`, 403; `not-closable`, 409.

    """
    await require_owner(session, account_id, person_id)
    account = await _closable(session, account_id)
    releases = [ReleaseState(state) for _, state in await releases_of_owner(session, account_id)]
    tracks = [state for _, state in await tracks_of_owner(session, account_id)]
    members = select(func.count()).where(Member.account_id == account_id)
    return Closing(
        account_id=account_id,
        name=account.name,
        releases=releases.count(ReleaseState.PUBLISHED),
        tracks=sum(state in AUDIBLE for state in tracks),
        drafts=sum(state in HIDDEN for state in releases),
        members=await session.scalar(members) or 0,
    )


async def releases_of_owner(
    session: Session, account_id: UUID
) -> Sequence[tuple[UUID, ReleaseState]]:
    """Answer all releases of an account, and where each stands."""
    query = select(Release.id, Release.state).where(Release.owner_id == account_id)
    found = await session.execute(query.order_by(Release.id))
    return [(release_id, ReleaseState(state)) for release_id, state in found]


async def tracks_of_owner(session: Session, account_id: UUID) -> Sequence[tuple[UUID, TrackState]]:
    """Answer all tracks of an account, and where each stands; none that only holds a master."""
    held = select(TrackVersion.holder_id).where(TrackVersion.holder_id.is_not(None))
    query = select(Track.id, Track.state).where(Track.owner_id == account_id, Track.id.not_in(held))
    found = await session.execute(query.order_by(Track.id))
    return [(track_id, TrackState(state)) for track_id, state in found]


async def shut(session: Session, person: Caller, closing: Closing, *, now: datetime) -> None:
    """Let nobody act for an account any more, nor it for anybody, and forget what it told."""
    account_id = closing.account_id
    facts = {
        "releases": closing.releases,
        "tracks": closing.tracks,
        "drafts": closing.drafts,
        "members": closing.members,
    }
    await note_act(session, person, Act.ACCOUNT_CLOSED, account_id, now=now, facts=facts)
    await let_go(session, account_id, now=now)
    await session.execute(delete(Token).where(Token.account_id == account_id))
    await session.execute(delete(Webhook).where(Webhook.owner_id == account_id))
    await forget_told(session, account_id, now=now)
    (await session.get_one(Account, account_id)).closed_at = now


async def _closable(session: Session, account_id: UUID) -> Account:
    account = await session.get(Account, account_id)
    if account is None:
        raise unknown_membership()
    if account.kind == AccountKind.PERSON:
        raise Refused(
            "not-closable",
            "This account is a person's: they have it forgotten at /account/data themselves.",
            status=409,
        )
    return account
