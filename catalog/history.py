"""What somebody heard, as they themselves are told; and forgetting it, which the books do not."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Subquery,
    Uuid,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from base.database import Session, is_new
from catalog.cards import Card, asking_cards, card_in
from catalog.days import day_in
from catalog.elsewhere import forget_all_kept
from catalog.keysets import behind
from catalog.models.listening import ForgottenSession, HistoryChoice
from catalog.models.music import Track
from catalog.models.plays import Play, PlaySession
from catalog.models.releases import ReleaseTrack
from catalog.plays import unknown_play

Place = tuple[datetime, UUID]
#: So many plays are looked through for what they were of.
_LATELY = 2_000


async def plays_of(
    session: Session, account_id: UUID, *, limit: int, after: Place | None = None, offset: int = 0
) -> list[Play]:
    """Answer the plays that somebody remembers, the newest first, behind a place or so many."""
    order = Play.occurred_at, Play.id
    query = select(Play).where(*_of(account_id), behind(order, after, descending=True))
    query = query.order_by(*(one.desc() for one in order)).limit(limit).offset(offset)
    return list(await session.scalars(query))


async def count_plays(session: Session, account_id: UUID) -> int:
    """Answer how many plays somebody remembers."""
    return await session.scalar(select(func.count()).where(*_of(account_id))) or 0


async def plays_by_day(
    session: Session, account_id: UUID, *, since: datetime, until: datetime
) -> list[tuple[date, int]]:
    """Answer on which days (UTC) of a time somebody remembers plays, and how many, in order."""
    day = day_in(session, Play.occurred_at)
    within = Play.occurred_at >= since, Play.occurred_at < until
    query = select(day, func.count()).where(*_of(account_id), *within).group_by(day).order_by(day)
    return [(at, count) for at, count in await session.execute(query)]


def _of(account_id: UUID) -> tuple[ColumnElement[bool], ...]:
    remembered = _remembered(account_id, Play.occurred_at, Play.session_id)
    return Play.listener_id == account_id, *remembered


async def cards_remembered(session: Session, account_id: UUID, *, limit: int) -> list[Card]:
    """Answer the tracks of the last plays that somebody remembers, each once, the newest first."""
    rows = await session.execute(_HEARD_LAST, {"who": account_id, "most": limit})
    cards = [card_in(row) for row in rows]
    return [one for one in cards if one.was_out or one.owner_id == account_id]


def releases_heard(account_id: UUID) -> Subquery:
    """Ask which releases somebody heard of last, as they remember: `release_id`, and `at` when."""
    last = (
        select(Play.track_id, Play.occurred_at)
        .where(
            Play.listener_id == account_id,
            *_remembered(account_id, Play.occurred_at, Play.session_id),
        )
        .order_by(Play.occurred_at.desc(), Play.id.desc())
        .limit(_LATELY)
        .subquery()
    )
    return (
        select(ReleaseTrack.release_id, func.max(last.c.occurred_at).label("at"))
        .join(last, last.c.track_id == ReleaseTrack.track_id)
        .group_by(ReleaseTrack.release_id)
        .subquery()
    )


async def sessions_of(
    session: Session, account_id: UUID, *, limit: int, after: Place | None = None
) -> list[PlaySession]:
    """Answer the sessions that somebody remembers to have begun, whatever they came to."""
    order = PlaySession.opened_at, PlaySession.id
    query = select(PlaySession).where(
        PlaySession.listener_id == account_id,
        *_remembered(account_id, PlaySession.opened_at, PlaySession.id),
        behind(order, after, descending=True),
    )
    return list(await session.scalars(query.order_by(*(one.desc() for one in order)).limit(limit)))


async def forget_all(session: Session, account_id: UUID, *, now: datetime) -> None:
    """Tell somebody no more of what they heard until now, here or elsewhere."""
    (await _choice(session, account_id, now=now)).forgotten_before = now
    await forget_all_kept(session, account_id)


async def forget_one(session: Session, account_id: UUID, session_id: UUID) -> None:
    """Tell somebody no more of one session.

    Raises:
        Refused: `play-unknown`, 404.

    """
    found = await session.get(PlaySession, session_id)
    if found is None or found.listener_id != account_id:
        raise unknown_play()
    row = {"session_id": session_id, "account_id": account_id}
    await is_new(session, ForgottenSession, row)


async def is_counted(session: Session, account_id: UUID) -> bool:
    """Whether somebody's taste may be part of what others are recommended."""
    found = await session.get(HistoryChoice, account_id)
    return found is None or found.is_counted


async def lock_choice(session: Session, account_id: UUID, *, now: datetime) -> None:
    """Let nobody else choose for an account until the transaction ends."""
    await _choice(session, account_id, now=now)


async def choose_counted(
    session: Session, account_id: UUID, *, is_counted: bool, now: datetime
) -> None:
    """Let somebody's taste be part of what others are recommended, or not."""
    (await _choice(session, account_id, now=now)).is_counted = is_counted


async def _choice(session: Session, account_id: UUID, *, now: datetime) -> HistoryChoice:
    row = {"account_id": account_id, "is_counted": True, "changed_at": now}
    await is_new(session, HistoryChoice, row)
    choice = await session.get_one(HistoryChoice, account_id, with_for_update=True)
    choice.changed_at = now
    return choice


def _remembered(
    account_id: UUID | BindParameter[UUID],
    at: InstrumentedAttribute[datetime],
    session_id: InstrumentedAttribute[Any],
) -> tuple[ColumnElement[bool], ...]:
    since = select(HistoryChoice.forgotten_before).where(HistoryChoice.account_id == account_id)
    before = since.scalar_subquery()
    is_forgotten = exists().where(ForgottenSession.session_id == session_id)
    return or_(before.is_(None), at > before), ~is_forgotten


_WHO: BindParameter[UUID] = bindparam("who", type_=Uuid())
_LAST_PLAYS = (
    select(Play.track_id, Play.occurred_at)
    .where(Play.listener_id == _WHO, *_remembered(_WHO, Play.occurred_at, Play.session_id))
    .order_by(Play.occurred_at.desc(), Play.id.desc())
    .limit(bindparam("most", type_=Integer()))
    .subquery()
)
_LAST = (
    select(_LAST_PLAYS.c.track_id, func.max(_LAST_PLAYS.c.occurred_at).label("at"))
    .group_by(_LAST_PLAYS.c.track_id)
    .subquery()
)
_HEARD_LAST = (
    asking_cards().join(_LAST, _LAST.c.track_id == Track.id).order_by(_LAST.c.at.desc(), Track.id)
)
