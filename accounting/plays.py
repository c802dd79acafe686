"""Settle plays: count and charge many at once, each once, or not at all.

Rows are locked in one order: sessions, counters, wallets, each by its key; the journal comes last.
Sessions that somebody else is settling are left to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from accounting.charging import Purse
from accounting.counters import lock_counters, write_counters
from accounting.deal_rows import deals_of
from accounting.deals import Deal, DealModel, deal_for
from accounting.holds import set_aside
from accounting.journal import post
from accounting.lot_rows import Holding, added, lock_wallets, unspent, write_holdings, write_left
from accounting.lots import Lot, Take, left
from accounting.promo import note_promo, promo_rooms
from accounting.settlement import Count, Due, Outcome, Pair, Rules, Settlement, settle_all
from accounting.sheets import sharings
from accounting.terms import all_terms
from base.bulk import insert_many, update_many
from base.database import Session
from catalog.models.base import table_of
from catalog.models.music import Track
from catalog.models.plays import Grant, Play, PlaySession
from catalog.plays import Standing, move_play, play_session
from catalog.states import PlayEvent, PlayState

_PLAYS, _SESSIONS = table_of(Play), table_of(PlaySession)
_PLAY_COLUMNS = (
    *("id", "session_id", "listener_id", "recording_id", "track_id", "payee_id", "kind", "step"),
    *("price_millicredits", "occurred_at", "settled_at", "txn_id", "terms_id", "territory"),
    "deal_id",
)


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
    dues = await set_aside(session, await _dealt(session, dues), now=now)
    if not dues:
        return []
    # What may cost nothing is counted nowhere, and needs no row.
    counts = await _lock_counts(session, sorted({one.pair for one in dues if one.is_counted}))
    listeners = {listener for listener, _ in counts}
    holdings = await lock_wallets(session, listeners)
    purses = await _purses(session, holdings, now=now)
    rules = await _rules(session, dues, now=now)
    outcome = settle_all(dues, counts=counts, purses=purses, rules=rules)
    await _write(session, outcome, counts, now=now)
    await _write_spent(session, outcome, holdings)
    await note_promo(session, outcome.promo, now=now)
    await _write_plays(session, outcome.settlements, now=now)
    return list(outcome.settlements)


async def _purses(
    session: Session, holdings: Mapping[UUID, Holding], *, now: datetime
) -> dict[UUID, Purse]:
    lots = await unspent(session, holdings, now=now)
    return {
        listener: Purse(lots=tuple(lots.get(listener, ())), is_frozen=holding.is_frozen)
        for listener, holding in holdings.items()
    }


async def _dealt(session: Session, dues: Sequence[Due]) -> list[Due]:
    """Answer what was heard with the deal by which it was, or without one."""
    deals = await deals_of(session, {one.track_id for one in dues})
    if not deals:
        return list(dues)
    return [_with_deal(one, deals.get(one.track_id, ())) for one in dues]


def _with_deal(due: Due, deals: Sequence[Deal]) -> Due:
    dealt = deal_for(deals, at=due.occurred_at, territory=due.territory)
    return replace(
        due,
        deal_id=dealt.deal_id,
        is_free=due.is_free or dealt.model is DealModel.FREE,
        is_allowed=dealt.model is not DealModel.UNAVAILABLE,
    )


async def _rules(session: Session, dues: Sequence[Due], *, now: datetime) -> Rules:
    terms = await all_terms(session)
    owners = {one.recording_id: one.payee_id for one in dues}
    rooms = await promo_rooms(session, set(owners.values()), terms, now=now)
    return Rules(terms=terms, timelines=await sharings(session, owners), promo_rooms=rooms)


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
            PlaySession.grant,
            PlaySession.territory,
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
            is_free=grant == Grant.FREE,
            territory=territory,
        )
        for play, listener, recording, track, payee, at, grant, territory in await session.execute(
            query
        )
    ]


async def _lock_counts(session: Session, pairs: Sequence[Pair]) -> dict[Pair, Count]:
    return {
        pair: Count(plays=has.plays, is_owned=has.owned_at is not None)
        for pair, has in (await lock_counters(session, pairs)).items()
    }


async def _write(
    session: Session, outcome: Outcome, counts: Mapping[Pair, Count], *, now: datetime
) -> None:
    """Write what sessions have come to, and the counters that went on."""
    states = [(one.due.session_id, one.state, one.reason) for one in outcome.settlements]
    await update_many(session, _SESSIONS, ("id",), ("state", "reason"), states)
    changed = {
        pair: Standing(plays=count.plays, owned_at=now if count.is_owned else None)
        for pair, count in outcome.counts.items()
        if count != counts[pair]
    }
    await write_counters(session, changed)


async def _write_spent(session: Session, outcome: Outcome, before: Mapping[UUID, Holding]) -> None:
    """Write what is left of lots and wallets."""
    lots, holdings = dict[int, Lot](), dict[UUID, Holding]()
    for one in _takes(outcome):
        lots[one.lot.id] = left(one)
        who = one.lot.listener_id
        holdings[who] = added(holdings.get(who, before[who]), one.lot.kind, -one.credits)
    await write_left(session, [lots[number] for number in sorted(lots)])
    await write_holdings(session, holdings)


def _takes(outcome: Outcome) -> Iterable[Take]:
    return (take for one in outcome.settlements for take in one.takes)


async def _write_plays(
    session: Session, settlements: Sequence[Settlement], *, now: datetime
) -> None:
    """Write the plays that count, and what was paid for them into the journal."""
    paid = [one.transaction for one in settlements if one.transaction is not None]
    numbers = [one.id for one in await post(session, paid, now=now)]
    of = {one.key: number for one, number in zip(paid, numbers, strict=True)}
    rows = [
        _play(one, of[one.transaction.key] if one.transaction else None, now)
        for one in settlements
        if one.state is PlayState.SETTLED
    ]
    await insert_many(session, _PLAYS, _PLAY_COLUMNS, rows)


def _play(settled: Settlement, txn_id: int | None, now: datetime) -> tuple[object, ...]:
    """Answer the row of a play, which is known by the session that it was heard in."""
    one = settled.due
    whose = (one.session_id, one.session_id, one.listener_id, one.recording_id, one.track_id)
    what = (one.payee_id, str(settled.kind), settled.step, settled.price_millicredits)
    terms = (txn_id, settled.terms_id, one.territory, one.deal_id)
    return (*whose, *what, one.occurred_at, now, *terms)
