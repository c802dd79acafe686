"""Plays by day, track, way and territory: what artists see of them, so that no request counts.

As accounting.rollups, and along with it: what changed is counted anew. A way is the step that was
paid for, or why nothing was; and what is no play but came of one: to buy, and to own from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    Table,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    union_all,
)

from accounting.rollups import counted_plays, kept, midnight
from base.bulk import among, in_parts
from base.database import Session
from catalog.days import day_in
from catalog.insiders import acts_for_its_owner
from catalog.models.base import table_of
from catalog.models.insights import DayOfWays
from catalog.models.ledger import LedgerTxn, Terms
from catalog.models.plays import Play
from catalog.models.purchases import Purchase


class Way(StrEnum):
    """How a play came to cost nothing; or what is no play."""

    OWNED = "owned"
    FREE = "free"
    #: All that was missing to ownership was bought at once.
    BOUGHT = "bought"
    #: Somebody owns it who did not, by the last step or a purchase.
    WON = "won"


#: What is counted beside plays.
NO_PLAYS = (Way.BOUGHT, Way.WON)
_COLUMNS = ("recording_id", "day", "payee_id", "track_id", "way", "territory", "number")
_KEY = _COLUMNS[:-1]
_WAYS, _PLAYS, _PURCHASES = table_of(DayOfWays), table_of(Play), table_of(Purchase)
_TERMS, _UNDOING = table_of(Terms), table_of(LedgerTxn)
_DAY = timedelta(days=1)
#: Says of which rows, by the columns of the recording and of the time.
_Which = Callable[[Any, ColumnElement[datetime]], Sequence[ColumnElement[bool]]]


async def count_ways(session: Session, changed: Mapping[date, Collection[UUID]]) -> None:
    """Count recordings anew, of the days on which something changed."""
    for day in sorted(changed):
        for recordings in in_parts(sorted(changed[day])):
            gone = delete(_WAYS).where(_WAYS.c.day == day)
            await session.execute(gone.where(among(session, _WAYS.c.recording_id, recordings)))
            await _write(session, _on(session, day, recordings))


async def count_all_ways(session: Session) -> None:
    """Count all there is, instead of what was counted before."""
    await session.execute(delete(_WAYS))
    await _write(session, lambda *_: ())


def _on(session: Session, day: date, recordings: Sequence[UUID]) -> _Which:
    return lambda recording, at: (
        among(session, recording, recordings),
        at >= midnight(day),
        at < midnight(day + _DAY),
    )


async def _write(session: Session, which: _Which) -> None:
    each = union_all(
        _played(session, which), _won(session, which), *_bought(session, which)
    ).subquery()
    await session.execute(insert(_WAYS).from_select(list(_COLUMNS), _sums(each)))


def _sums(each: Subquery) -> Select[*tuple[Any, ...]]:
    key = [each.c[name] for name in _KEY]
    return select(*key, func.sum(each.c.number)).group_by(*key)


def _played(session: Session, which: _Which) -> Select[*tuple[Any, ...]]:
    way = case((_PLAYS.c.step > 0, cast(_PLAYS.c.step, String)), else_=_PLAYS.c.kind)
    query = _grouped(session, _PLAYS, _PLAYS.c.occurred_at, way).select_from(kept())
    return query.where(*counted_plays(), *which(_PLAYS.c.recording_id, _PLAYS.c.occurred_at))


def _won(session: Session, which: _Which) -> Select[*tuple[Any, ...]]:
    """Ask for plays that were the last step of the terms they were heard by."""
    by_terms = kept().join(_TERMS, _TERMS.c.id == _PLAYS.c.terms_id)
    query = _grouped(session, _PLAYS, _PLAYS.c.occurred_at, literal(Way.WON.value))
    is_last = _PLAYS.c.step == func.json_array_length(_TERMS.c.prices)
    mine = which(_PLAYS.c.recording_id, _PLAYS.c.occurred_at)
    return query.select_from(by_terms).where(is_last, *counted_plays(), *mine)


def _bought(session: Session, which: _Which) -> list[Select[*tuple[Any, ...]]]:
    undone = and_(_UNDOING.c.reverses == _PURCHASES.c.txn_id, _UNDOING.c.reverses != 0)
    still = _PURCHASES.outerjoin(_UNDOING, undone)
    mine = which(_PURCHASES.c.recording_id, _PURCHASES.c.bought_at)
    of = _PURCHASES.c
    is_inside = acts_for_its_owner(of.listener_id, of.recording_id, at=of.bought_at)
    return [
        _grouped(session, _PURCHASES, _PURCHASES.c.bought_at, literal(way.value))
        .select_from(still)
        .where(_UNDOING.c.id.is_(None), ~is_inside, *mine)
        for way in NO_PLAYS
    ]


def _grouped(
    session: Session, table: Table, at: ColumnElement[datetime], way: ColumnElement[str]
) -> Select[*tuple[Any, ...]]:
    of = table.c
    key = (
        of.recording_id.label("recording_id"),
        day_in(session, at).label("day"),
        of.payee_id.label("payee_id"),
        of.track_id.label("track_id"),
        way.label("way"),
        func.coalesce(of.territory, "").label("territory"),
    )
    return select(*key, func.count().label("number")).group_by(*key)
