"""Settle one play: count it and charge it, once, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from accounting.books import charge
from accounting.pricing import PLAYS_TO_OWN, price_of_next_play
from base.clock import Clock
from base.database import Session, insert_once
from base.errors import Refused
from catalog.models.music import Track
from catalog.models.plays import Counter, Play, PlaySession
from catalog.plays import move_play, play_of_session, play_session
from catalog.states import PlayEvent, PlayState


class PlayKind(StrEnum):
    """Why a play cost what it did."""

    PAID = "paid"
    OWNED = "owned"
    OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a session came to."""

    state: PlayState
    reason: str
    step: int = 0
    price_millicredits: int = 0


async def settle(session: Session, clock: Clock, play_id: UUID) -> Settlement:
    """Count a qualified session, once however often this is called.

    Locks are taken in one order: session, counter, wallet.

    Raises:
        Refused: `play-unknown`.
        Broken: the session has not qualified.

    """
    opened = await play_session(session, play_id, lock=True)
    if opened.state in {PlayState.SETTLED, PlayState.REJECTED}:
        return await _as_settled(session, opened)
    counter = await _locked_counter(session, opened)
    track = await session.get_one(Track, opened.track_id)
    kind = _kind(opened, counter, track)
    price = price_of_next_play(counter.plays) if kind is PlayKind.PAID else 0
    if price:
        try:
            await charge(session, opened.listener_id, millicredits=price)
        except Refused as refused:
            move_play(opened, PlayEvent.REJECT, f"rejected:{refused.code}")
            return Settlement(state=PlayState.REJECTED, reason=opened.reason)
    step = _count(counter, kind, clock())
    session.add(_play(opened, track, kind=kind, step=step, now=clock(), price=price))
    move_play(opened, PlayEvent.SETTLE, "qualified")
    return Settlement(
        state=PlayState.SETTLED, reason="qualified", step=step, price_millicredits=price
    )


async def _as_settled(session: Session, opened: PlaySession) -> Settlement:
    play = await play_of_session(session, opened.id)
    return Settlement(
        state=PlayState(opened.state),
        reason=opened.reason,
        step=play.step if play else 0,
        price_millicredits=play.price_millicredits if play else 0,
    )


async def _locked_counter(session: Session, opened: PlaySession) -> Counter:
    key = (opened.listener_id, opened.recording_id)
    counter = await session.get(Counter, key, with_for_update=True)
    if counter is None:
        await insert_once(
            session, Counter(listener_id=key[0], recording_id=key[1], plays=0, owned_at=None)
        )
        counter = await session.get_one(Counter, key, with_for_update=True, populate_existing=True)
    return counter


def _kind(opened: PlaySession, counter: Counter, track: Track) -> PlayKind:
    if opened.listener_id == track.owner_id:
        return PlayKind.OWN
    return PlayKind.OWNED if counter.owned_at else PlayKind.PAID


def _count(counter: Counter, kind: PlayKind, now: datetime) -> int:
    if kind is not PlayKind.PAID:
        return 0
    counter.plays += 1
    if counter.plays == PLAYS_TO_OWN:
        counter.owned_at = now
    return counter.plays


def _play(  # noqa: PLR0913 - a row has as many columns as it has
    opened: PlaySession, track: Track, *, kind: PlayKind, step: int, now: datetime, price: int
) -> Play:
    return Play(
        id=uuid4(),
        session_id=opened.id,
        listener_id=opened.listener_id,
        recording_id=opened.recording_id,
        track_id=opened.track_id,
        payee_id=track.owner_id,
        kind=kind,
        step=step,
        price_millicredits=price,
        occurred_at=opened.active_at,
        settled_at=now,
    )
