"""An artist or a label is closed by one who owns it: its music first, and then the account."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from base.database import Session
from catalog.callers import Acting, Caller
from catalog.closing import Closing, closing_of, releases_of_owner, shut, tracks_of_owner
from catalog.music import AUDIBLE, move
from catalog.people import caller_with
from catalog.removal import remove_release, remove_track
from catalog.roles import Capacity
from catalog.states import HIDDEN, ReleaseState, TrackEvent, TrackState
from catalog.upload_rows import end_unfinished
from ingest.coming_out import Occasion, recall, withdraw

#: What is not ready yet, and must not come to be heard.
_UNREADY = (TrackState.RECEIVED, TrackState.EXAMINING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Why an account is closed, in which request, and until when what goes is kept."""

    reason: str
    request_id: str
    until: datetime


async def close_account(
    session: Session, person: Caller, account_id: UUID, wish: Wish, *, now: datetime
) -> Closing:
    """Close an account for good; answer what it came to.

    Raises:
        Refused: as `closing_of`; `release-under-way`, 409: something is being done to a draft.

    """
    found = await closing_of(session, account_id, person.person_id)
    itself = replace(
        await caller_with(session, account_id),
        credential=person.credential,
        acting=Acting(person_id=person.person_id, capacity=Capacity.OWNER),
    )
    occasion = Occasion(caller=itself, request_id=wish.request_id, now=now, note=wish.reason)
    for release_id, state in await releases_of_owner(session, account_id):
        await _withdraw_release(session, release_id, state, occasion, until=wish.until)
    for track_id, standing in await tracks_of_owner(session, account_id):
        if standing in AUDIBLE:
            await move(session, track_id, TrackEvent.WITHDRAW, now=now, reason=wish.reason)
        elif standing in _UNREADY:
            await remove_track(session, track_id, now=now, until=wish.until)
    await end_unfinished(session, account_id, now=now)
    await shut(session, person, found, now=now)
    return found


async def _withdraw_release(
    session: Session,
    release_id: UUID,
    state: ReleaseState,
    occasion: Occasion,
    *,
    until: datetime,
) -> None:
    """Withdraw what is out; what is not, goes."""
    if state is ReleaseState.PUBLISHED:
        await withdraw(session, release_id, occasion)
    elif state in HIDDEN:
        if state is not ReleaseState.DRAFT:
            await recall(session, release_id, occasion)
        await remove_release(session, release_id, now=occasion.now, until=until)
