"""Gather what is known of plays that are due, in a few questions for all of them; and weigh them.

The sessions are locked by the caller. Nothing else is: what another settles at the same moment is
not seen yet, and is seen the next time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Interval,
    Row,
    and_,
    case,
    exists,
    func,
    literal,
    select,
    tuple_,
)

from accounting.evidence import needed
from accounting.intervals import intersection, total
from accounting.limits import limits_in_force
from accounting.methods import sharing
from accounting.pricing import Terms, in_force
from accounting.reports import Told
from accounting.settlement import Due, Pair
from accounting.spending import promo_to
from accounting.suspicion import Features, Suspicion
from accounting.terms import all_terms
from accounting.weighing import BESIDE, Known, Weighed, weigh_all
from base.bulk import among, insert_many, is_sqlite
from base.database import Session
from catalog.models.base import table_of
from catalog.models.ledger import Wallet
from catalog.models.music import Track
from catalog.models.people import Account, AccountRole
from catalog.models.plays import Counter, Play, PlaySession
from catalog.models.suspicions import PlaySuspicion

_WALLETS, _COUNTERS = table_of(Wallet), table_of(Counter)
_SUSPICIONS, _SESSIONS = table_of(PlaySuspicion), table_of(PlaySession)
_PRINT = json.JSONEncoder(separators=(",", ":")).encode
_HOUR_S, _DAY_S = 3_600, 86_400
_DAY, _MONTH = timedelta(days=1), timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """What plays came before one, of the same listener; credit in milli-credits."""

    plays_hour: int = 0
    plays_day: int = 0
    beside: int = 0
    spent_day: int = 0
    payee_day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What is known beside the sessions themselves."""

    past: Mapping[UUID, _Past]
    shared: Mapping[UUID, frozenset[UUID]]
    promo: Mapping[UUID, int]
    paid: Mapping[Pair, int]
    terms: Sequence[Terms]


async def suspicions(
    session: Session, dues: Sequence[Due], *, now: datetime
) -> Mapping[UUID, Suspicion]:
    """Weigh plays in the order they were heard; answer those that are suspicious.

    What each was weighed by is written down, whatever it came to.
    """
    dated = await limits_in_force(session, now)
    weighed = weigh_all(await _knowns(session, dues, now=now), dated.limits)
    await _note(session, weighed, limits_id=dated.id, now=now)
    return {one.due.session_id: one.suspicion for one in weighed if one.suspicion is not None}


async def _note(
    session: Session, weighed: Sequence[Weighed], *, limits_id: int, now: datetime
) -> None:
    rows = [
        (
            *(one.due.session_id, now, limits_id),
            one.suspicion.reason if one.suspicion else "",
            _PRINT(one.features.as_json()),
        )
        for one in weighed
    ]
    columns = ("session_id", "weighed_at", "limits_id", "reason", "features")
    await insert_many(session, _SUSPICIONS, columns, rows)


async def _knowns(session: Session, dues: Sequence[Due], *, now: datetime) -> list[Known]:
    rows = {row.id: row for row in await _sessions(session, dues)}
    listeners = {one.listener_id for one in dues}
    payees = {one.payee_id for one in dues}
    has_promo = any(row.promo_micros for row in rows.values())
    artists = {row.listener_id for row in rows.values() if row.has_role}
    around = _Around(
        past=await _pasts(session, [one.session_id for one in dues]),
        shared=await sharing(session, listeners),
        promo=await promo_to(session, payees, since=now - _DAY) if has_promo else {},
        paid=await _paid(session, dues, artists, since=now - _MONTH) if artists else {},
        terms=await all_terms(session),
    )
    return [_known(one, rows[one.session_id], around) for one in dues]


async def _sessions(session: Session, dues: Sequence[Due]) -> Sequence[Row[Any]]:
    """Answer what is stored of the sessions, and of who heard them."""
    has_role = select(AccountRole.role).where(AccountRole.account_id == PlaySession.listener_id)
    weighed = select(_SUSPICIONS.c.session_id).where(_SUSPICIONS.c.session_id == PlaySession.id)
    pair = (
        _COUNTERS.c.listener_id == PlaySession.listener_id,
        _COUNTERS.c.recording_id == PlaySession.recording_id,
    )
    query = (
        select(
            *(PlaySession.id, PlaySession.listener_id, PlaySession.delivered, PlaySession.told),
            *(PlaySession.duration_ms, PlaySession.threshold_ms),
            *(Account.created_at, exists(has_role).label("has_role")),
            *(_COUNTERS.c.plays, _COUNTERS.c.owned_at, _WALLETS.c.promo_micros),
            exists(weighed).label("is_weighed"),
        )
        .join(Account, Account.id == PlaySession.listener_id)
        .outerjoin(_COUNTERS, and_(*pair))
        .outerjoin(_WALLETS, _WALLETS.c.listener_id == PlaySession.listener_id)
        .where(among(session, _SESSIONS.c.id, [one.session_id for one in dues]))
    )
    return (await session.execute(query)).all()


async def _pasts(session: Session, ids: Sequence[UUID]) -> dict[UUID, _Past]:
    """Answer what the listeners of sessions heard in the day before each, and beside it."""
    at, heard_at = PlaySession.active_at, Play.occurred_at
    before = _earlier_sqlite if is_sqlite(session) else _earlier
    beside_s = int(BESIDE.total_seconds())
    is_before = heard_at <= at
    is_hour = and_(is_before, heard_at > before(at, _HOUR_S))
    is_beside = and_(heard_at > before(at, beside_s), heard_at < before(at, -beside_s))
    price = Play.price_millicredits
    query = (
        select(
            PlaySession.id,
            _count(is_hour),
            _count(is_before),
            _count(is_beside),
            func.coalesce(func.sum(case((is_before, price), else_=0)), 0),
            func.coalesce(
                func.sum(case((and_(is_before, Play.payee_id == Track.owner_id), price), else_=0)),
                0,
            ),
        )
        .join(Track, Track.id == PlaySession.track_id)
        .join(Play, Play.listener_id == PlaySession.listener_id)
        .where(
            among(session, _SESSIONS.c.id, ids),
            heard_at > before(at, _DAY_S),
            heard_at < before(at, -beside_s),
        )
        .group_by(PlaySession.id)
    )
    return {
        play: _Past(
            plays_hour=int(hour),
            plays_day=int(day),
            beside=int(beside),
            spent_day=int(spent),
            payee_day=int(to_payee),
        )
        for play, hour, day, beside, spent, to_payee in await session.execute(query)
    }


async def _paid(
    session: Session, dues: Sequence[Due], artists: set[UUID], *, since: datetime
) -> dict[Pair, int]:
    """Answer what artists who listen paid those that they hear, and what these paid them."""
    forth = {(one.listener_id, one.payee_id) for one in dues if one.listener_id in artists}
    pairs = sorted(forth | {(payee, listener) for listener, payee in forth})
    query = select(Play.listener_id, Play.payee_id, func.sum(Play.price_millicredits)).where(
        tuple_(Play.listener_id, Play.payee_id).in_(pairs), Play.occurred_at > since
    )
    rows = await session.execute(query.group_by(Play.listener_id, Play.payee_id))
    return {(listener, payee): int(paid) for listener, payee, paid in rows}


def _known(due: Due, row: Row[Any], around: _Around) -> Known:
    past = around.past.get(due.session_id, _Past())
    shared = around.shared.get(due.listener_id, frozenset())
    age = due.occurred_at - row.created_at
    features = Features(
        **_evidence(row),
        beside=past.beside,
        plays_hour=past.plays_hour,
        plays_day=past.plays_day,
        spent_day=past.spent_day,
        payee_day=past.payee_day,
        account_age_s=max(0, age // timedelta(seconds=1)),
        payee_promo_day=around.promo.get(due.payee_id, 0),
        shared_methods=len(shared),
        is_payees_purse=due.payee_id in shared,
        returned_month=around.paid.get((due.payee_id, due.listener_id), 0),
        given_month=around.paid.get((due.listener_id, due.payee_id), 0),
    )
    return Known(
        due=due,
        features=features,
        prices=in_force(around.terms, due.occurred_at).prices,
        plays=row.plays or 0,
        is_owned=row.owned_at is not None,
        promo_micros=row.promo_micros or 0,
        is_weighed=bool(row.is_weighed),
    )


def _evidence(row: Row[Any]) -> dict[str, Any]:
    """Answer what was served, reported, and both; nothing of a session that nobody reported of."""
    needed_ms = needed(duration_ms=row.duration_ms, threshold_ms=row.threshold_ms)
    if row.told is None:
        return {"needed_ms": needed_ms}
    told, served = Told.from_json(row.told), [(one[0], one[1]) for one in row.delivered or []]
    return {
        "needed_ms": needed_ms,
        "served_ms": total(served),
        "reported_ms": total(told.timely),
        "heard_ms": total(intersection(served, told.timely)),
        "claimed_ms": total(told.claimed),
        "passed_ms": told.passed_ms,
    }


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _earlier(at: Any, seconds: int) -> ColumnElement[datetime]:  # noqa: ANN401 - a column
    """Answer an instant so many seconds before another."""
    found: ColumnElement[datetime] = at - literal(timedelta(seconds=seconds), Interval())
    return found


def _earlier_sqlite(at: Any, seconds: int) -> ColumnElement[datetime]:  # noqa: ANN401 - a column
    """Answer the same where instants are text."""
    return func.strftime("%Y-%m-%d %H:%M:%f", at, f"{-seconds} seconds")
