"""An artist or a label is closed by one who owns it: the account at once, and its music in pieces.

A piece is a release with its tracks, or some tracks that stand on none: each goes as a whole, in a
transaction of its own, and whoever begins again goes on with what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from base.database import Session
from catalog.callers import Acting, Caller
from catalog.closing import Closing, closing_of, next_releases, next_tracks, shut
from catalog.jobs import NewJob, add
from catalog.kinds import Kind
from catalog.models.people import Account
from catalog.models.privacy import Closure
from catalog.music import AUDIBLE, move
from catalog.releases import release_of
from catalog.removal import remove_release, remove_track
from catalog.roles import Capacity, Role
from catalog.states import ReleaseState, TrackEvent
from catalog.upload_rows import end_unfinished
from ingest.coming_out import recall, withdraw
from ingest.release_deeds import Occasion

#: Tracks of one transaction, so that nobody waits for it for long.
_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Why an account is closed, and in which request."""

    reason: str
    request_id: str


async def close_account(
    session: Session, person: Caller, account_id: UUID, wish: Wish, *, now: datetime
) -> Closing:
    """Close an account for good, and have its music withdrawn; answer what that comes to.

    Raises:
        Refused: as `closing_of`.

    """
    found = await closing_of(session, account_id, person.person_id)
    await end_unfinished(session, account_id, now=now)
    await shut(session, person, found, reason=wish.reason, request_id=wish.request_id, now=now)
    job = NewJob(
        kind=Kind.CLOSE, subject=str(account_id), request_id=wish.request_id, owner_id=account_id
    )
    await add(session, job, now=now)
    return found


async def close_piece(
    session: Session, account_id: UUID, *, now: datetime, until: datetime
) -> bool:
    """Withdraw the next piece of what a closed account has; answer whether it was done before.

    Raises:
        Refused: `release-under-way`, 409: something is being done to a draft at this moment.

    """
    closure = await session.get_one(Closure, account_id, with_for_update=True)
    if closure.done_at is not None:
        return True
    occasion = Occasion(
        caller=await _itself(session, closure),
        request_id=closure.request_id,
        now=now,
        note=closure.reason,
    )
    for release_id in await next_releases(session, account_id, limit=1):
        await _withdraw_release(session, release_id, occasion, until=until)
        return False
    tracks = await next_tracks(session, account_id, limit=_AT_ONCE)
    for track_id, standing in tracks:
        if standing in AUDIBLE:
            await move(session, track_id, TrackEvent.WITHDRAW, now=now, reason=closure.reason)
        else:
            await remove_track(session, track_id, now=now, until=until)
    if not tracks:
        closure.done_at = now
    return not tracks


async def _itself(session: Session, closure: Closure) -> Caller:
    """Answer the account as it was before it was shut, with the person who owned it."""
    account = await session.get_one(Account, closure.account_id)
    return Caller(
        id=account.id,
        name=account.name,
        roles=frozenset({Role.LISTENER, Role.ARTIST, Role.LABEL}),
        acting=Acting(person_id=closure.asked_by, capacity=Capacity.OWNER),
    )


async def _withdraw_release(
    session: Session, release_id: UUID, occasion: Occasion, *, until: datetime
) -> None:
    """Withdraw what is out; what is not, goes. A moderator, or its time, may have moved it."""
    release = await release_of(session, release_id, lock=True)
    if release.state == ReleaseState.WITHDRAWN:
        return
    if release.state == ReleaseState.PUBLISHED:
        await withdraw(session, release_id, occasion)
        return
    if release.state != ReleaseState.DRAFT:
        await recall(session, release_id, occasion)
    await remove_release(session, release_id, now=occasion.now, until=until)
