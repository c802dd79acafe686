"""What is told of sessions elsewhere, as rows: begun, waiting, sent, or never to be taken.

A session is told to each account once: its row is there before anything is sent, and stays for
longer than evidence of the session can come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, or_, select, update

from base.database import Session, is_new
from catalog.jobs import NewJob, add, add_again
from catalog.kinds import Kind
from catalog.listens import Listen
from catalog.models.listening import ForgottenSession, HistoryChoice
from catalog.models.plays import Grant, PlaySession
from catalog.models.scrobbling import Scrobble, ScrobbleLink
from catalog.scrobble_links import is_linked
from catalog.scrobble_states import SCROBBLE_MOVES, LinkState, ScrobbleEvent, ScrobbleState
from catalog.states import next_state
from catalog.track_listens import listens_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A listen as it is told elsewhere, of which session it is, and why it was refused, if so."""

    session_id: UUID
    listen: Listen
    reason: str | None


async def follow(
    session: Session, play_id: UUID, *, listener_id: UUID, request_id: str, now: datetime
) -> None:
    """Have somebody look whether a session comes to a listen, as work of its listener."""
    await add(session, _following(play_id, listener_id, request_id), now=now)


async def follow_again(
    session: Session, play: PlaySession, *, request_id: str, now: datetime
) -> None:
    """Look once more, as evidence came late; for whoever has an account elsewhere."""
    account = select(is_linked(PlaySession.listener_id)).where(PlaySession.id == play.id)
    if await session.scalar(account):
        await add_again(session, _following(play.id, play.listener_id, request_id), now=now)


def _following(play_id: UUID, listener_id: UUID, request_id: str) -> NewJob:
    return NewJob(
        kind=Kind.LISTEN, subject=str(play_id), request_id=request_id, owner_id=listener_id
    )


async def followed(session: Session, play_id: UUID) -> PlaySession | None:
    """Answer a session that may be told elsewhere: no preview, and none that was forgotten."""
    query = select(PlaySession).where(
        PlaySession.id == play_id, PlaySession.grant != Grant.PREVIEW, ~_is_forgotten()
    )
    found: PlaySession | None = await session.scalar(query)
    return found


def _is_forgotten() -> ColumnElement[bool]:
    """Say, in a query, that a session was taken out of the history of its listener."""
    since = select(HistoryChoice.forgotten_before).where(
        HistoryChoice.account_id == PlaySession.listener_id,
        HistoryChoice.forgotten_before >= PlaySession.opened_at,
    )
    return or_(exists().where(ForgottenSession.session_id == PlaySession.id), since.exists())


async def links_for(session: Session, play: PlaySession) -> Sequence[ScrobbleLink]:
    """Answer the accounts elsewhere that were connected when a session was opened."""
    query = select(ScrobbleLink).where(
        ScrobbleLink.account_id == play.listener_id,
        ScrobbleLink.state != LinkState.ASKED,
        ScrobbleLink.connected_at <= play.opened_at,
    )
    return (await session.scalars(query.order_by(ScrobbleLink.id))).all()


async def begin(
    session: Session, link: ScrobbleLink, play_id: UUID, *, listened_at: datetime, now: datetime
) -> bool:
    """Write down that a session sounds, once; answer whether nobody had."""
    row = {
        "link_id": link.id,
        "session_id": play_id,
        "state": ScrobbleState.BEGUN,
        "listened_at": listened_at,
        "changed_at": now,
    }
    return await is_new(session, Scrobble, row)


async def note_listen(
    session: Session, link: ScrobbleLink, play_id: UUID, *, now: datetime
) -> bool:
    """Let a listen wait to be sent, once; answer whether it is new."""
    change = (
        update(Scrobble)
        .where(
            Scrobble.link_id == link.id,
            Scrobble.session_id == play_id,
            Scrobble.state == ScrobbleState.BEGUN,
        )
        .values(
            state=next_state(SCROBBLE_MOVES, ScrobbleState.BEGUN, ScrobbleEvent.LISTEN),
            changed_at=now,
        )
    )
    found = await session.execute(change.execution_options(synchronize_session=False))
    return int(found.rowcount) > 0  # type: ignore[attr-defined] # of a change there is one


async def waiting(session: Session, link_id: UUID, *, limit: int) -> list[Told]:
    """Answer listens that wait to be sent to an account elsewhere, the oldest first."""
    query = _told(link_id, ScrobbleState.WAITING)
    query = query.order_by(Scrobble.listened_at, Scrobble.session_id)
    return await _listed(session, query.limit(limit))


async def does_any_wait(session: Session, link_id: UUID) -> bool:
    """Whether anything waits to be sent to an account elsewhere."""
    query = select(Scrobble.session_id).where(
        Scrobble.link_id == link_id, Scrobble.state == ScrobbleState.WAITING
    )
    return await session.scalar(query.limit(1)) is not None


async def note_results(
    session: Session, link_id: UUID, reasons: Mapping[UUID, str | None], *, now: datetime
) -> None:
    """Write down by session what was taken, and what never will be, and why."""
    for session_id, reason in reasons.items():
        event = ScrobbleEvent.SEND if reason is None else ScrobbleEvent.REFUSE
        change = (
            update(Scrobble)
            .where(
                Scrobble.link_id == link_id,
                Scrobble.session_id == session_id,
                Scrobble.state == ScrobbleState.WAITING,
            )
            .values(
                state=next_state(SCROBBLE_MOVES, ScrobbleState.WAITING, event),
                reason=reason and reason[:1000],
                changed_at=now,
            )
        )
        await session.execute(change.execution_options(synchronize_session=False))


async def refused(session: Session, link_id: UUID, *, limit: int) -> list[Told]:
    """Answer listens that will never be taken, and why, the newest first."""
    query = _told(link_id, ScrobbleState.REFUSED)
    query = query.order_by(Scrobble.listened_at.desc(), Scrobble.session_id)
    return await _listed(session, query.limit(limit))


def _told(link_id: UUID, state: ScrobbleState) -> Select[*tuple[Any, ...]]:
    return (
        select(
            *(Scrobble.session_id, Scrobble.listened_at, Scrobble.reason),
            *(PlaySession.track_id, PlaySession.duration_ms),
        )
        .join(PlaySession, PlaySession.id == Scrobble.session_id)
        .where(Scrobble.link_id == link_id, Scrobble.state == state)
    )


async def _listed(session: Session, query: Select[*tuple[Any, ...]]) -> list[Told]:
    rows = (await session.execute(query)).all()
    listens = await listens_of(session, {row.track_id for row in rows})
    return [
        Told(
            session_id=row.session_id,
            listen=replace(
                listens[row.track_id], listened_at=row.listened_at, duration_ms=row.duration_ms
            ),
            reason=row.reason,
        )
        for row in rows
    ]


async def forget_scrobbles(session: Session, *, before: datetime) -> None:
    """Forget what was told, or begun and left, so long ago; what waits stays."""
    over = Scrobble.state != ScrobbleState.WAITING
    old = delete(Scrobble).where(Scrobble.changed_at < before, over)
    await session.execute(old.execution_options(synchronize_session=False))


async def drop_forgotten(session: Session, link_id: UUID) -> None:
    """Let go of what waited, or was set aside, and has been taken out of the history meanwhile."""
    forgotten = select(PlaySession.id).where(PlaySession.id == Scrobble.session_id, _is_forgotten())
    gone = delete(Scrobble).where(
        Scrobble.link_id == link_id,
        Scrobble.state.in_((ScrobbleState.WAITING, ScrobbleState.REFUSED)),
        forgotten.exists(),
    )
    await session.execute(gone.execution_options(synchronize_session=False))


async def refuse_old(session: Session, link_id: UUID, *, before: datetime, now: datetime) -> None:
    """Set aside what waited in vain since before a time."""
    reason = "The service took nothing for two weeks."
    change = (
        update(Scrobble)
        .where(
            Scrobble.link_id == link_id,
            Scrobble.state == ScrobbleState.WAITING,
            Scrobble.changed_at < before,
        )
        .values(
            state=next_state(SCROBBLE_MOVES, ScrobbleState.WAITING, ScrobbleEvent.REFUSE),
            reason=reason,
            changed_at=now,
        )
    )
    await session.execute(change.execution_options(synchronize_session=False))
