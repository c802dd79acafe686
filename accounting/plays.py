"""Settle plays: count and charge many at once, each once, or not at all.

Rows are locked in one order: sessions, counters, wallets, each by its key. Sessions that somebody
else is settling are left to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, bindparam, insert, select, tuple_, update

from accounting.books import lock_balances, write_balances
from accounting.holds import set_aside
from accounting.settlement import Count, Due, Outcome, Pair, Settlement, settle_all
from base.database import Session, insert_if_new
from catalog.models.base import table_of
from catalog.models.music import Track
from catalog.models.plays import Counter, Play, PlaySession
from catalog.plays import move_play, play_session
from catalog.states import PlayEvent, PlayState

_COUNTER_TABLE = table_of(Counter)
_COUNTERS = _COUNTER_TABLE.c


async def due(session: Session, *, limit: int) -> list[UUID]:
    """Answer sessions that have qualified, those first that were active first."""
    query = select(PlaySession.id).where(PlaySession.state == PlayState.QUALIFIED)
    ordered = query.order_by(PlaySession.active_at, PlaySession.id).limit(limit)
    return list(await session.scalars(ordered))


async def settle_due(session: Session, *, limit: int, now: datetime) -> list[Settlement]:
    """Count and charge sessions that are due and nobody else has begun, the first ones first."""
    return await _settle(session, await _lock_due(session, limit=limit), now=now)


async def settle(session: Session, ids: Iterable[UUID], *, now: datetime) -> list[Settlement]:
    """Count and charge those of the sessions that are still due, in the order they were heard."""
    dues = await _lock_due(session, PlaySession.id.in_(list(ids)))
    return await _settle(session, dues, now=now)


async def _settle(session: Session, dues: Sequence[Due], *, now: datetime) -> list[Settlement]:
    dues = await set_aside(session, dues, now=now)
    if not dues:
        return []
    # What is the artist's own is counted nowhere, and needs no row.
    pairs = sorted({one.pair for one in dues if not one.is_own})
    counts = await _lock_counts(session, pairs)
    balances = await lock_balances(session, {listener for listener, _ in pairs})
    outcome = settle_all(dues, counts=counts, balances=balances)
    await _write(session, outcome, counts, now=now)
    changed = {one: has for one, has in outcome.balances.items() if balances.get(one) != has}
    await write_balances(session, changed)
    return list(outcome.settlements)


async def hold(session: Session, play_id: UUID, reason: str) -> None:
    """Set a session aside that cannot be settled, until somebody has mended why."""
    play = await play_session(session, play_id, lock=True)
    if play.state == PlayState.QUALIFIED:
        move_play(play, PlayEvent.HOLD, f"held:{reason}")


async def _lock_due(
    session: Session, *which: ColumnElement[bool], limit: int | None = None
) -> list[Due]:
    query = (
        select(
            PlaySession.id,
            PlaySession.listener_id,
            PlaySession.recording_id,
            PlaySession.track_id,
            Track.owner_id,
            PlaySession.active_at,
        )
        .join(Track, Track.id == PlaySession.track_id)
        .where(PlaySession.state == PlayState.QUALIFIED, *which)
        .order_by(PlaySession.active_at, PlaySession.id)
        .limit(limit)
        .with_for_update(of=PlaySession, skip_locked=True)
    )
    return [
        Due(
            session_id=play,
            listener_id=listener,
            recording_id=recording,
            track_id=track,
            payee_id=payee,
            occurred_at=at,
        )
        for play, listener, recording, track, payee, at in await session.execute(query)
    ]


async def _lock_counts(session: Session, pairs: Sequence[Pair]) -> dict[Pair, Count]:
    """Lock the counters of listeners and recordings, which are there from then on."""
    rows = [{"listener_id": one, "recording_id": other, "plays": 0} for one, other in pairs]
    await insert_if_new(session, Counter, rows)
    key = _COUNTERS.listener_id, _COUNTERS.recording_id
    query = select(*key, _COUNTERS.plays, _COUNTERS.owned_at).where(tuple_(*key).in_(pairs))
    locked = query.order_by(*key).with_for_update()
    return {
        (listener, recording): Count(plays=plays, is_owned=owned_at is not None)
        for listener, recording, plays, owned_at in await session.execute(locked)
    }


async def _write(
    session: Session, outcome: Outcome, counts: Mapping[Pair, Count], *, now: datetime
) -> None:
    """Write the plays, what their sessions have come to, and the counters that went on."""
    settled = [one for one in outcome.settlements if one.state is PlayState.SETTLED]
    if settled:
        await session.execute(insert(table_of(Play)), [_play(one, now) for one in settled])
    for state, reason in {(one.state, one.reason) for one in outcome.settlements}:
        same = [one.due.session_id for one in outcome.settlements if one.state is state]
        change = update(PlaySession).where(PlaySession.id.in_(same))
        await session.execute(
            change.values(state=state, reason=reason).execution_options(synchronize_session=False)
        )
    await _write_counts(session, outcome, counts, now=now)


async def _write_counts(
    session: Session, outcome: Outcome, before: Mapping[Pair, Count], *, now: datetime
) -> None:
    changed = [
        {
            "listener": listener,
            "recording": recording,
            "number": count.plays,
            "since": now if count.is_owned else None,
        }
        for (listener, recording), count in outcome.counts.items()
        if count != before[listener, recording]
    ]
    change = (
        update(_COUNTER_TABLE)
        .where(
            _COUNTERS.listener_id == bindparam("listener"),
            _COUNTERS.recording_id == bindparam("recording"),
        )
        .values(plays=bindparam("number"), owned_at=bindparam("since"))
    )
    if changed:
        await session.execute(change, changed)


def _play(settled: Settlement, now: datetime) -> dict[str, object]:
    one = settled.due
    return {
        "id": uuid4(),
        "session_id": one.session_id,
        "listener_id": one.listener_id,
        "recording_id": one.recording_id,
        "track_id": one.track_id,
        "payee_id": one.payee_id,
        "kind": settled.kind,
        "step": settled.step,
        "price_millicredits": settled.price_millicredits,
        "occurred_at": one.occurred_at,
        "settled_at": now,
    }
