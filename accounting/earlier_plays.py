"""What was paid for in an earlier house: plays, and the counters that go on from them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select

from accounting.counters import Pair, lock_counters, write_counters
from accounting.nearing import NEAR, note_near
from accounting.terms import terms_at
from base.bulk import among, in_parts, insert_many, update_many
from base.database import Session
from catalog.earlier_facts import Heard, HeardAs
from catalog.models.base import table_of
from catalog.models.earlier import EarlierCounter, EarlierPlay
from catalog.models.people import Account
from catalog.models.plays import Counter
from catalog.plays import UNHEARD, Standing

_PLAYS, _COUNTS, _COUNTERS = table_of(EarlierPlay), table_of(EarlierCounter), table_of(Counter)
_PLAY = ("id", "listener_id", "recording_id", "kind", "occurred_at")
_PAIR = ("listener_id", "recording_id")
#: A listener, a recording, and whether it was paid for.
Said = tuple[UUID, UUID, HeardAs]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Counters that were written, and pairs that paid there while they paid here, too."""

    counters: int
    both: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """All that came over: plays by kind, counted steps, what is owned.

    Steps and what is owned are counted anew from plays; `carried` are the steps that counters went
    on from, and `behind` the counters that stand below what was paid for.
    """

    paid: int
    free: int
    bought: int
    steps: int
    owned: int
    carried: int
    behind: int


def said_of(play: Heard) -> Said:
    """Answer what is paid for by a play."""
    return play.listener_id, play.recording_id, play.kind


async def plays_among(session: Session, ids: Collection[UUID]) -> dict[UUID, Said]:
    """Answer which of the plays are here already, and what is paid for by them."""
    one = _PLAYS.c
    query = select(one.id, one.listener_id, one.recording_id, one.kind)
    rows = await session.execute(query.where(among(session, one.id, ids)))
    return {number: (who, what, HeardAs(kind)) for number, who, what, kind in rows}


async def plays_of_gone(session: Session) -> dict[HeardAs, int]:
    """Answer how many plays are of accounts that are nobody's any more, by kind."""
    one, account = _PLAYS.c, table_of(Account).c
    query = select(one.kind, func.count()).join(Account, account.id == one.listener_id)
    gone = query.where(or_(account.erased_at.is_not(None), account.closed_at.is_not(None)))
    rows = await session.execute(gone.group_by(one.kind))
    return {HeardAs(kind): number for kind, number in rows}


async def payers(session: Session) -> dict[UUID, int]:
    """Answer who paid for plays there, or bought, and how often."""
    one = _PLAYS.c
    query = select(one.listener_id, func.count()).where(one.kind != HeardAs.FREE)
    rows = await session.execute(query.group_by(one.listener_id))
    return {listener: number for listener, number in rows}  # noqa: C416 - rows are no pairs


async def add_plays(session: Session, plays: Sequence[Heard]) -> None:
    """Write down plays that are not here, as they were there."""
    rows = [
        (one.id, one.listener_id, one.recording_id, str(one.kind), one.at)
        for one in sorted(plays, key=lambda one: one.id)
    ]
    await insert_many(session, _PLAYS, _PLAY, rows)


async def carry_counts(session: Session, listeners: Collection[UUID], *, now: datetime) -> Carried:
    """Let the counters of listeners go on from what they had paid for there.

    Nobody else may do so meanwhile.
    """
    steps = (await terms_at(session, now)).steps
    counted = await _counted(session, listeners, steps=steps)
    before = await _carried_before(session, listeners)
    fresh = {pair: has for pair, has in counted.items() if before.get(pair) != has}
    if not fresh:
        return Carried(counters=0, both=())
    pairs, has = sorted(fresh), ("plays", "owned_at")
    rows = [(*pair, fresh[pair].plays, fresh[pair].owned_at) for pair in pairs]
    new = [row for row in rows if row[:2] not in before]
    await insert_many(session, _COUNTS, (*_PAIR, *has), new)
    known = [row for row in rows if row[:2] in before]
    await update_many(session, _COUNTS, _PAIR, has, known)
    both: list[Pair] = []
    for some in in_parts(pairs):
        standing = await lock_counters(session, some)
        was = {pair: before.get(pair, UNHEARD) for pair in some}
        goes_on = {pair: gone_on(standing[pair], was[pair], fresh[pair]) for pair in some}
        await write_counters(session, goes_on)
        near = [
            (recording, listener)
            for (listener, recording), now_at in goes_on.items()
            if max(standing[listener, recording].plays, now_at.plays) >= steps - NEAR
        ]
        await note_near(session, near, steps=steps)
        both += [pair for pair in some if standing[pair].plays > was[pair].plays]
    return Carried(counters=len(pairs), both=tuple(both))


def gone_on(here: Standing, before: Standing, there: Standing) -> Standing:
    """Answer where a counter stands that stood `here`, of which `before` came from there.

    Steps are numbered: who paid for the sixth in both houses has paid for six.
    """
    own = None if here.owned_at == before.owned_at else here.owned_at
    times = [at for at in (own, there.owned_at) if at is not None]
    return Standing(plays=max(here.plays, there.plays), owned_at=max(times, default=None))


async def _counted(
    session: Session, listeners: Collection[UUID], *, steps: int
) -> dict[Pair, Standing]:
    rows = await session.execute(_counting(steps, among(session, _PLAYS.c.listener_id, listeners)))
    return {
        (listener, recording): Standing(
            plays=steps if owned_at is not None else paid, owned_at=owned_at
        )
        for listener, recording, paid, owned_at in rows
    }


def _counting(steps: int, *which: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401 - conditions
    """Ask how often each recording was paid for, and when the last step was, or all the rest."""
    one = _PLAYS.c
    order = func.row_number().over(
        partition_by=(one.listener_id, one.recording_id, one.kind),
        order_by=(one.occurred_at, one.id),
    )
    each = (
        select(one.listener_id, one.recording_id, one.kind, one.occurred_at, order.label("number"))
        .where(one.kind != HeardAs.FREE, *which)
        .subquery()
    ).c
    is_paid = each.kind == HeardAs.PAID
    is_last = or_(each.kind == HeardAs.BOUGHT, and_(is_paid, each.number == steps))
    paid = func.coalesce(func.max(case((is_paid, each.number))), 0)
    owned_at = func.min(case((is_last, each.occurred_at)))
    query = select(each.listener_id, each.recording_id, paid, owned_at)
    return query.group_by(each.listener_id, each.recording_id)


async def _carried_before(session: Session, listeners: Collection[UUID]) -> dict[Pair, Standing]:
    one = _COUNTS.c
    query = select(one.listener_id, one.recording_id, one.plays, one.owned_at)
    rows = await session.execute(query.where(among(session, one.listener_id, listeners)))
    return {
        (listener, recording): Standing(plays=plays, owned_at=owned_at)
        for listener, recording, plays, owned_at in rows
    }


async def totals(session: Session, *, now: datetime) -> Totals:
    """Answer what came over."""
    steps = (await terms_at(session, now)).steps
    kinds = select(_PLAYS.c.kind, func.count()).group_by(_PLAYS.c.kind)
    number = {kind: found for kind, found in await session.execute(kinds)}  # noqa: C416 - rows are no pairs
    anew = _counting(steps).subquery()
    listener, recording, paid, owned_at = anew.c
    plays = case((owned_at.is_not(None), steps), else_=paid)
    summed = select(func.coalesce(func.sum(plays), 0), func.count(owned_at))
    [(all_steps, owned)] = await session.execute(summed)
    counter = _COUNTERS.c
    carried = await session.scalar(select(func.sum(_COUNTS.c.plays)))
    standing = (
        select(func.count())
        .select_from(anew)
        .outerjoin(
            _COUNTERS, and_(counter.listener_id == listener, counter.recording_id == recording)
        )
    )
    is_behind = or_(
        counter.plays.is_(None),
        counter.plays < plays,
        and_(owned_at.is_not(None), counter.owned_at.is_(None)),
    )
    return Totals(
        paid=number.get(HeardAs.PAID, 0),
        free=number.get(HeardAs.FREE, 0),
        bought=number.get(HeardAs.BOUGHT, 0),
        steps=int(all_steps),
        owned=owned,
        carried=int(carried or 0),
        behind=await session.scalar(standing.where(is_behind)) or 0,
    )
