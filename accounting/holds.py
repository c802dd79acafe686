"""Plays that wait for a person: set aside, looked at, let go or rejected; each with who and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, insert, select, update

from accounting.features import suspicions
from accounting.limits import limits_called
from accounting.settlement import Due
from accounting.suspicion import Features, Suspicion, explained, suspicion_of
from base.bulk import among
from base.database import Session
from catalog.acts import Act
from catalog.audit import note_act
from catalog.models.base import table_of
from catalog.models.music import Track
from catalog.models.people import Account
from catalog.models.plays import PlaySession
from catalog.models.suspicions import HoldDecision, PlaySuspicion
from catalog.plays import move_play, play_session
from catalog.states import PLAY_MOVES, PlayEvent, PlayState, next_state

_DECISIONS, _SUSPICIONS = table_of(HoldDecision), table_of(PlaySuspicion)
_SESSIONS = table_of(PlaySession)
_QUALIFIED = "qualified"
#: Plays that the record of one act names.
_MOST_NAMED = 50
_HELD = next_state(PLAY_MOVES, PlayState.QUALIFIED, PlayEvent.HOLD)


class Decision(StrEnum):
    """What a person did about a play."""

    RELEASED = "released"
    REJECTED = "rejected"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who decided, and why; without an account, from the command line."""

    name: str
    why: str
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A play that was weighed: what it is about, and why it is held, if it is."""

    session_id: UUID
    state: PlayState
    reason: str
    listener_id: UUID
    listener: str
    track_id: UUID
    title: str
    payee_id: UUID
    heard_at: datetime
    weighed_at: datetime | None
    features: Features | None
    limits_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision about a play."""

    decision: Decision
    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """All that is known of why a play was held, made again from what was stored."""

    held: Held
    suspicion: Suspicion | None
    sentences: tuple[str, ...]
    decisions: tuple[Decided, ...]


async def set_aside(session: Session, dues: Sequence[Due], *, now: datetime) -> list[Due]:
    """Hold those plays that are suspicious, and answer the others, in their order.

    The caller has locked their sessions.
    """
    if not dues:
        return []
    found = await suspicions(session, dues, now=now)
    for reason in {one.reason for one in found.values()}:
        same = [play for play, one in found.items() if one.reason == reason]
        change = update(PlaySession).where(among(session, _SESSIONS.c.id, same))
        await session.execute(
            change.values(state=_HELD, reason=reason).execution_options(synchronize_session=False)
        )
    return [one for one in dues if one.session_id not in found]


async def held_plays(
    session: Session, *, limit: int, reason: str | None = None, listener_id: UUID | None = None
) -> list[Held]:
    """Answer plays that wait for a person, those first that were heard first."""
    query = _query().where(PlaySession.state == PlayState.HELD)
    if reason is not None:
        query = query.where(PlaySession.reason == reason)
    if listener_id is not None:
        query = query.where(PlaySession.listener_id == listener_id)
    rows = await session.execute(query.order_by(PlaySession.active_at, PlaySession.id).limit(limit))
    return [_held(row) for row in rows]


async def explain(session: Session, play_id: UUID) -> Explained:
    """Weigh a play again from what was stored, and say in sentences what is found.

    Raises:
        Refused: `play-unknown`, 404.

    """
    await play_session(session, play_id)
    held = _held((await session.execute(_query().where(PlaySession.id == play_id))).one())
    suspicion = None
    if held.features is not None and held.limits_id is not None:
        suspicion = suspicion_of(held.features, await limits_called(session, held.limits_id))
    return Explained(
        held=held,
        suspicion=suspicion,
        sentences=tuple(explained(suspicion)) if suspicion else (),
        decisions=tuple(await _decisions(session, play_id)),
    )


async def release(session: Session, play_ids: Iterable[UUID], who: Who, *, now: datetime) -> int:
    """Let plays be settled that are held; answer how many were. Never are they held again for this.

    Raises:
        Refused: `play-unknown`, 404.

    """
    return await _decide(session, play_ids, Decision.RELEASED, who, now=now)


async def reject(session: Session, play_ids: Iterable[UUID], who: Who, *, now: datetime) -> int:
    """Let plays that are held come to nothing; answer how many were: nobody is charged for them.

    Raises:
        Refused: `play-unknown`, 404.

    """
    return await _decide(session, play_ids, Decision.REJECTED, who, now=now)


async def note_decisions(
    session: Session, play_ids: Iterable[UUID], decision: Decision, who: Who, *, now: datetime
) -> None:
    """Write down what was decided of plays."""
    said = {"decision": decision, "at": now, "by_id": who.id, "by_name": who.name, "why": who.why}
    rows = [{"session_id": play_id, **said} for play_id in play_ids]
    if rows:
        await session.execute(insert(_DECISIONS), rows)


async def _decide(
    session: Session, play_ids: Iterable[UUID], decision: Decision, who: Who, *, now: datetime
) -> int:
    decided = []
    for play_id in sorted(set(play_ids)):  # as settling locks them
        play = await play_session(session, play_id, lock=True)
        if play.state != PlayState.HELD:
            continue
        if decision is Decision.RELEASED:
            move_play(play, PlayEvent.RELEASE, _QUALIFIED)
        else:
            move_play(play, PlayEvent.REJECT, play.reason.replace("held:", "rejected:", 1))
        decided.append(play_id)
    await session.flush()
    await note_decisions(session, decided, decision, who, now=now)
    if decided:
        act = Act.PLAY_RELEASED if decision is Decision.RELEASED else Act.PLAY_REJECTED
        facts = {"plays": [str(one) for one in decided[:_MOST_NAMED]], "number": len(decided)}
        await note_act(session, who.id, act, decided[0], now=now, facts=facts)
    return len(decided)


async def _decisions(session: Session, play_id: UUID) -> list[Decided]:
    of_play = _DECISIONS.c.session_id == play_id
    rows = await session.execute(select(_DECISIONS).where(of_play).order_by(_DECISIONS.c.id))
    return [
        Decided(decision=Decision(row.decision), at=row.at, by=row.by_name, why=row.why)
        for row in rows
    ]


def _query() -> Select[*tuple[Any, ...]]:
    stored = _SUSPICIONS.c
    return (
        select(
            *(PlaySession.id, PlaySession.state, PlaySession.reason, PlaySession.active_at),
            *(PlaySession.listener_id, Account.name, PlaySession.track_id, Track.title),
            *(Track.owner_id, stored.weighed_at, stored.features, stored.limits_id),
        )
        .join(Track, Track.id == PlaySession.track_id)
        .join(Account, Account.id == PlaySession.listener_id)
        .outerjoin(_SUSPICIONS, stored.session_id == PlaySession.id)
    )


def _held(row: Row[Any]) -> Held:
    return Held(
        session_id=row.id,
        state=PlayState(row.state),
        reason=row.reason,
        listener_id=row.listener_id,
        listener=row.name,
        track_id=row.track_id,
        title=row.title,
        payee_id=row.owner_id,
        heard_at=row.active_at,
        weighed_at=row.weighed_at,
        features=Features.from_json(json.loads(row.features)) if row.features else None,
        limits_id=row.limits_id,
    )
