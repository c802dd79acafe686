"""The account of an artist or a label ends: what that comes to, how far it is, and what of it goes.

It is shut at once, and nobody acts for it from then on; its music is withdrawn in pieces, see
`ingest.closing_accounts`. What was bought stays with who bought it, and so do the names on it; the
books stay as they are, and what is owed stays owed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute

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
from catalog.models.privacy import Closure
from catalog.models.publishing import TrackVersion
from catalog.models.releases import Release
from catalog.music import AUDIBLE
from catalog.roles import AccountKind
from catalog.states import HIDDEN, ReleaseState, TrackState

#: What is not ready yet, and must not come to be heard.
UNREADY = (TrackState.RECEIVED, TrackState.EXAMINING)
#: Releases that are withdrawn or deleted, and tracks that are.
_ENDS = (ReleaseState.PUBLISHED, *HIDDEN)
_MOST_TOLD = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What closing an account comes to: what is heard no more, what goes, and who leaves.

    `left` is how many releases and tracks are still to go, once it was asked for at `asked_at`.
    """

    account_id: UUID
    name: str
    releases: int
    tracks: int
    drafts: int
    members: int
    left: int = 0
    asked_at: datetime | None = None
    done_at: datetime | None = None


async def closing_of(session: Session, account_id: UUID, person_id: UUID) -> Closing:
    """Answer what closing an account would come to, to one who owns it; and lock it.

    Raises:
        Refused: `membership-unknown`, 404; `not-owner`, 403; `not-closable`, 409.

    """
    await require_owner(session, account_id, person_id)
    account = await _closable(session, account_id)
    releases = await _counted(session, _releases_left(account_id), Release.state)
    tracks = await _counted(session, _tracks_left(account_id), Track.state)
    members = select(func.count()).where(Member.account_id == account_id)
    return Closing(
        account_id=account_id,
        name=account.name,
        releases=releases.get(ReleaseState.PUBLISHED, 0),
        tracks=sum(tracks.get(one, 0) for one in AUDIBLE),
        drafts=sum(releases.get(one, 0) for one in HIDDEN),
        members=await session.scalar(members) or 0,
    )


async def closing_told(session: Session, account_id: UUID, person_id: UUID) -> Closing:
    """Answer how far it is to who had it closed; to who owns it, as `closing_of`.

    Raises:
        Refused: as `closing_of`.

    """
    closure = await session.get(Closure, account_id)
    if closure is None or closure.asked_by != person_id:
        return await closing_of(session, account_id, person_id)
    return await _told(session, closure)


async def closed_by(session: Session, person_id: UUID) -> list[Closing]:
    """Answer what somebody had closed, the newest first."""
    query = select(Closure, Account.name).join(Account, Account.id == Closure.account_id)
    query = query.where(Closure.asked_by == person_id)
    query = query.order_by(Closure.asked_at.desc()).limit(_MOST_TOLD)
    rows = [(one, name) for one, name in await session.execute(query)]
    left = await _left(session, *(one.account_id for one, _ in rows if one.done_at is None))
    return [_said(one, name, left[one.account_id]) for one, name in rows]


async def left_of(session: Session, account_id: UUID) -> int:
    """Answer how many releases and tracks of an account are still to go."""
    return (await _left(session, account_id))[account_id]


async def _left(session: Session, *account_ids: UUID) -> Counter[UUID]:
    found = Counter[UUID]()
    if not account_ids:
        return found
    for owner, query in (
        (Release.owner_id, _releases_left(*account_ids)),
        (Track.owner_id, _tracks_left(*account_ids)),
    ):
        counted = query.with_only_columns(owner, func.count()).group_by(owner)
        for account_id, number in await session.execute(counted):
            found[account_id] += number
    return found


async def next_releases(session: Session, account_id: UUID, *, limit: int) -> Sequence[UUID]:
    """Answer releases of an account that are still to go."""
    found = await session.execute(_releases_left(account_id).order_by(Release.id).limit(limit))
    return [release_id for release_id, _ in found]


async def next_tracks(
    session: Session, account_id: UUID, *, limit: int
) -> Sequence[tuple[UUID, TrackState]]:
    """Answer tracks of an account that are still to go, and where each stands."""
    found = await session.execute(_tracks_left(account_id).order_by(Track.id).limit(limit))
    return [(track_id, TrackState(state)) for track_id, state in found]


async def shut(  # noqa: PLR0913 - who has what closed, why, and when
    session: Session,
    person: Caller,
    closing: Closing,
    *,
    reason: str,
    request_id: str,
    now: datetime,
) -> None:
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
    session.add(
        Closure(
            account_id=account_id,
            asked_by=person.person_id,
            asked_at=now,
            reason=reason,
            request_id=request_id,
            **facts,
        )
    )
    await session.flush()


def _releases_left(*account_ids: UUID) -> Select[UUID, str]:
    return select(Release.id, Release.state).where(
        Release.owner_id.in_(account_ids), Release.state.in_(_ENDS)
    )


def _tracks_left(*account_ids: UUID) -> Select[UUID, str]:
    """Ask for tracks; none that only holds a master."""
    held = select(TrackVersion.holder_id).where(TrackVersion.holder_id.is_not(None))
    return select(Track.id, Track.state).where(
        Track.owner_id.in_(account_ids),
        Track.state.in_((*AUDIBLE, *UNREADY)),
        Track.id.not_in(held),
    )


async def _counted(
    session: Session, query: Select[UUID, str], state: InstrumentedAttribute[str]
) -> dict[str, int]:
    counted = query.with_only_columns(state, func.count()).group_by(state)
    return {str(name): int(number) for name, number in await session.execute(counted)}


async def _told(session: Session, closure: Closure) -> Closing:
    account = await session.get_one(Account, closure.account_id)
    left = 0 if closure.done_at else await left_of(session, closure.account_id)
    return _said(closure, account.name, left)


def _said(closure: Closure, name: str, left: int) -> Closing:
    return Closing(
        account_id=closure.account_id,
        name=name,
        releases=closure.releases,
        tracks=closure.tracks,
        drafts=closure.drafts,
        members=closure.members,
        left=left,
        asked_at=closure.asked_at,
        done_at=closure.done_at,
    )


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
